package visitor

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"unicode"

	"fyne.io/fyne/v2"

	"chasqui/kiosk"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// Type writes a text on the keyboard that stands on the screen, a finger on each
// key. Where the keyboard lies is seen by the colour of its tray; where each key
// lies in it is what the widget itself says for a keyboard of that size.
func (v *Visitor) Type(ctx context.Context, layout widget.Layout, text string) error {
	tray, err := v.tray(ctx)
	if err != nil {
		return err
	}
	metrics := look.New(v.Office, kiosk.Looks{Size: 1}, float32(v.Screen.Width))
	plane := widget.Lower
	for _, r := range text {
		name := string(r)
		if r == ' ' {
			name = widget.KeySpace
		}
		wanted := []widget.Plane{plane, widget.Lower, widget.Upper, widget.Accents, widget.UpperAccents, widget.Signs}
		found := false
		for _, p := range wanted {
			key, ok := v.key(tray, layout, p, name, metrics)
			if !ok {
				continue
			}
			if p != plane {
				if err := v.turn(ctx, tray, layout, plane, p, metrics); err != nil {
					return err
				}
			}
			if err := v.TapAt(ctx, middle(tray, key)); err != nil {
				return err
			}
			if plane = p; unicode.IsLetter(r) {
				plane = widget.Lower // shift and accents hold for one letter
			}
			found = true
			break
		}
		if !found {
			return fmt.Errorf("no key on the %s keyboard writes %q", layout, name)
		}
	}
	return nil
}

func (v *Visitor) keys(tray image.Rectangle, layout widget.Layout, p widget.Plane, metrics look.Look) []widget.KeyRect {
	size := fyne.NewSize(float32(tray.Dx()), float32(tray.Dy()))
	_, compact := widget.KeyboardHeight(metrics, layout, size.Height)
	return widget.KeyboardKeys(size, widget.KeyLayout{Layout: layout, Language: v.Language, Plane: p, Compact: compact}, metrics)
}

func (v *Visitor) key(tray image.Rectangle, layout widget.Layout, p widget.Plane, name string, metrics look.Look) (widget.KeyRect, bool) {
	for _, key := range v.keys(tray, layout, p, metrics) {
		if key.Name == name {
			return key, true
		}
	}
	return widget.KeyRect{}, false
}

// turn gets from one plane of the letters to another by touching the keys that
// lead there.
func (v *Visitor) turn(ctx context.Context, tray image.Rectangle, layout widget.Layout, from, to widget.Plane, metrics look.Look) error {
	way := map[[2]widget.Plane][]string{
		{widget.Lower, widget.Upper}:        {widget.KeyShift},
		{widget.Lower, widget.Accents}:      {widget.KeyAccents},
		{widget.Lower, widget.UpperAccents}: {widget.KeyShift, widget.KeyAccents},
		{widget.Lower, widget.Signs}:        {widget.KeySigns},
		{widget.Signs, widget.Lower}:        {widget.KeyLetters},
	}[[2]widget.Plane{from, to}]
	if way == nil {
		return fmt.Errorf("no way from plane %d of the keyboard to plane %d", from, to)
	}
	for _, name := range way {
		key, ok := v.key(tray, layout, from, name, metrics)
		if !ok {
			return fmt.Errorf("the %s keyboard has no key %s", layout, name)
		}
		if err := v.TapAt(ctx, middle(tray, key)); err != nil {
			return err
		}
		if name == widget.KeyShift {
			from = widget.Upper
		}
	}
	return nil
}

func middle(tray image.Rectangle, key widget.KeyRect) image.Point {
	return tray.Min.Add(image.Pt(int(key.Position.X+key.Size.Width/2), int(key.Position.Y+key.Size.Height/2)))
}

// edge is where the ground of the keyboard is looked for: at the screen's left edge.
const edge = 3

// tray finds the keyboard by the colour of its ground.
func (v *Visitor) tray(ctx context.Context) (image.Rectangle, error) {
	picture, err := v.Screen.Display.Part(image.Rect(edge, 0, edge+1, v.Screen.Height))
	if err != nil {
		return image.Rectangle{}, err
	}
	ground := look.PaletteOf(look.Light).Tray
	top, bottom := -1, -1
	for y := range v.Screen.Height {
		if picture.RGBAAt(edge, y) == (color.RGBA{R: ground.R, G: ground.G, B: ground.B, A: 0xff}) {
			if top < 0 {
				top = y
			}
			bottom = y + 1
		}
	}
	if bottom-top < 80 || top < 0 {
		return image.Rectangle{}, fmt.Errorf("no keyboard stands on the screen")
	}
	const border = 2 // the rule above the tray belongs to the keyboard
	return image.Rect(0, top-border, v.Screen.Width, bottom), nil
}
