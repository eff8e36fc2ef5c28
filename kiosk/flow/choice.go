package flow

import (
	"slices"

	"chasqui/kiosk"
)

// checkMany keeps the ticked options once each, in the question's own order.
func checkMany(q kiosk.Question, ticked []string) (kiosk.Value, *fault) {
	var v kiosk.Value
	for _, o := range q.Options {
		if slices.Contains(ticked, o.ID) {
			v.Many = append(v.Many, o.ID)
		}
	}
	for _, id := range ticked {
		if !slices.Contains(v.Many, id) {
			return kiosk.Value{}, &fault{code: CodeChoose}
		}
	}
	switch n := len(v.Many); {
	case n == 0:
		return kiosk.Value{}, nil
	case n < q.Min:
		return kiosk.Value{}, &fault{code: CodeTooFew, args: []any{"Min", q.Min}}
	case q.Max > 0 && n > q.Max:
		return kiosk.Value{}, &fault{code: CodeTooMany, args: []any{"Max", q.Max}}
	}
	return v, nil
}

// checkSignature takes what was drawn, or else the name typed instead: nobody is
// shut out who cannot draw.
func checkSignature(q kiosk.Question, v kiosk.Value) (kiosk.Value, *fault) {
	if v.File == nil {
		name, wrong := canonical(kiosk.Question{Type: kiosk.TypeText, MaxLength: q.MaxLength}, v)
		if wrong != nil && wrong.code == CodeUnreadable {
			wrong.code = CodeSignature
		}
		return name, wrong
	}
	drawn, wrong := checkFile(v.File)
	if wrong != nil {
		return kiosk.Value{}, wrong
	}
	if drawn.File.Media != "image/png" {
		return kiosk.Value{}, &fault{code: CodeSignature}
	}
	return drawn, nil
}
