package widget

import "slices"

// Layout is which keys a keyboard has.
type Layout string

// The layouts.
const (
	Letters Layout = "letters"
	Email   Layout = "email"
	Digits  Layout = "digits" // a number
	RUN     Layout = "run"    // digits, K and the hyphen
	Phone   Layout = "phone"  // digits and +
	PIN     Layout = "pin"    // digits
	Folio   Layout = "folio"  // the digits and letters of a folio, without look-alikes
)

// Plane is which signs the keys of [Letters] bear.
type Plane int

// The planes.
const (
	Lower Plane = iota
	Upper
	Accents
	UpperAccents
	Signs
)

// The keys that write nothing themselves.
const (
	KeyShift   = "shift"
	KeyAccents = "accents"
	KeySigns   = "signs"
	KeyLetters = "letters"
	KeyDelete  = "delete"
	KeySpace   = "space"
)

// key is one key: what it is called and how many columns wide it is.
type key struct {
	name  string
	width float32
}

func letters(s string) []key {
	var out []key
	for _, r := range s {
		out = append(out, key{string(r), 1})
	}
	return out
}

// homeEnd is the letter at the end of the home row, by language.
var homeEnd = map[string]string{"es": "ñ", "en": "'", "pt": "ç", "ht": "è"}

// accents are the accented letters, those of the language first.
var accents = map[string][3]string{
	"es": {"áéíóúüñçãõ", "àèìòùâêîôû", "äëïö¿¡ª"},
	"en": {"áéíóúñüçãõ", "àèìòùâêîôû", "äëïö¿¡'"},
	"pt": {"áâãàçéêíóô", "õúüñèìòùîû", "äëïö¿¡ª"},
	"ht": {"èòàéçâêîôû", "áíóúñüãõìù", "äëïö¿¡'"},
}

var signs = [3]string{"¿?¡!:;()/@", "+*=_ºª[]{}", "\"'%&#$€"}

// rows returns the keys of a layout from top to bottom. Each row of the letters
// is ten columns wide. compact leaves out the row of digits, which the signs then
// show, and sets a pad of digits in two rows.
func rows(layout Layout, language string, plane Plane, compact bool) [][]key {
	switch layout {
	case Digits, PIN:
		return pad(compact, "", "")
	case RUN:
		return pad(compact, "K", "-")
	case Phone:
		return pad(compact, "+", "")
	case Folio:
		return [][]key{
			letters("1234567890"),
			letters("ACDEFHJKMN"),
			letters("PQRTUVWXY-"),
			{{KeySpace, 6}, {KeyDelete, 4}},
		}
	case Email:
		return slices.Clip([][]key{
			letters("1234567890"),
			letters("qwertyuiop"),
			append(letters("asdfghjkl"), key{"_", 1}),
			append(letters("zxcvbnm"), key{"-", 1}, key{KeyDelete, 2}),
			{{"@", 2}, {".", 1.5}, {".cl", 1.5}, {".com", 2}, {"@gmail.com", 3}},
		})
	}
	if _, ok := accents[language]; !ok {
		language = "es"
	}
	text := [3]string{"qwertyuiop", "asdfghjkl" + homeEnd[language], "zxcvbnm"}
	third, last := KeyAccents, KeySigns
	switch plane {
	case Accents, UpperAccents:
		text, third = accents[language], KeyLetters
	case Signs:
		text, third, last = signs, KeyAccents, KeyLetters
	}
	if plane == Upper || plane == UpperAccents {
		for i := range text {
			text[i] = upper(text[i])
		}
	}
	out := [][]key{
		letters("1234567890"),
		letters(text[0]),
		letters(text[1]),
		append(letters(text[2]), key{third, 1.4}, key{KeyDelete, 1.6}),
		{{KeyShift, 1.8}, {",", 1}, {KeySpace, 3.6}, {".", 1}, {"-", 1}, {last, 1.6}},
	}
	if compact && plane == Signs {
		return append(out[:2:2], out[3:]...)
	}
	if compact {
		return out[1:]
	}
	return out
}

func upper(s string) string {
	var out []rune
	for _, r := range s {
		switch r {
		case 'ª', '¿', '¡', '\'':
			out = append(out, r)
		default:
			out = append(out, []rune(toUpper(r))...)
		}
	}
	return string(out)
}

// pad is the pad of digits: three columns, and a fourth for what else is needed. The
// compact one has two rows, where the letters above it need the room of the others.
func pad(compact bool, second, third string) [][]key {
	if compact {
		return [][]key{
			{{"1", 1}, {"2", 1}, {"3", 1}, {"4", 1}, {"5", 1}, {KeyDelete, 2}},
			{{"6", 1}, {"7", 1}, {"8", 1}, {"9", 1}, {"0", 1}, {second, 1}, {third, 1}},
		}
	}
	return [][]key{
		{{"1", 1}, {"2", 1}, {"3", 1}, {KeyDelete, 1.6}},
		{{"4", 1}, {"5", 1}, {"6", 1}, {second, 1.6}},
		{{"7", 1}, {"8", 1}, {"9", 1}, {third, 1.6}},
		{{"", 1}, {"0", 1}, {"", 1}, {"", 1.6}},
	}
}

// IsPad reports whether a layout is a pad of digits.
func IsPad(l Layout) bool { return l != Letters && l != Email && l != Folio }
