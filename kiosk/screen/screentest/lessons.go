package screentest

import (
	"errors"
	"fmt"

	"chasqui/kiosk"
)

// Lesson goes from the welcome page to the first step, of all lessons, that is
// wanted, answering rightly on the way; to the first lesson's end where none is.
func (b *Bench) Lesson(wanted func(kiosk.Lesson, kiosk.LessonStep) bool) error {
	lessons := b.Catalog.Lessons()
	if len(lessons) == 0 {
		return errors.New("the catalogue has no lessons")
	}
	lesson, upTo := lessons[0].In(b.Station.Settings.Language), -1
	for _, l := range lessons {
		shown := l.In(b.Station.Settings.Language)
		for i, step := range shown.Steps {
			if upTo < 0 && wanted(shown, step) {
				lesson, upTo = shown, i
			}
		}
	}
	if err := b.Begin(); err != nil {
		return err
	}
	if err := b.Taps("learn", "lesson/"+lesson.ID); err != nil {
		return err
	}
	for i, step := range lesson.Steps {
		if i == upTo {
			return nil
		}
		if len(step.Options) > 0 {
			if err := b.Try(true); err != nil {
				return err
			}
		}
		if err := b.Tap(next); err != nil {
			return err
		}
	}
	return nil
}

// Try answers the step that is seen, rightly or not. Where the letters are large
// the answers stand on a page of their own.
func (b *Bench) Try(right bool) error {
	for range 2 {
		for _, l := range b.Catalog.Lessons() {
			for _, step := range l.In(b.Station.Settings.Language).Steps {
				if !b.shows(step) {
					continue
				}
				for _, o := range step.Options {
					if o.Right != right {
						continue
					}
					// Where the letters are large not all the answers stand on one page.
					if _, here := b.Find("option/" + o.ID); !here {
						if err := b.Tap("pager/next"); err != nil {
							return err
						}
					}
					return b.Tap("option/" + o.ID)
				}
			}
		}
		if err := b.Tap(next); err != nil {
			return err
		}
	}
	return fmt.Errorf("page %s has no answer to try", b.App.Page())
}

// shows reports whether options of a step, and none of another, are seen.
func (b *Bench) shows(step kiosk.LessonStep) bool {
	seen := false
	for _, o := range step.Options {
		if c, ok := b.Find("option/" + o.ID); ok {
			if c.Label != o.Label {
				return false
			}
			seen = true
		}
	}
	return seen
}
