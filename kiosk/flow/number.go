package flow

import (
	"regexp"
	"strconv"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
)

func checkNumber(q kiosk.Question, text string) (kiosk.Value, *fault) {
	text = strings.Join(strings.Fields(text), "")
	if text == "" {
		return kiosk.Value{}, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || len(text) > 9 || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return kiosk.Value{}, &fault{code: CodeNumber}
	}
	if q.Max > 0 && (n > q.Max || n < q.Min) || n < q.Min {
		maximum := q.Max
		if maximum == 0 {
			maximum = catalog.MaxNumber
		}
		return kiosk.Value{}, &fault{code: CodeRange, args: []any{"Min", q.Min, "Max", maximum}}
	}
	return textValue(strconv.Itoa(n)), nil
}

// amount is whole pesos as people write them: digits, or groups of three with
// one kind of mark between them.
var amount = regexp.MustCompile(`^(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)$`)

// checkMoney keeps whole pesos. A mark that does not part thousands is not guessed
// at: "3,50" may be three pesos or three hundred and fifty.
func checkMoney(q kiosk.Question, text string) (kiosk.Value, *fault) {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.TrimSpace(strings.TrimPrefix(text, "$"))
	if text == "" {
		return kiosk.Value{}, nil
	}
	if !amount.MatchString(text) {
		return kiosk.Value{}, &fault{code: CodeMoney}
	}
	digits := strings.NewReplacer(".", "", ",", "", " ", "").Replace(text)
	n, err := strconv.Atoi(digits)
	if err != nil || n > catalog.MaxMoney {
		n = catalog.MaxMoney + 1
	}
	maximum := q.Max
	if maximum == 0 {
		maximum = catalog.MaxMoney
	}
	if n < q.Min || n > maximum {
		return kiosk.Value{}, &fault{code: CodeAmount, args: []any{"Min", q.Min, "Max", maximum}}
	}
	return textValue(strconv.Itoa(n)), nil
}
