package widget

import (
	"fyne.io/fyne/v2"

	"chasqui/kiosk/look"
)

func (f *Field) inset() float32 { return f.kit.Look.MM(5) }

func (f *Field) shown(from, to int) string {
	if f.Masked {
		dots := make([]rune, to-from)
		for i := range dots {
			dots[i] = '•'
		}
		return string(dots)
	}
	return string(f.text[from:to])
}

func (f *Field) width(from, to int) float32 {
	if from >= to {
		return 0
	}
	return look.Measure(f.shown(from, to), f.textSize(), false).Width
}

func (f *Field) textSize() float32 { return f.kit.Look.Body * 1.05 }

func (f *Field) draw(size fyne.Size) []fyne.CanvasObject {
	if size.Width < 2 || size.Height < 2 {
		return nil
	}
	l := f.kit.Look
	line := l.Line
	if f.Trouble {
		line = l.Error
	}
	border := l.Border
	var out []fyne.CanvasObject
	if f.focused {
		out = append(out, ring(l, 0, 0, size.Width, size.Height)...)
	}
	if f.Trouble {
		border++
	}
	out = append(out, Box(0, 0, size.Width, size.Height, l.Corner, border, line, l.Surface)...)
	if f.Many {
		return append(out, f.drawLines(size)...)
	}
	if f.Form != nil {
		return append(out, f.drawShown(size)...)
	}
	return append(out, f.drawLine(size)...)
}

// drawLine draws the part of one line that the caret is in.
func (f *Field) drawLine(size fyne.Size) []fyne.CanvasObject {
	l := f.kit.Look
	room := size.Width - 2*f.inset()
	f.first = min(f.first, f.caret)
	for f.first < f.caret && f.width(f.first, f.caret) > room {
		f.first++
	}
	for f.first > 0 && f.width(f.first-1, len(f.text)) <= room {
		f.first--
	}
	last := len(f.text)
	for last > f.caret && f.width(f.first, last) > room {
		last--
	}
	height := look.Measure("Á", f.textSize(), false).Height
	y := (size.Height - height) / 2
	out := []fyne.CanvasObject{}
	if last > f.first {
		out = append(out, Text(f.shown(f.first, last), f.textSize(), false, l.Ink, f.inset(), y))
	}
	return append(out, f.drawCaret(f.inset()+f.width(f.first, f.caret), y, height)...)
}

// drawShown draws what is shown in place of the text, its end where it is long.
func (f *Field) drawShown(size fyne.Size) []fyne.CanvasObject {
	shown := []rune(f.Form(string(f.text)))
	room := size.Width - 2*f.inset()
	for len(shown) > 1 && look.Measure(string(shown), f.textSize(), false).Width > room {
		shown = shown[1:]
	}
	text := look.Measure(string(shown), f.textSize(), false)
	height := look.Measure("Á", f.textSize(), false).Height
	y := (size.Height - height) / 2
	return append(f.drawCaret(f.inset()+text.Width, y, height), Text(string(shown), f.textSize(), false, f.kit.Look.Ink, f.inset(), y))
}

func (f *Field) drawCaret(x, y, height float32) []fyne.CanvasObject {
	if f.Idle {
		return nil
	}
	return []fyne.CanvasObject{Bar(x, y+height*0.08, max(f.kit.Look.MM(0.7), 2), height*0.84, f.kit.Look.Ink)}
}

// drawLines draws the lines about the caret.
func (f *Field) drawLines(size fyne.Size) []fyne.CanvasObject {
	l := f.kit.Look
	step := f.textSize() * look.LineHeight
	rows := max(int((size.Height-l.MM(3))/step), 1)
	breaks := f.wrap(size.Width - 2*f.inset())
	at := 0
	for i, from := range breaks {
		if f.caret >= from {
			at = i
		}
	}
	top := max(at-rows+1, 0)
	y := (size.Height - float32(rows)*step) / 2
	height := look.Measure("Á", f.textSize(), false).Height
	var out []fyne.CanvasObject
	for i := top; i < min(top+rows, len(breaks)); i++ {
		to := len(f.text)
		if i+1 < len(breaks) {
			to = breaks[i+1]
		}
		lineY := y + float32(i-top)*step + (step-height)/2
		if to > breaks[i] {
			out = append(out, Text(f.shown(breaks[i], to), f.textSize(), false, l.Ink, f.inset(), lineY))
		}
		if i == at {
			out = append(out, f.drawCaret(f.inset()+f.width(breaks[i], f.caret), lineY, height)...)
		}
	}
	return out
}

// wrap returns where each line begins. A space that ends a line stays on it.
func (f *Field) wrap(width float32) []int {
	breaks := []int{0}
	from, space := 0, -1
	for i := range f.text {
		if i > from && f.width(from, i+1) > width && f.text[i] != ' ' {
			next := i
			if space >= from {
				next = space + 1
			}
			from, space = next, -1
			breaks = append(breaks, from)
		}
		if f.text[i] == ' ' {
			space = i
		}
	}
	return breaks
}
