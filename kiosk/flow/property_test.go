package flow

import (
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// drawFlow draws a service, a language and an office.
func drawFlow(t *rapid.T, all []*catalog.Service) *Flow {
	s := rapid.SampledFrom(all).Draw(t, "service")
	language := rapid.SampledFrom([]string{"es", "en", "pt", "ht"}).Draw(t, "language")
	o := rapid.SampledFrom([]kiosk.Office{office, {}, {Region: "09", Comuna: "09101"}}).Draw(t, "office")
	return New(s, language, o, day, locales.In(language).Text, locales.In(language))
}

// drawAnswer draws a canonical answer to a question, by its type alone.
func drawAnswer(t *rapid.T, q kiosk.Question) kiosk.Value {
	if q.Optional && q.Sensitive && rapid.Bool().Draw(t, q.ID+" declined") {
		return kiosk.Value{Declined: true}
	}
	if q.Optional && rapid.Bool().Draw(t, q.ID+" passed by") {
		return kiosk.Value{}
	}
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, q.ID) }
	switch q.Type {
	case kiosk.TypeYesNo, kiosk.TypeConsent:
		return word(pick("yes", "no"))
	case kiosk.TypeMoney:
		return word(strconv.Itoa(rapid.IntRange(q.Min, max(q.Max, q.Min+1)).Draw(t, q.ID)))
	case kiosk.TypeDate:
		return word(day.AddDate(0, 0, -rapid.IntRange(-400, 40_000).Draw(t, q.ID)).Format(time.DateOnly))
	case kiosk.TypeTime:
		return word(pick("00:00", "09:05", "23:59"))
	case kiosk.TypeManyOf:
		first := rapid.IntRange(0, len(q.Options)-1).Draw(t, q.ID)
		var v kiosk.Value
		for _, o := range q.Options[first:] {
			if len(v.Many) < max(q.Min, 1) || q.Max == 0 || len(v.Many) < q.Max {
				v.Many = append(v.Many, o.ID)
			}
		}
		return v
	case kiosk.TypeSignature:
		if rapid.Bool().Draw(t, "typed") {
			return word("Persona de Ejemplo")
		}
		v, _ := canonical(q, file("", "\x89PNG\r\n\x1a\n"))
		v.File.Name = pick("firma.png")
		return v
	case kiosk.TypeGroup:
		var v kiosk.Value
		for range rapid.IntRange(max(q.Min, 1), max(q.Max, 1)).Draw(t, q.ID+" entries") {
			entry := kiosk.Answers{}
			for _, own := range q.Questions {
				entry[own.ID] = drawAnswer(t, own)
			}
			v.Entries = append(v.Entries, entry)
		}
		return v
	case kiosk.TypeOneOf:
		var options []string
		for _, o := range q.Options {
			options = append(options, o.ID)
		}
		return word(pick(options...))
	case kiosk.TypeNumber:
		return word(strconv.Itoa(rapid.IntRange(q.Min, max(q.Max, q.Min+1)).Draw(t, q.ID)))
	case kiosk.TypeDocument:
		kind := pick(DocumentKinds()...)
		switch kind {
		case DocumentNone:
			return parts(PartKind, kind)
		case DocumentRUN:
			return parts(PartKind, kind, PartNumber, "12345678-5")
		}
		return parts(PartKind, kind, PartNumber, "AB123456")
	case kiosk.TypeAddress:
		comuna := pick("13101", "09101", "01101")
		return parts(PartRegion, comuna[:2], PartComuna, comuna, PartStreet, "Los Aromos 124")
	case kiosk.TypePhone:
		return word(pick("+56961234567", "+56221234567"))
	case kiosk.TypeEmail:
		return word("ana@correo.cl")
	case kiosk.TypeFile:
		v, _ := canonical(q, file("foto.png", "\x89PNG\r\n\x1a\n"))
		return v
	}
	return word(pick("Ana", "Un texto de ejemplo"))
}

// drawAnswers answers any of the service's questions, asked or not.
func drawAnswers(t *rapid.T, f *Flow) kiosk.Answers {
	a := kiosk.Answers{}
	for _, q := range f.Service().Questions {
		if rapid.Bool().Draw(t, q.ID+" answered") {
			a[q.ID] = drawAnswer(t, q)
		}
	}
	return a
}

func reviewed(all []kiosk.Answered) []string {
	var out []string
	for _, answered := range all {
		out = append(out, answered.Question)
	}
	return out
}

// Guards the office against answers that the person can no longer see. Without
// following the way, an answer given before a change would be filed unseen; the
// control shows that such answers do come up.
func TestAChangedAnswerLeavesNoneBehindInTheReview(t *testing.T) {
	all, left := services(t), 0
	rapid.Check(t, func(t *rapid.T) {
		f := drawFlow(t, all)
		a := drawAnswers(t, f)
		questions := f.Service().Questions
		changed := rapid.SampledFrom(questions).Draw(t, "changed")
		a[changed.ID] = drawAnswer(t, changed)

		review := reviewed(f.Review(a))
		asked := []string{}
		for _, q := range f.Questions(a) {
			asked = append(asked, q.ID)
		}
		onTheWay := kiosk.Answers{}
		for _, id := range asked {
			if v, ok := a[id]; ok {
				onTheWay[id] = v
			}
		}
		for _, id := range review {
			if !slices.Contains(asked, id) {
				t.Fatalf("%s is reviewed and not asked", id)
			}
		}
		left += len(a) - len(onTheWay)
		if !reflect.DeepEqual(f.Review(a), f.Review(onTheWay)) {
			t.Fatalf("answers off the way change the review")
		}
		o1, ok1 := f.Outcome(a)
		o2, ok2 := f.Outcome(onTheWay)
		if ok1 != ok2 || o1 != o2 {
			t.Fatalf("answers off the way change the outcome: %v %v", o1.ID, o2.ID)
		}
	})
	if left == 0 {
		t.Error("no answer was ever left behind: the property controls nothing")
	}
}

func TestNextAndPreviousAreInverse(t *testing.T) {
	all := services(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFlow(t, all)
		a := drawAnswers(t, f)
		questions := f.Questions(a)
		for i, q := range questions {
			n, of := f.Step(a, q.ID)
			if n != i+1 || n > of || of != len(questions) {
				t.Fatalf("%s is step %d of %d", q.ID, n, of)
			}
			next, ok := f.Next(a, q.ID)
			if ok != (i+1 < len(questions)) {
				t.Fatalf("after %s: %v", q.ID, ok)
			}
			if ok {
				if back, _ := f.Previous(a, next.ID); back.ID != q.ID {
					t.Fatalf("%s, then %s, then back to %s", q.ID, next.ID, back.ID)
				}
			}
		}
		if first, ok := f.First(a); ok {
			if _, before := f.Previous(a, first.ID); before {
				t.Fatal("something stands before the first")
			}
		}
	})
}

// Guards against a dead end: whoever answers every page arrives somewhere, and
// one who may apply has nothing missing.
func TestEveryWayEndsInAnOutcome(t *testing.T) {
	all := services(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFlow(t, all)
		a := kiosk.Answers{}
		q, ok := f.First(a)
		for turned := 0; ok; turned++ {
			if turned > len(f.Service().Questions) {
				t.Fatal("the pages go round in a circle")
			}
			v, trouble := f.Check(q.ID, drawAnswer(t, q), a)
			for tries := 0; trouble != nil; tries++ {
				if trouble.Message == "" || tries > 200 {
					t.Fatalf("%s: %+v", q.ID, trouble)
				}
				if v, trouble = f.Check(q.ID, drawAnswer(t, q), a); trouble == nil {
					break
				}
				if o := f.office.Comuna; q.Type == kiosk.TypeAddress && o != "" {
					v, trouble = f.Check(q.ID, parts(PartComuna, o, PartStreet, "Los Aromos 124"), a)
				}
				if q.Type == kiosk.TypeNumber {
					v, trouble = f.Check(q.ID, word(strconv.Itoa(q.Min)), a)
				}
			}
			a[q.ID] = v
			q, ok = f.Next(a, q.ID)
		}
		o, decided := f.Outcome(a)
		if !decided || o.Title == "" || o.Next == "" {
			t.Fatalf("%v leads to %+v", a, o)
		}
		if missing, ok := f.Complete(a); !ok {
			t.Fatalf("%s is missing", missing)
		}
		if len(f.Review(a)) != len(f.Questions(a)) {
			t.Fatal("the review lacks an answer")
		}
	})
}

// anything draws what a keyboard, or a broken screen, could send.
func anything(t *rapid.T, q kiosk.Question) kiosk.Value {
	v := kiosk.Value{}
	if rapid.Bool().Draw(t, "text") {
		v.Text = rapid.OneOf(rapid.String(), rapid.StringMatching(`[ 0-9.kK+@a-zñ-]{0,14}`)).Draw(t, "typed")
	}
	if rapid.Bool().Draw(t, "parts") {
		v.Parts = map[string]string{
			PartKind:   rapid.SampledFrom(append(DocumentKinds(), "", "x")).Draw(t, "kind"),
			PartNumber: rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{1,9}-?[0-9kK]`)).Draw(t, "number"),
			PartRegion: rapid.SampledFrom([]string{"", "13", "09", "99"}).Draw(t, "region"),
			PartComuna: rapid.SampledFrom([]string{"", "13101", "09101", "99999"}).Draw(t, "comuna"),
			PartStreet: rapid.String().Draw(t, "street"),
			PartDay:    rapid.StringMatching(`[0-9a]{0,3}`).Draw(t, "day"),
			PartMonth:  rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "month"),
			PartYear:   rapid.StringMatching(`(19|20)?[0-9]{0,3}`).Draw(t, "year"),
			PartHour:   rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "hour"),
			PartMinute: rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "minute"),
		}
	}
	if rapid.Bool().Draw(t, "many") {
		v.Many = rapid.SliceOfN(rapid.SampledFrom([]string{"food", "bed", "roof", "x", ""}), 0, 4).Draw(t, "ticked")
	}
	if rapid.Bool().Draw(t, "entries") {
		for range rapid.IntRange(0, 9).Draw(t, "n") {
			v.Entries = append(v.Entries, kiosk.Answers{"name": word(rapid.String().Draw(t, "n")), "age": word(rapid.StringMatching(`[0-9]{0,3}`).Draw(t, "age")), "x": word("x")})
		}
	}
	v.Declined = rapid.Bool().Draw(t, "declined")
	if rapid.Bool().Draw(t, "file") {
		v.File = &kiosk.File{Name: rapid.String().Draw(t, "name"), Content: []byte(rapid.SampledFrom([]string{"", "%PDF-", "\xff\xd8\xff", "x"}).Draw(t, "content"))}
	}
	return v
}

// Guards what is kept: a canonical answer stays as it is however often it is
// checked, so that a page revisited changes nothing.
func TestCheckIsIdempotent(t *testing.T) {
	all, taken := services(t), 0
	rapid.Check(t, func(t *rapid.T) {
		f := drawFlow(t, all)
		a := drawAnswers(t, f)
		q := rapid.SampledFrom(f.Service().Questions).Draw(t, "question")
		v := anything(t, q)
		if rapid.Bool().Draw(t, "sensible") {
			v = drawAnswer(t, q)
		}
		once, trouble := f.Check(q.ID, v, a)
		if trouble != nil {
			if trouble.Message == "" || trouble.Question != q.ID || !once.IsZero() {
				t.Fatalf("%+v with %v", trouble, once)
			}
			return
		}
		taken++
		twice, trouble := f.Check(q.ID, once, a)
		if trouble != nil || !reflect.DeepEqual(once, twice) {
			t.Fatalf("%v becomes %v, then %v (%+v)", v, once, twice, trouble)
		}
		if f.Shown(q.ID, once) == "" {
			t.Fatalf("%v is shown as nothing", once)
		}
	})
	if taken == 0 {
		t.Error("no answer was ever taken")
	}
}

func FuzzRUN(f *testing.F) {
	for _, seed := range []string{"12.678.579-8", "15.509.661-6", "12.345.678-5", "6-K", "6k", "", "-", "0-0", "12.345.678–5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, written string) {
		kept, ok := CheckRUN(written)
		if !ok {
			return
		}
		again, ok := CheckRUN(FormatRUN(kept))
		if !ok || again != kept {
			t.Fatalf("%q is kept as %q and read back as %q", written, kept, again)
		}
	})
}

// FuzzContact feeds what is typed to the readers of numbers, phones and mail.
func FuzzContact(f *testing.F) {
	f.Add("9 6123 4567")
	f.Add("ana@correo.cl")
	f.Add("+1 650 253 0000")
	f.Fuzz(func(t *testing.T, typed string) {
		for _, typ := range []kiosk.QuestionType{kiosk.TypePhone, kiosk.TypeEmail, kiosk.TypeNumber, kiosk.TypeText, kiosk.TypeLongText} {
			once, wrong := canonical(question(typ), word(typed))
			if wrong != nil {
				continue
			}
			if twice, wrong := canonical(question(typ), once); wrong != nil || twice.Text != once.Text {
				t.Fatalf("%s: %q becomes %q, then %q", typ, typed, once.Text, twice.Text)
			}
		}
	})
}

// FuzzMoment feeds what is typed to the readers of days, times and amounts. What
// they take stays as it is, and a day is one of the calendar.
func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"2026-2-3", "3-2-2026", "29/02/2024", "9:05", "14.30", "$ 1.250.000", "350,000", ""} {
		f.Add(seed, seed, "2", "2026")
	}
	f.Fuzz(func(t *testing.T, typed, first, second, third string) {
		for _, typ := range []kiosk.QuestionType{kiosk.TypeDate, kiosk.TypeTime, kiosk.TypeMoney} {
			for _, v := range []kiosk.Value{word(typed), parts(PartDay, first, PartMonth, second, PartYear, third, PartHour, first, PartMinute, second)} {
				q := kiosk.Question{Type: typ}
				once, wrong := canonical(q, v)
				if wrong != nil {
					if wrong.code == "" || wrong.code == CodeUnknown {
						t.Fatalf("%s %q: %v", typ, typed, wrong)
					}
					continue
				}
				if twice, wrong := canonical(q, once); wrong != nil || !reflect.DeepEqual(twice, once) {
					t.Fatalf("%s: %v becomes %v, then %v", typ, v, once, twice)
				}
				if typ == kiosk.TypeDate && !once.IsZero() {
					if day, ok := ParseDate(once.Text); !ok || day.Year() < minYear || day.Year() > maxYear {
						t.Fatalf("%v is kept as %q", v, once.Text)
					}
				}
			}
		}
	})
}
