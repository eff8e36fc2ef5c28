package receipt

import (
	"fmt"
	"strings"
)

// kind is what a part of a receipt is, whatever the paper makes of it.
type kind int

const (
	kindSmall  kind = iota // a label, the date, the foot
	kindText               // running words
	kindStrong             // what must be read
	kindTitle
	kindFolio // the largest, never broken
	kindCode  // large, never broken
	kindItem  // one of a list
	kindQR    // words is the address
	kindRule  // a line across
	kindGap   // a little air
)

// part is one piece of a receipt.
type part struct {
	kind  kind
	words string
}

// Words returns what stands on a receipt, from top to bottom, for somebody who
// hears it. The code that a telephone reads is not among it.
func Words(c Content) ([]string, error) {
	parts, err := partsOf(c)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range parts {
		if p.words != "" && p.kind != kindQR {
			out = append(out, p.words)
		}
	}
	return out, nil
}

// partsOf lays a receipt out from top to bottom, once for every kind of paper.
// What is empty takes no room.
func partsOf(c Content) ([]part, error) {
	if strings.TrimSpace(c.Folio) == "" {
		return nil, fmt.Errorf("make a receipt: %w: it has no folio", ErrContent)
	}
	var parts []part
	add := func(k kind, words string) {
		if words = strings.TrimSpace(words); words != "" {
			parts = append(parts, part{k, words})
		}
	}
	between := func(k kind) { parts = append(parts, part{kind: k}) }
	add(kindSmall, c.Office)
	add(kindTitle, c.Title)
	add(kindText, c.Service)
	between(kindRule)
	add(kindSmall, c.FolioLabel)
	add(kindFolio, c.Folio)
	if strings.TrimSpace(c.Code) != "" {
		between(kindGap)
		add(kindSmall, c.CodeLabel)
		add(kindCode, c.Code)
	}
	between(kindRule)
	add(kindStrong, c.StateText)
	add(kindSmall, c.When)
	if c.NextTitle != "" || len(c.Next) > 0 {
		between(kindGap)
		add(kindStrong, c.NextTitle)
		for _, next := range c.Next {
			add(kindItem, next)
		}
	}
	if strings.TrimSpace(c.StatusURL) != "" {
		between(kindRule)
		add(kindStrong, c.StatusLabel)
		add(kindQR, c.StatusURL)
		add(kindSmall, c.StatusURL)
	}
	if strings.TrimSpace(c.Foot) != "" {
		between(kindRule)
		add(kindSmall, c.Foot)
	}
	return parts, nil
}
