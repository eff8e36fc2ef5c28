package screentest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"chasqui/kiosk/widget"
)

func (b *Bench) enterDate(text string) error {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return err
	}
	if b.pickers {
		return b.pickDay(day)
	}
	boxes := map[string]string{"date/day": day.Format("02"), "date/month": day.Format("01"), "date/year": day.Format("2006")}
	return b.enterBoxes(boxes)
}

// enterBoxes writes digits into boxes, in the order in which they stand. By keys
// alone that is one walk on the keyboard: back through the boxes while something
// stands in them, and on from the first.
func (b *Bench) enterBoxes(boxes map[string]string) error {
	var order []string
	for _, c := range b.App.Controls() {
		if _, ok := boxes[c.ID]; ok {
			order = append(order, c.ID)
		}
	}
	if !b.keys {
		for _, id := range order {
			if err := b.Rewrite(id, boxes[id]); err != nil {
				return err
			}
		}
		return nil
	}
	written := func() (text string) {
		for _, id := range order {
			if f, ok := b.field(id); ok {
				text += f.Text()
			}
		}
		return text
	}
	for range 20 {
		if written() == "" {
			break
		}
		b.touchKey(widget.KeyDelete)
	}
	for range order {
		b.touchKey(widget.KeyDelete) // from a box that is empty, back to the first
	}
	for _, id := range order {
		if err := b.Write(boxes[id]); err != nil {
			return err
		}
	}
	return nil
}

// pickDay goes through the pages of months to a day.
func (b *Bench) pickDay(day time.Time) error {
	if err := b.Tap("date/picker"); err != nil {
		return err
	}
	now := b.Station.Now()
	months := (day.Year()-now.Year())*12 + int(day.Month()) - int(now.Month())
	for _, step := range []struct {
		id     string
		months int
	}{{"decade", 120}, {"year", 12}, {"month", 1}} {
		for months <= -step.months || months >= step.months {
			way, by := "/plus", step.months
			if months < 0 {
				way, by = "/minus", -step.months
			}
			if err := b.Tap(step.id + way); err != nil {
				return err
			}
			months -= by
		}
	}
	return b.Tap(fmt.Sprintf("day/%d", day.Day()))
}

func (b *Bench) enterTime(text string) error {
	hour, minute, ok := strings.Cut(text, ":")
	if !ok {
		return fmt.Errorf("%q is no time", text)
	}
	if n, err := strconv.Atoi(minute); b.pickers && err == nil && n%5 == 0 {
		if err := b.enterBoxes(map[string]string{"time/hour": hour, "time/minute": "00"}); err != nil {
			return err
		}
		for range n / 5 {
			if err := b.Tap("minute/plus"); err != nil {
				return err
			}
		}
		return nil
	}
	return b.enterBoxes(map[string]string{"time/hour": hour, "time/minute": minute})
}

func (b *Bench) enterSteps(text string) error {
	want, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	for range 60 {
		f, ok := b.field("answer")
		if !ok {
			break
		}
		have, err := strconv.Atoi(f.Text())
		way := "number/plus"
		switch {
		case err == nil && have == want:
			return nil
		case err == nil && have > want:
			way = "number/minus"
		}
		if err := b.Tap(way); err != nil {
			return err
		}
	}
	return fmt.Errorf("the steppers do not reach %s", text)
}
