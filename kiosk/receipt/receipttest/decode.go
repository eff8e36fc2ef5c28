// Package receipttest stands in for a receipt printer: it reads ESC/POS back into
// lines as a printer would put them on paper, strictly, and plays a printer on the
// network in its good and bad moments.
package receipttest

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Line is one line on the paper.
type Line struct {
	Text       string
	Bold       bool
	Wide, Tall bool
}

// Columns is how many letters of single width the line takes.
func (l Line) Columns() int {
	n := len([]rune(l.Text))
	if l.Wide {
		n *= 2
	}
	return n
}

// Paper is what came out of the printer.
type Paper struct {
	Lines []Line
	// QR are the contents of the QR codes that the printer drew; Pictures those
	// that it was sent.
	QR       []string
	Pictures []image.Image
	// Cuts counts how often the paper was cut.
	Cuts int
}

// Text joins the lines.
func (p Paper) Text() string {
	var out strings.Builder
	for _, l := range p.Lines {
		out.WriteString(l.Text)
		out.WriteByte('\n')
	}
	return out.String()
}

// pages are the code pages by their number in ESC t.
var pages = map[byte]*charmap.Charmap{16: charmap.Windows1252, 19: charmap.CodePage858}

// Decode reads what was sent to a printer. It is strict: a byte that is neither a
// letter nor part of a command that a receipt may hold is an error.
func Decode(b []byte) (Paper, error) {
	d := &decoder{rest: b}
	for len(d.rest) > 0 {
		if err := d.step(); err != nil {
			return d.paper, fmt.Errorf("at byte %d: %w", len(b)-len(d.rest), err)
		}
	}
	if d.line.Text != "" {
		return d.paper, fmt.Errorf("the last line %q was not ended", d.line.Text)
	}
	return d.paper, nil
}

type decoder struct {
	rest   []byte
	page   *charmap.Charmap
	style  Line
	line   Line
	symbol string
	// model, module and level are what GS ( k has set.
	model, module, level byte
	paper                Paper
}

// take returns the next n bytes.
func (d *decoder) take(n int) ([]byte, error) {
	if len(d.rest) < n {
		return nil, fmt.Errorf("a command is cut off: %x", d.rest)
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b, nil
}

func (d *decoder) step() error {
	b := d.rest[0]
	switch {
	case b == '\n':
		d.rest = d.rest[1:]
		d.paper.Lines = append(d.paper.Lines, d.line)
		d.line = Line{}
		return nil
	case b == 0x1b || b == 0x1c || b == 0x1d:
		return d.command()
	case b < 0x20 || b == 0x7f:
		return fmt.Errorf("the control byte %#x", b)
	case d.page == nil:
		return fmt.Errorf("the letter %#x before a code page was chosen", b)
	}
	if d.line.Text == "" {
		d.line = d.style
	}
	if d.line.Bold != d.style.Bold || d.line.Wide != d.style.Wide || d.line.Tall != d.style.Tall {
		return fmt.Errorf("the style changes inside the line %q", d.line.Text)
	}
	d.line.Text += string(d.page.DecodeByte(b))
	d.rest = d.rest[1:]
	return nil
}

func (d *decoder) command() error {
	head, err := d.take(2)
	if err != nil {
		return err
	}
	if d.line.Text != "" {
		return fmt.Errorf("the command %q inside the line %q", head, d.line.Text)
	}
	switch string(head) {
	case "\x1b@":
		d.page, d.style = nil, Line{}
		return nil
	case "\x1c.":
		return nil
	case "\x1d(":
		return d.graphic()
	case "\x1dv":
		return d.picture()
	}
	p, err := d.take(1)
	if err != nil {
		return err
	}
	switch n := p[0]; {
	case string(head) == "\x1bt" && pages[n] != nil:
		d.page = pages[n]
	case string(head) == "\x1bE" && n <= 1:
		d.style.Bold = n == 1
	case string(head) == "\x1d!" && n&^0x11 == 0:
		d.style.Wide, d.style.Tall = n&0x10 != 0, n&0x01 != 0
	case string(head) == "\x1bR" && n == 0, string(head) == "\x1ba" && n <= 2, string(head) == "\x1bd", string(head) == "\x1dr" && n == 1:
	case string(head) == "\x1dV" && n == 'B':
		d.paper.Cuts++
		_, err = d.take(1)
	default:
		return fmt.Errorf("the command %q %d", head, n)
	}
	return err
}

// graphic reads GS ( k, of which a receipt holds QR codes.
func (d *decoder) graphic() error {
	head, err := d.take(3)
	if err != nil {
		return err
	}
	body, err := d.take(int(head[1]) | int(head[2])<<8)
	if err != nil || head[0] != 'k' || len(body) < 3 || body[0] != 49 {
		return fmt.Errorf("not a QR code: %q %q, %v", head, body, err)
	}
	switch body[1] {
	case 65:
		d.model = body[2]
	case 67:
		d.module = body[2]
	case 69:
		d.level = body[2]
	case 80:
		d.symbol = string(body[3:])
	case 81:
		if d.model != 50 || d.module < 1 || d.module > 16 || d.level < 48 || d.level > 51 || d.symbol == "" {
			return fmt.Errorf("a QR code of model %d, module %d, level %d with %q in it", d.model, d.module, d.level, d.symbol)
		}
		d.paper.QR = append(d.paper.QR, d.symbol)
	default:
		return fmt.Errorf("the function %d of a QR code", body[1])
	}
	return nil
}

// picture reads GS v 0.
func (d *decoder) picture() error {
	head, err := d.take(6)
	if err != nil {
		return err
	}
	if head[0] != '0' || head[1] != 0 {
		return fmt.Errorf("the picture %x", head)
	}
	width, height := int(head[2])|int(head[3])<<8, int(head[4])|int(head[5])<<8
	bits, err := d.take(width * height)
	if err != nil {
		return err
	}
	img := image.NewGray(image.Rect(0, 0, width*8, height))
	for y := range height {
		for x := range width * 8 {
			if bits[y*width+x/8]&(0x80>>(x%8)) == 0 {
				img.SetGray(x, y, color.Gray{Y: 0xff})
			}
		}
	}
	d.paper.Pictures = append(d.paper.Pictures, img)
	return nil
}
