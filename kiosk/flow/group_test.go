package flow

import (
	"strings"
	"testing"

	"chasqui/kiosk"
)

// household returns answers on the way to the group of the service "ayuda".
func household() kiosk.Answers {
	return kiosk.Answers{"born": word("1958-03-02"), "income": {Declined: true}, "needs": {Many: []string{"bed"}}}
}

func TestAGroupIsAskedEntryByEntry(t *testing.T) {
	f := flowOf(t, "ayuda", "es")
	a := household()
	if got := ids(f.EntryQuestions("people", a)); got != "name age school" {
		t.Errorf("with a bed it asks %s", got)
	}
	a["needs"] = kiosk.Value{Many: []string{"food"}}
	if got := ids(f.EntryQuestions("people", a)); got != "name age" {
		t.Errorf("without one it asks %s", got)
	}
	if got := f.EntryQuestions("nobody", a); got != nil {
		t.Errorf("a group that is none asks %v", got)
	}
}

func TestAnEntrysAnswerIsCheckedByItsQuestion(t *testing.T) {
	f := flowOf(t, "ayuda", "es")
	a := household()
	if v, trouble := f.CheckEntry("people", "age", word(" 12 "), kiosk.Answers{"name": word("Ana")}, a); trouble != nil || v.Text != "12" {
		t.Errorf("%v %+v", v, trouble)
	}
	for _, row := range []struct {
		question string
		typed    kiosk.Value
		entry    kiosk.Answers
		code     string
	}{
		{"age", word("doce"), nil, CodeNumber},
		{"age", word("121"), nil, CodeRange},
		{"age", word("7"), kiosk.Answers{"name": word("Nadie")}, CodeRule},
		{"name", kiosk.Value{}, nil, CodeRequired},
		{"horoscope", word("x"), nil, CodeUnknown},
	} {
		entry := row.entry
		if entry == nil {
			entry = kiosk.Answers{}
		}
		_, trouble := f.CheckEntry("people", row.question, row.typed, entry, a)
		if trouble == nil || trouble.Code != row.code || trouble.Question != row.question || trouble.Message == "" {
			t.Errorf("%s %v: %+v", row.question, row.typed, trouble)
		}
	}
}

// Guards what is filed: an entry cannot bring an answer that nobody asked for,
// nor leave one out.
func TestAGroupIsCheckedWhole(t *testing.T) {
	f := flowOf(t, "ayuda", "es")
	a := household()
	one := func(pairs ...string) kiosk.Answers {
		entry := kiosk.Answers{}
		for i := 0; i < len(pairs); i += 2 {
			entry[pairs[i]] = word(pairs[i+1])
		}
		return entry
	}
	good, trouble := f.Check("people", kiosk.Value{Entries: []kiosk.Answers{one("name", " Ana  Díaz ", "age", "007", "horoscope", "x")}}, a)
	if trouble != nil {
		t.Fatalf("%+v", trouble)
	}
	entry := good.Entries[0]
	if _, left := entry["horoscope"]; left || entry["name"].Text != "Ana Díaz" || entry["age"].Text != "7" {
		t.Errorf("kept %v", entry)
	}
	if v, passed := entry["school"]; !passed || !v.IsZero() {
		t.Errorf("what was passed by is not there: %v", entry)
	}
	for _, row := range []struct {
		entries []kiosk.Answers
		code    string
		entry   int
		inner   string
	}{
		{nil, CodeFewEntries, 0, ""},
		{make([]kiosk.Answers, 9), CodeManyEntries, 0, ""},
		{[]kiosk.Answers{one("name", "Ana", "age", "7"), one("name", "Eva")}, CodeRequired, 2, "age"},
		{[]kiosk.Answers{one("name", "Nadie", "age", "7")}, CodeRule, 1, "age"},
	} {
		_, trouble := f.Check("people", kiosk.Value{Entries: row.entries}, a)
		if trouble == nil || trouble.Code != row.code || trouble.Entry != row.entry || trouble.Inner != row.inner || trouble.Question != "people" {
			t.Errorf("%v: %+v", row.entries, trouble)
		}
	}
}

func TestTheReviewShowsEveryKindOfAnswer(t *testing.T) {
	f := flowOf(t, "ayuda", "es")
	a := household()
	a["income"] = word("1350000")
	a["needs"] = kiosk.Value{Many: []string{"food", "roof"}}
	a["call"] = word("09:05")
	a["people"] = kiosk.Value{Entries: []kiosk.Answers{
		{"name": word("Ana Díaz"), "age": word("40")}, {"name": word("Eva Díaz"), "age": word("7")},
	}}
	a["agree"] = word("no")
	a["signature"] = file("", "\x89PNG\r\n\x1a\n")
	want := map[string]string{
		"born": "2\u00a0de\u00a0marzo\u00a0de\u00a01958", "income": "$1.350.000", "needs": "Comida\nArreglar el techo", "call": "09:05",
		"people": "1. Ana Díaz · Edad: 40\n2. Eva Díaz · Edad: 7", "agree": "No", "signature": "Firma hecha con el dedo",
	}
	review := f.Review(a)
	if len(review) != len(want) {
		t.Fatalf("%d answers are reviewed", len(review))
	}
	for _, answered := range review {
		if answered.Shown != want[answered.Question] {
			t.Errorf("%s is shown as %q, want %q", answered.Question, answered.Shown, want[answered.Question])
		}
		if answered.Question == "agree" && !strings.Contains(answered.Statement, "Registro Social") {
			t.Errorf("the consent is kept without what was agreed to: %+v", answered)
		}
	}
	if missing, ok := f.Complete(a); !ok {
		t.Errorf("%s is missing", missing)
	}
	english := flowOf(t, "ayuda", "en")
	for id, want := range map[string]string{"born": "March\u00a02,\u00a01958", "income": "$1.350.000"} {
		if got := english.Shown(id, a[id]); got != want {
			t.Errorf("%s in English: %q, want %q", id, got, want)
		}
	}
}

// Guards the right to say nothing: it is offered where the question is sensitive
// and can be passed by, it is shown as what it is, and no rule reads anything
// into it.
func TestWhatSomebodyWouldRatherNotSay(t *testing.T) {
	f := flowOf(t, "ayuda", "es")
	v, trouble := f.Check("income", kiosk.Value{Declined: true, Text: "350000"}, kiosk.Answers{})
	if trouble != nil || !v.Declined || v.Text != "" {
		t.Fatalf("%+v %+v", v, trouble)
	}
	if got := f.Shown("income", v); got != "Prefiere no decirlo" {
		t.Errorf("shown as %q", got)
	}
	for _, question := range []string{"born", "needs", "people", "agree", "signature"} {
		if v, trouble := f.Check(question, kiosk.Value{Declined: true}, kiosk.Answers{}); trouble == nil {
			t.Errorf("%s is declined: %v", question, v)
		}
	}
}

func TestASignatureIsNamedInThePersonsLanguage(t *testing.T) {
	for language, name := range map[string]string{"es": "firma.png", "en": "signature.png"} {
		f := flowOf(t, "ayuda", language)
		v, trouble := f.Check("signature", file("C:\\secret.exe", "\x89PNG\r\n\x1a\n"), kiosk.Answers{})
		if trouble != nil || v.File.Name != name || v.File.Media != "image/png" {
			t.Errorf("%s: %+v %+v", language, v.File, trouble)
		}
	}
}

func TestPlainNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1.000", 1234567: "1.234.567", -1000: "-1.000", -100: "-100"} {
		if got := (plain{}).Number(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}
