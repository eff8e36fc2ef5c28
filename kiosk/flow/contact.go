package flow

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"chasqui/kiosk"
)

// checkPhone keeps a number as E.164. Without a country it is read as Chilean.
func checkPhone(text string) (kiosk.Value, *fault) {
	text = strings.TrimSpace(text)
	if text == "" {
		return kiosk.Value{}, nil
	}
	number, err := phonenumbers.Parse(text, "CL")
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return kiosk.Value{}, &fault{code: CodePhone}
	}
	return textValue(phonenumbers.Format(number, phonenumbers.E164)), nil
}

// showPhone groups a number as people read it, "+56 9 6123 4567".
func showPhone(e164 string) string {
	number, err := phonenumbers.Parse(e164, "CL")
	if err != nil {
		return e164
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

// emailForm is what can be told without asking the network: one @, something
// before it, a domain with a dot after it, no spaces.
var emailForm = regexp.MustCompile(`^[^\s@<>"(),:;\\\[\]]{1,64}@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+\pL[\pL\pN-]*\pL$`)

func checkEmail(text string) (kiosk.Value, *fault) {
	text = strings.TrimSpace(text)
	if text == "" {
		return kiosk.Value{}, nil
	}
	local, domain, _ := strings.Cut(text, "@")
	text = local + "@" + strings.ToLower(domain)
	if len(text) > 254 || printable(text) != text || !emailForm.MatchString(text) ||
		strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return kiosk.Value{}, &fault{code: CodeEmail}
	}
	return textValue(text), nil
}
