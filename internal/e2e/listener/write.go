package listener

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"chasqui/internal/e2e/ears"
)

// A keyboard as whoever has typed before knows it: the keys that bear letters and
// digits, by their rows. The others she finds by what they are said to be.
var (
	typewriter = []string{"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"}
	telephone  = []string{"123", "456", "789", "0"}
)

// Write goes to the keyboard on the screen and writes letters, digits and spaces on
// it by the four arrows and Enter. A field's own form, such as hyphens, is left to
// the kiosk.
func (l *Listener) Write(ctx context.Context, text string) error {
	if err := l.reach(ctx, l.words("voice.keyboard")); err != nil {
		return err
	}
	at, err := l.key(ctx)
	if err != nil {
		return err
	}
	l.take(typewriter)
	if strings.Trim(text, "0123456789") == "" {
		l.take(telephone)
	}
	for _, sign := range text {
		if at, err = l.writeSign(ctx, at, sign); err != nil {
			return fmt.Errorf("write %q: %w", text, err)
		}
	}
	return nil
}

// take takes a keyboard for one with these rows.
func (l *Listener) take(rows []string) {
	l.rows = nil
	for _, row := range rows {
		l.rows = append(l.rows, strings.Split(row, ""))
	}
	if rows[0] == typewriter[0] {
		last := []string{l.words("voice.sign.comma"), l.words("voice.key.space"), l.words("voice.sign.dot"), l.words("voice.sign.hyphen")}
		l.rows = append(l.rows, last)
	}
}

// place returns the row and the column of a key, as far as she knows.
func (l *Listener) place(key string) (row, column int, known bool) {
	for row, keys := range l.rows {
		for column, k := range keys {
			if alike(k, key) {
				return row, column, true
			}
		}
	}
	return 0, 0, false
}

// writeSign goes from a key to the one that writes a sign, strikes it, and returns
// where she is then.
func (l *Listener) writeSign(ctx context.Context, at string, sign rune) (string, error) {
	want := string(unicode.ToLower(sign))
	if sign == ' ' {
		want = l.words("voice.key.space")
	}
	for range most {
		if alike(at, want) {
			if err := l.Press(ctx, "Return"); err != nil {
				return at, err
			}
			_, err := l.hear(ctx, fmt.Sprintf("that %q is written", want), func(text string) bool { return alike(text, want) })
			return at, err
		}
		row, column, here := l.place(at)
		wantRow, wantColumn, there := l.place(want)
		arrow := "Left"
		switch {
		case !here || !there:
		case row < wantRow:
			arrow = "Down"
		case row > wantRow:
			arrow = "Up"
		case column < wantColumn:
			arrow = "Right"
		}
		if err := l.Press(ctx, arrow); err != nil {
			return at, err
		}
		now, err := l.key(ctx)
		if err != nil {
			return at, err
		}
		if l.surprised(now) {
			l.take(typewriter)
		}
		at = now
	}
	return at, fmt.Errorf("%w: the arrows do not lead to the key %q", ErrLost, want)
}

// surprised reports whether a key is none of the telephone's.
func (l *Listener) surprised(key string) bool {
	letter := []rune(key)
	return len(l.rows) == len(telephone) && len(letter) == 1 && unicode.IsLetter(letter[0])
}

// key listens to which key she is at. One whose name is not said, since it is
// private and there is no headset, is none that can be found.
func (l *Listener) key(ctx context.Context) (string, error) {
	s, err := l.hear(ctx, "which key it is", func(text string) bool {
		// How to move, and how the keyboard is used, is told once.
		return !alike(text, l.words("voice.move")) && !alike(text, l.words("voice.keyboard.how"))
	})
	if err == nil && (alike(s.Text, l.words("voice.private")) || alike(s.Text, l.words("voice.private.short"))) {
		err = fmt.Errorf("%w: the keys are private, and there is no headset", ErrLost)
	}
	return s.Text, err
}

// Numbers listens to a page until two numbers were said sign by sign that accept
// takes, and returns them: what people copy.
func (l *Listener) Numbers(ctx context.Context, accept ...func(text string) bool) ([]string, error) {
	out := make([]string, len(accept))
	for i, ok := range accept {
		s, err := l.hear(ctx, "a number that is to be copied", func(text string) bool { return ok(joined(text)) })
		if errors.Is(err, ears.ErrNotHeard) {
			return nil, fmt.Errorf("number %d of %d: %w", i+1, len(accept), err)
		}
		if err != nil {
			return nil, err
		}
		out[i] = joined(s.Text)
	}
	return slices.Clip(out), nil
}

// joined puts the signs of a number together again.
func joined(text string) string { return strings.NewReplacer(" ", "", ",", "", ".", "").Replace(text) }
