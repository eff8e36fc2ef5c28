package flow

import (
	"strings"
	"unicode"

	"chasqui/kiosk"
)

func checkDocument(parts map[string]string) (kiosk.Value, *fault) {
	document := func(number string) (kiosk.Value, *fault) {
		v := kiosk.Value{Parts: map[string]string{PartKind: parts[PartKind]}}
		if number != "" {
			v.Parts[PartNumber] = number
		}
		return v, nil
	}
	wrong := func(code string) (kiosk.Value, *fault) {
		return kiosk.Value{}, &fault{part: PartNumber, code: code}
	}
	written := parts[PartNumber]
	switch parts[PartKind] {
	case "":
		if strings.TrimSpace(written) != "" {
			return kiosk.Value{}, &fault{part: PartKind, code: CodeDocumentKind}
		}
		return kiosk.Value{}, nil
	case DocumentRUN:
		body, digit, ok := splitRUN(written)
		if !ok {
			return wrong(CodeRUN)
		}
		if digit != checkDigit(body) {
			return wrong(CodeRUNCheck)
		}
		return document(body + "-" + string(digit))
	case DocumentIPE, DocumentPassport, DocumentOther:
		number := documentNumber(written)
		if len(number) < 3 || len(number) > maxDocument {
			return wrong(CodeDocumentNumber)
		}
		return document(number)
	case DocumentNone:
		return document("")
	}
	return kiosk.Value{}, &fault{part: PartKind, code: CodeDocumentKind}
}

// documentNumber keeps letters, digits and inner hyphens of a document's number,
// in capitals. One with any other sign comes back empty.
func documentNumber(written string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(written) {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '-':
			b.WriteRune(r)
		case unicode.IsSpace(r) || r == '.':
		default:
			return ""
		}
	}
	number := strings.Trim(b.String(), "-")
	if !legible(number) {
		return ""
	}
	return number
}

// CheckRUN brings a RUN into the form in which it is kept, "12345678-5". It takes
// dots or none, a hyphen or none, k or K, and leading zeros; ok is false when the
// check digit does not go with the number.
func CheckRUN(s string) (canonical string, ok bool) {
	body, digit, ok := splitRUN(s)
	if !ok || digit != checkDigit(body) {
		return "", false
	}
	return body + "-" + string(digit), true
}

// FormatRUN returns a kept RUN as people write it, "12.345.678-5".
func FormatRUN(canonical string) string {
	body, digit, ok := strings.Cut(canonical, "-")
	if !ok {
		return canonical
	}
	var b strings.Builder
	for i, r := range body {
		if i > 0 && (len(body)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(r)
	}
	return b.String() + "-" + digit
}

// splitRUN takes a RUN apart without judging its check digit. A body has one to
// eight digits.
func splitRUN(s string) (body string, digit byte, ok bool) {
	if len(s) > 40 {
		return "", 0, false
	}
	kept := strings.Map(func(r rune) rune {
		if r == '.' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToUpper(s))
	// A keyboard may give any of these for a hyphen.
	kept = strings.NewReplacer("‐", "-", "‑", "-", "–", "-", "−", "-").Replace(kept)
	if len(kept) < 2 {
		return "", 0, false
	}
	digit = kept[len(kept)-1]
	body = strings.TrimSuffix(kept[:len(kept)-1], "-")
	if digit != 'K' && (digit < '0' || digit > '9') || strings.Trim(body, "0123456789") != "" {
		return "", 0, false
	}
	body = strings.TrimLeft(body, "0")
	if len(body) < 1 || len(body) > 8 {
		return "", 0, false
	}
	return body, digit, true
}

// checkDigit is the modulus 11 of the Registro Civil: from the right, times 2, 3,
// 4, 5, 6, 7 and again; 11 − sum mod 11, where 11 is 0 and 10 is K.
func checkDigit(body string) byte {
	sum, factor := 0, 2
	for i := len(body) - 1; i >= 0; i-- {
		sum += int(body[i]-'0') * factor
		if factor++; factor > 7 {
			factor = 2
		}
	}
	switch d := 11 - sum%11; d {
	case 11:
		return '0'
	case 10:
		return 'K'
	default:
		return byte('0' + d)
	}
}
