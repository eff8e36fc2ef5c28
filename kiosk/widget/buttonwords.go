package widget

import "chasqui/kiosk/look"

// actionWords is how a quiet or primary button writes its label.
type actionWords struct {
	lines       []string
	size, pitch float32
	// before and after are the signs beside the words, icons the width that they take,
	// each with a gap.
	before, after string
	icons, gap    float32
}

// words breaks the label of a quiet or primary button for a width.
func (b *Button) words(l look.Look, width float32) actionWords {
	bold := b.Kind == Primary
	w := actionWords{size: b.TextSize, pitch: look.TitleHeight, gap: l.MM(2), before: b.Icon, after: b.After}
	if b.Label == "" {
		w.gap = 0
	}
	icons := func() (width float32) {
		for _, icon := range []string{w.before, w.after} {
			if icon != "" {
				width += w.size + w.gap
			}
		}
		return width
	}
	tick := float32(0)
	if b.Selected && b.Kind != Cell {
		tick = l.MM(tickMM)
	}
	// A word that is too long for its button is written smaller, never cut.
	for w.size > l.Least && look.Measure(b.Label, w.size, bold).Width+icons() > width-2*l.MM(3)-2*tick {
		w.size = max(w.size-1, l.Least)
	}
	// Where even so a word would be broken, the signs beside it give way.
	for _, sign := range []*string{&w.after, &w.before} {
		if b.Label != "" && widest(b.Label, w.size, bold) > width-icons()-2*l.MM(2)-2*tick {
			*sign = ""
		}
	}
	w.icons = icons()
	w.lines = look.Balanced(b.Label, w.size, bold, width-w.icons-2*l.MM(2)-2*tick, false)
	if len(w.lines) > 1 {
		w.pitch = 1.1
	}
	return w
}

// ActionHeight returns how high a quiet or primary button must be to hold its label
// at a width, [look.Look.LeastTarget] at least.
func ActionHeight(kit *Kit, b *Button, width float32) float32 {
	l := kit.Look
	size := b.TextSize
	if size == 0 {
		size = l.Body
	}
	w := (&Button{Kind: b.Kind, Icon: b.Icon, After: b.After, Label: b.Label, Selected: b.Selected, TextSize: size}).words(l, width)
	return max(float32(len(w.lines))*w.size*w.pitch+2*l.MM(1.5), l.LeastTarget)
}
