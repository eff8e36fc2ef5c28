package screentest

import (
	"strings"

	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// parts returns texts and pictures together.
func (n *inspection) parts() []box {
	var out []box
	for _, t := range n.texts {
		out = append(out, t.box)
	}
	for _, p := range n.pictures {
		out = append(out, p.box)
	}
	return out
}

// places measures where things are and how large.
func (n *inspection) places() {
	n.edges()
	n.targets()
	n.overlaps()
	n.covered()
	n.crowded()
	n.broken()
}

// broken finds the words of buttons that are not drawn whole.
func (n *inspection) broken() {
	for _, c := range n.controls {
		button, ok := c.within.(*widget.Button)
		if !ok {
			continue
		}
		drawn := map[string]bool{}
		for _, t := range n.texts {
			if t.within == c.within {
				for _, word := range look.Words(t.object.Text) {
					drawn[word] = true
				}
			}
		}
		for _, word := range look.Words(button.Label) {
			if !drawn[word] {
				n.fault(Broken, 1, "%q of %s is not drawn whole", word, c.what)
			}
		}
	}
}

func (n *inspection) edges() {
	parts := n.parts()
	for _, c := range n.controls {
		parts = append(parts, c.box)
	}
	for _, p := range parts {
		if !p.inside(n.page) {
			n.fault(Edge, n.mm(max(p.right-n.page.right, p.bottom-n.page.bottom, -p.left, -p.top)), "%s lies beyond the edge", p.what)
		}
		// Whatever ends in the foot begins there too.
		if p.top < n.footTop-1 && p.bottom > n.footTop+1 {
			n.fault(Foot, n.mm(p.bottom-n.footTop), "%s is cut by the foot", p.what)
		}
	}
}

func (n *inspection) targets() {
	least, gap := leastTarget*rounding, leastGap*rounding*0.98
	for i, c := range n.controls {
		if width, height := n.mm(c.width()), n.mm(c.height()); min(width, height) < least {
			n.fault(Small, least-min(width, height), "%s is %.1f × %.1f mm", c.what, width, height)
		}
		for _, other := range n.controls[i+1:] {
			switch apart := n.mm(c.apart(other.box)); {
			case c.overlaps(other.box):
				n.fault(Over, 99, "%s lies on %s", c.what, other.what)
			case apart < gap:
				n.fault(Near, gap-apart, "%s is %.1f mm from %s", c.what, apart, other.what)
			}
		}
	}
}

func (n *inspection) overlaps() {
	parts := n.parts()
	for _, p := range parts {
		owner, owned := n.owner(p)
		if p.within != nil && !owned {
			if _, keyboard := p.within.(*widget.Keyboard); keyboard {
				n.fault(Cut, 99, "%s stands between the keys", p.what)
			}
			continue
		}
		if owned && !p.inside(owner.box) {
			n.fault(Cut, n.mm(max(owner.left-p.left, p.right-owner.right, owner.top-p.top, p.bottom-owner.bottom)), "%s is cut by %s", p.what, owner.what)
		}
		for _, c := range n.controls {
			if c.within != p.within && p.overlaps(c.box) {
				n.fault(Over, 99, "%s lies under %s", p.what, c.what)
			}
		}
	}
	for i, p := range parts {
		for _, other := range parts[i+1:] {
			if p.overlaps(other) {
				n.fault(Over, 99, "%s lies on %s", p.what, other.what)
			}
		}
	}
}

// covered finds what something else was painted over.
func (n *inspection) covered() {
	for _, p := range n.parts() {
		for _, f := range n.fills {
			if f.order > p.order && f.overlaps(p) && !thin(f.box) && !caret(f.box, p) {
				n.fault(Covered, 99, "%s is painted over", p.what)
				break
			}
		}
	}
}

// thin says that a rectangle is a line: the one under a link, a rule.
func thin(b box) bool { return min(b.width(), b.height()) <= 4 }

// caret says that a rectangle is where one writes in a field.
func caret(b, text box) bool {
	_, field := text.within.(*widget.Field)
	return field && b.within == text.within && b.width() < b.height()/4
}

// crowded finds what stands too near: under the strip, or where the focus's ring
// of a control goes that is not its own.
func (n *inspection) crowded() {
	for _, p := range n.parts() {
		if p.within == nil && p.top >= n.stripEnd-1 && n.stripEnd > 0 {
			if room := n.mm(p.top - n.stripEnd); room < underStrip {
				n.fault(Crowded, underStrip-room, "%s stands %.1f mm under the strip", p.what, room)
			}
		}
		for _, c := range n.controls {
			if c.within == p.within || strings.HasPrefix(c.id, "strip/") || p.overlaps(c.box) {
				continue // a control of the strip has its ring inside
			}
			if p.overlaps(c.grown(widget.RingRoom)) {
				n.fault(Crowded, n.mm(widget.RingRoom-p.apart(c.box)), "%s stands where the focus of %s is drawn", p.what, c.what)
			}
		}
	}
	for _, c := range n.controls {
		if !strings.HasPrefix(c.id, "strip/") && c.inside(n.page) && !c.grown(widget.RingRoom-1).inside(n.page) {
			n.fault(Crowded, 1, "the focus of %s is cut by the edge", c.what)
		}
	}
}

// letters measures how high capitals are.
func (n *inspection) letters() {
	least := leastCapital
	if n.size == 3 {
		least = signedCapital
	}
	least *= n.distance / 600
	for _, t := range n.texts {
		if high := n.mm(t.object.TextSize * capitalOfFont); high < least*rounding {
			n.fault(Letters, least-high, "%s has capitals of %.1f mm, not %.1f", t.what, high, least)
		}
	}
}

// capitalOfFont is how high a capital of Noto Sans is in parts of the font size.
const capitalOfFont = 0.714
