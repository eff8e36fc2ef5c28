// Package listener is a citizen who does not see: she has five keys and her ears, and
// comes with an errand. She knows the words of her language and what she wants to
// answer; where she is on the screen, and what a key would do, she knows only by what
// is said to her.
package listener

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"chasqui/internal/e2e/ears"
	"chasqui/locales"
)

// Listener is one person with a pad of five keys.
type Listener struct {
	Ears     *ears.Ears
	Hand     *Hand
	Language string
	// Patience is how long she waits to be told something.
	Patience time.Duration
	// Deaf are words that she does not hear, as if nobody had said them: the controls of
	// a test take something away by it. Nil for none.
	Deaf func(text string) bool

	// from is the first utterance that she has not listened to.
	from int
	// chosen says that she has chosen her language, typing that she is on the keyboard
	// on the screen.
	chosen, typing bool
	// rows are the keys of the keyboard on the screen as far as she has found out.
	rows [][]string
}

// ErrLost says that what she was told does not lead her on.
var ErrLost = errors.New("lost")

// quiet is how long nothing is said when a list has been turned over and its page has
// been read.
const quiet = time.Second

// words are words of the kiosk in her language.
func (l *Listener) words(key string, args ...any) string {
	return locales.In(l.Language).Text(key, args...)
}

// hears reports whether she hears an utterance at all.
func (l *Listener) hears(s ears.Said) bool {
	return s.Peak > 0 && (l.Deaf == nil || !l.Deaf(s.Text))
}

// hear waits for the next utterance that match accepts.
func (l *Listener) hear(ctx context.Context, what string, match func(text string) bool) (ears.Said, error) {
	s, next, err := l.Ears.Await(ctx, what, l.Patience, l.from, func(s ears.Said) bool { return l.hears(s) && match(s.Text) })
	l.from = next
	return s, err
}

// Press strikes a key. What is said from now on is heard.
func (l *Listener) Press(ctx context.Context, key string) error {
	l.from = len(l.Ears.Heard())
	return l.Hand.Strike(ctx, key)
}

// toTheEnd listens until nothing more is said.
func (l *Listener) toTheEnd(ctx context.Context) error {
	for {
		_, next, err := l.Ears.Await(ctx, "silence", quiet, l.from, func(ears.Said) bool { return true })
		l.from = next
		switch {
		case errors.Is(err, ears.ErrNotHeard):
			return nil
		case err != nil:
			return err
		}
	}
}

// Arrive waits until one of some titles is said, in a voice of her language, and
// listens to the page. It returns which title.
func (l *Listener) Arrive(ctx context.Context, titles ...string) (string, error) {
	found := ""
	s, err := l.hear(ctx, fmt.Sprintf("one of %q", titles), func(text string) bool {
		i := slices.IndexFunc(titles, func(title string) bool { return alike(text, title) })
		if i >= 0 {
			found = titles[i]
		}
		return i >= 0
	})
	if err != nil {
		return "", err
	}
	if lang, _ := locales.Find(l.Language); s.Voice != lang.Voice.Espeak {
		return "", fmt.Errorf("%q is said by the voice %q, want %q of the language", s.Text, s.Voice, lang.Voice.Espeak)
	}
	return found, l.stand(ctx)
}

// stand listens to a page that is read, up to what the next key acts on: that comes
// last, and is told apart by what it is said to be. Silence would tell the same only
// on a machine that does nothing else.
func (l *Listener) stand(ctx context.Context) error {
	l.typing = false
	_, err := l.hear(ctx, "what on the page the keys act on", l.isRole)
	return err
}

// Choose goes from control to control until one is said to be called so, and chooses
// it. Where there are more on another page of a list, she goes on there.
func (l *Listener) Choose(ctx context.Context, names ...string) error {
	if err := l.reach(ctx, names...); err != nil {
		return err
	}
	return l.Press(ctx, "Return")
}

// Mark chooses one of several, or ticks a box, and hears that it is chosen. What is
// said to be chosen already she leaves.
func (l *Listener) Mark(ctx context.Context, name string) error {
	if err := l.reach(ctx, name); err != nil {
		return err
	}
	chosen := false
	state := func(text string) bool {
		is := func(state string) bool { return saysOf(text, l.words("voice.state."+state)) }
		chosen = is("chosen") || is("ticked")
		return chosen || is("unchosen") || is("unticked")
	}
	l.from-- // it may have been said in one breath with what it is
	if _, err := l.hear(ctx, fmt.Sprintf("whether %q is chosen", name), state); err != nil || chosen {
		return err
	}
	if err := l.Press(ctx, "Return"); err != nil {
		return err
	}
	_, err := l.hear(ctx, fmt.Sprintf("that %q is chosen", name), func(text string) bool { return state(text) && chosen })
	return err
}

// most is more than there is on any page.
const most = 120

// reach moves on until a control is said to be called by one of some names.
func (l *Listener) reach(ctx context.Context, names ...string) error {
	first, turned := "", false
	for range most {
		name, err := l.move(ctx, "Down")
		if err != nil {
			return err
		}
		is := func(want string) bool {
			return slices.ContainsFunc(name, func(text string) bool { return called(text, want) })
		}
		if slices.ContainsFunc(names, is) {
			return nil
		}
		more := is(l.words("pager.next"))
		switch whole := strings.Join(name, " "); {
		case first == "":
			first = whole
		case first == whole && !turned:
			turned = true
		case turned && more:
			// Nothing on this page of the list is called so.
			if err := l.Press(ctx, "Return"); err != nil {
				return err
			}
			if err := l.toTheEnd(ctx); err != nil {
				return err
			}
			first, turned = "", false
		case first == whole:
			return fmt.Errorf("%w: nothing here is called one of %q", ErrLost, names)
		}
	}
	return fmt.Errorf("%w: nothing in %d controls is called one of %q", ErrLost, most, names)
}

// move presses an arrow and listens to what it leads to: what it is called, up to the
// word that says what it is. A control without that word is none that she knows how
// to use; only a key of the keyboard on the screen is said without.
func (l *Listener) move(ctx context.Context, arrow string) (name []string, err error) {
	if err := l.Press(ctx, arrow); err != nil {
		return nil, err
	}
	board := l.words("voice.keyboard")
	_, err = l.hear(ctx, "what the arrow leads to", func(text string) bool {
		role := l.isRole(text)
		if !role {
			name = append(name, text)
		}
		if onKey := l.typing && !role && len(name) == 1 && l.isKey(text); onKey {
			return true
		}
		l.typing = alike(text, board)
		return role || l.typing
	})
	return name, err
}

// isRole reports whether an utterance says what a control is. Before she has chosen
// her language it is said in another, by which she still knows it for the end.
func (l *Listener) isRole(text string) bool {
	tags := []string{l.Language}
	if !l.chosen {
		tags = nil
		for _, lang := range locales.Languages() {
			tags = append(tags, lang.Tag)
		}
	}
	for _, tag := range tags {
		for _, role := range []string{"button", "link", "option", "box", "field"} {
			if called(text, locales.In(tag).Text("voice.role."+role)) {
				return true
			}
		}
	}
	return false
}

// isKey reports whether an utterance says a key: a letter, a sign by its name, or what
// else a keyboard has.
func (l *Listener) isKey(text string) bool {
	if len([]rune(text)) == 1 {
		return true
	}
	for _, key := range []string{
		"key.shift", "key.accents", "key.signs", "key.letters", "key.delete", "key.space", "key.digits",
		"sign.dot", "sign.comma", "sign.hyphen", "sign.plus", "sign.underscore", "sign.at", "sign.apostrophe",
	} {
		if called(text, l.words("voice."+key)) {
			return true
		}
	}
	return called(text, l.words("voice.capital", "Letter", "K"))
}

// alike reports whether an utterance says a text: the same letters and digits in the
// same order, whatever the eye alone needs beside them.
func alike(said, text string) bool { return folded(said) == folded(text) }

// called reports whether an utterance is a name, or begins with one and goes on
// after a pause with what is told beside it.
func called(said, name string) bool {
	if alike(said, name) {
		return true
	}
	for i, r := range said {
		if (r == '.' || r == ',') && alike(said[:i], name) {
			return true
		}
	}
	return false
}

// saysOf reports whether one of the parts of an utterance says a state.
func saysOf(said, state string) bool {
	return slices.ContainsFunc(strings.Split(said, ","), func(part string) bool { return alike(part, state) })
}

func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
