package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
)

// Content is what stands on a receipt, in the citizen's language, ready to be
// printed. An empty field takes no room; only Folio is needed.
type Content struct {
	Office  string
	Title   string
	Service string
	// Folio is in the groups in which it is read aloud, "K7M 4029 1837 W".
	FolioLabel string
	Folio      string
	CodeLabel  string
	Code       string
	// StateText are the words of the state table that are true at this moment.
	StateText string
	NextTitle string
	Next      []string
	When      string
	// StatusURL is where the request can be followed from home; with one there is
	// a QR code, and StatusLabel above it.
	StatusLabel string
	StatusURL   string
	Foot        string

	// Created goes into the file's properties; a fixed date when it is zero.
	Created time.Time
	// Language is the tag of the words' language, "es", for screen readers.
	Language string
}

// ErrContent says that a receipt cannot be made of what was given.
var ErrContent = errors.New("not the content of a receipt")

// The paper, in millimetres: the width of a receipt printer's roll. On A4 it
// prints as it is, in a corner of the sheet.
const (
	paperWidth  = 80.0
	margin      = 6.0
	textWidth   = paperWidth - 2*margin
	longestRoll = 1000.0
	qrSide      = 44.0
)

// The sizes of type, in points.
const (
	sizeText   = 10.5
	sizeSmall  = 9.0
	sizeTitle  = 14.0
	sizeCode   = 20.0
	sizeFolio  = 32.0 // at most: it shrinks to stand on one line
	lineHeight = 1.3
)

// PDF returns the receipt as a PDF of one page, 80 mm wide and as long as it
// needs. Letters outside Windows-1252, which has all of Spanish, Portuguese,
// English and Haitian Creole, are replaced by the nearest inside it, or by "?".
func PDF(c Content) ([]byte, error) {
	parts, err := partsOf(c)
	if err != nil {
		return nil, err
	}
	// Laid out once on paper long enough, to learn how long it must be.
	draft, err := layOut(c, parts, longestRoll)
	if err != nil {
		return nil, err
	}
	if draft.y+margin > longestRoll {
		return nil, fmt.Errorf("make a receipt: %w: it is longer than %.0f mm", ErrContent, longestRoll)
	}
	sheet, err := layOut(c, parts, draft.y+margin)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := sheet.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("make a receipt: %w", err)
	}
	return out.Bytes(), nil
}

func layOut(c Content, parts []part, height float64) (*sheet, error) {
	s := newSheet(c, height)
	for _, p := range parts {
		switch p.kind {
		case kindSmall:
			s.text(p.words, "", sizeSmall)
		case kindText:
			s.text(p.words, "", sizeText)
		case kindStrong:
			s.text(p.words, "B", sizeText)
		case kindTitle:
			s.text(p.words, "B", sizeTitle)
		case kindFolio:
			s.line(p.words, sizeFolio)
		case kindCode:
			s.line(p.words, sizeCode)
		case kindItem:
			s.item(p.words)
		case kindQR:
			if err := s.qr(p.words); err != nil {
				return nil, err
			}
		case kindRule:
			s.rule()
		case kindGap:
			s.gap()
		}
	}
	if err := s.pdf.Error(); err != nil {
		return nil, fmt.Errorf("make a receipt: %w", err)
	}
	return s, nil
}

// sheet is a page that is filled from the top; y is how far it is.
type sheet struct {
	pdf *fpdf.Fpdf
	y   float64
}

func newSheet(c Content, height float64) *sheet {
	pdf := fpdf.NewCustom(&fpdf.InitType{
		OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: paperWidth, Ht: height},
	})
	created := c.Created.UTC()
	if c.Created.IsZero() {
		created = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	pdf.SetCreationDate(created)
	pdf.SetModificationDate(created)
	pdf.SetCatalogSort(true)
	pdf.SetProducer("Chasqui", true)
	pdf.SetTitle(strings.TrimSpace(c.Title+" "+c.Folio), true)
	if c.Language != "" {
		pdf.SetLang(c.Language)
	}
	pdf.SetMargins(margin, margin, margin)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCellMargin(0)
	pdf.AddPage()
	return &sheet{pdf: pdf, y: margin}
}

// text writes a paragraph, broken into lines.
func (s *sheet) text(words, style string, size float64) { s.paragraph(words, style, size, 0) }

// item writes a paragraph with a dash before it.
func (s *sheet) item(words string) {
	const indent = 3.5
	s.pdf.SetFont("Helvetica", "", sizeText)
	s.pdf.SetXY(margin, s.y)
	s.pdf.CellFormat(indent, millimetres(sizeText)*lineHeight, cp1252(dash), "", 0, "L", false, 0, "")
	s.paragraph(words, "", sizeText, indent)
}

func (s *sheet) paragraph(words, style string, size, indent float64) {
	s.pdf.SetFont("Helvetica", style, size)
	height := millimetres(size) * lineHeight
	for _, line := range s.pdf.SplitLines([]byte(cp1252(words)), textWidth-indent) {
		s.pdf.SetXY(margin+indent, s.y)
		s.pdf.CellFormat(textWidth-indent, height, string(bytes.TrimSpace(line)), "", 0, "L", false, 0, "")
		s.y += height
	}
	s.y += 0.8
}

// line writes what must not be broken, as large as fits and at most as size.
func (s *sheet) line(words string, size float64) {
	encoded := cp1252(words)
	s.pdf.SetFont("Helvetica", "B", size)
	if width := s.pdf.GetStringWidth(encoded); width > textWidth {
		size *= textWidth / width
		s.pdf.SetFont("Helvetica", "B", size)
	}
	s.pdf.SetXY(margin, s.y)
	s.pdf.CellFormat(textWidth, millimetres(size)*lineHeight, encoded, "", 0, "L", false, 0, "")
	s.y += millimetres(size) * lineHeight
}

// gap leaves a little air.
func (s *sheet) gap() { s.y += 2 }

// rule draws a line across, with air around it.
func (s *sheet) rule() {
	s.y += 2.2
	s.pdf.SetLineWidth(0.3)
	s.pdf.Line(margin, s.y, margin+textWidth, s.y)
	s.y += 2.8
}

// qr draws a QR code in the middle. The picture has its quiet zone.
func (s *sheet) qr(text string) error {
	modules, err := modulesOf(text)
	if err != nil {
		return fmt.Errorf("make a receipt: %w", err)
	}
	img, err := QR(text, 8*(len(modules)+2*quiet))
	if err != nil {
		return fmt.Errorf("make a receipt: %w", err)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, img); err != nil {
		return fmt.Errorf("make a receipt: %w", err)
	}
	options := fpdf.ImageOptions{ImageType: "PNG"}
	s.pdf.RegisterImageOptionsReader("qr", options, &picture)
	s.pdf.ImageOptions("qr", (paperWidth-qrSide)/2, s.y, qrSide, qrSide, false, options, 0, "")
	s.y += qrSide + 1
	return nil
}

// millimetres converts a size in points.
func millimetres(points float64) float64 { return points * 25.4 / 72 }

// cp1252 turns text into the bytes of the fonts' code page.
func cp1252(text string) string { return encode(charmap.Windows1252, text) }
