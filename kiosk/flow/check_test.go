package flow

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"chasqui/internal/conform"
	"chasqui/kiosk"
)

func TestRUN(t *testing.T) {
	for written, want := range map[string]string{
		"12.678.579-8": "12678579-8", "15.509.661-6": "15509661-6", "12.345.678-5": "12345678-5",
		"6-K": "6-K", "6-k": "6-K", "6k": "6-K", "123456785": "12345678-5", "12345678-5": "12345678-5",
		" 12 345 678 - 5 ": "12345678-5", "12.345.678–5": "12345678-5", "012.345.678-5": "12345678-5",
	} {
		if got, ok := CheckRUN(written); !ok || got != want {
			t.Errorf("%q gives %q %v, want %q", written, got, ok, want)
		}
	}
	for _, wrong := range []string{
		"12.345.678-6", "12.678.579-K", "6-0", "", "-", "K", "5", "0-0", "12.345.678", "12a45678-5", "123456789012-3",
		"12.345.678-55", "1-9-9", "١٢٣٤٥٦٧٨-٥", strings.Repeat("1", 10000),
	} {
		if got, ok := CheckRUN(wrong); ok {
			t.Errorf("%q passes as %q", wrong, got)
		}
	}
	for kept, want := range map[string]string{"12345678-5": "12.345.678-5", "6-K": "6-K", "1234-5": "1.234-5", "123-4": "123-4", "no RUN": "no RUN"} {
		if got := FormatRUN(kept); got != want {
			t.Errorf("%q is shown as %q, want %q", kept, got, want)
		}
	}
}

// Guards the check digit: with it left out, one digit in ten typed wrongly would
// still reach the office as somebody else's number.
func TestEveryOtherCheckDigitIsRefused(t *testing.T) {
	for _, body := range []string{"12345678", "15509661", "6", "7654321"} {
		right := 0
		for _, digit := range "0123456789K" {
			if _, ok := CheckRUN(body + "-" + string(digit)); ok {
				right++
			}
		}
		if right != 1 {
			t.Errorf("%s has %d right check digits", body, right)
		}
	}
}

func question(t kiosk.QuestionType) kiosk.Question {
	return kiosk.Question{ID: "q", Type: t, Min: 1, Max: 30, MaxLength: 20,
		Options: []kiosk.Option{{ID: "a"}, {ID: "b"}}}
}

func file(name, content string) kiosk.Value {
	return kiosk.Value{File: &kiosk.File{Name: name, Content: []byte(content)}}
}

func TestAnswersInTheirCanonicalForm(t *testing.T) {
	for _, row := range []struct {
		typ  kiosk.QuestionType
		in   kiosk.Value
		want kiosk.Value
	}{
		{kiosk.TypeText, word("  Ana \t María\n"), word("Ana María")},
		{kiosk.TypeText, word("Ana\x00\u200b"), word("Ana")},
		{kiosk.TypeText, word("   "), kiosk.Value{}},
		{kiosk.TypeLongText, word("uno\r\n\r\n\r\n dos  tres \n\n"), word("uno\n\ndos tres")},
		{kiosk.TypeNumber, word(" 007 "), word("7")},
		{kiosk.TypeYesNo, word("no"), word("no")},
		{kiosk.TypeOneOf, word("b"), word("b")},
		{kiosk.TypePhone, word("9 6123 4567"), word("+56961234567")},
		{kiosk.TypePhone, word("+56 9 6123 4567"), word("+56961234567")},
		{kiosk.TypePhone, word("56961234567"), word("+56961234567")},
		{kiosk.TypePhone, word("+1 650 253 0000"), word("+16502530000")},
		{kiosk.TypeEmail, word(" Ana.Perez@Correo.CL "), word("Ana.Perez@correo.cl")},
		{kiosk.TypeDocument, parts("kind", "run", "number", "12.345.678-5"), parts("kind", "run", "number", "12345678-5")},
		{kiosk.TypeDocument, parts("kind", "passport", "number", "ab 123456"), parts("kind", "passport", "number", "AB123456")},
		{kiosk.TypeDocument, parts("kind", "ipe", "number", "100.200.300-4"), parts("kind", "ipe", "number", "100200300-4")},
		{kiosk.TypeDocument, parts("kind", "none", "number", "left over"), parts("kind", "none")},
		{kiosk.TypeAddress, parts("comuna", "09101", "street", " Los  Aromos 124"), parts("region", "09", "comuna", "09101", "street", "Los Aromos 124")},
		{kiosk.TypeAddress, parts("region", "13", "comuna", "13101"), kiosk.Value{}},
	} {
		got, wrong := canonical(question(row.typ), row.in)
		if wrong != nil {
			t.Errorf("%s %v: %s", row.typ, row.in, wrong.code)
			continue
		}
		if !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s %v gives %v, want %v", row.typ, row.in, got, row.want)
		}
	}
}

func TestAnswersThatCannotBeTaken(t *testing.T) {
	for _, row := range []struct {
		typ        kiosk.QuestionType
		in         kiosk.Value
		part, code string
	}{
		{kiosk.TypeText, word("..."), "", CodeUnreadable},
		{kiosk.TypeText, word(strings.Repeat("á", 21)), "", CodeTooLong},
		{kiosk.TypeLongText, word(strings.Repeat("á ", 21)), "", CodeTooLong},
		{kiosk.TypeNumber, word("cuatro"), "", CodeNumber},
		{kiosk.TypeNumber, word("4.5"), "", CodeNumber},
		{kiosk.TypeNumber, word("-4"), "", CodeNumber},
		{kiosk.TypeNumber, word("99999999999999999999"), "", CodeNumber},
		{kiosk.TypeNumber, word("0"), "", CodeRange},
		{kiosk.TypeNumber, word("31"), "", CodeRange},
		{kiosk.TypeYesNo, word("maybe"), "", CodeChoose},
		{kiosk.TypeOneOf, word("c"), "", CodeChoose},
		{kiosk.TypePhone, word("1234"), "", CodePhone},
		{kiosk.TypePhone, word("mi casa"), "", CodePhone},
		{kiosk.TypeEmail, word("ana"), "", CodeEmail},
		{kiosk.TypeEmail, word("ana@correo"), "", CodeEmail},
		{kiosk.TypeEmail, word("ana@@correo.cl"), "", CodeEmail},
		{kiosk.TypeEmail, word("a..b@correo.cl"), "", CodeEmail},
		{kiosk.TypeEmail, word("ana perez@correo.cl"), "", CodeEmail},
		{kiosk.TypeDocument, parts("kind", "run", "number", "12.345.678"), PartNumber, CodeRUNCheck},
		{kiosk.TypeDocument, parts("kind", "run", "number", "12.345.678-6"), PartNumber, CodeRUNCheck},
		{kiosk.TypeDocument, parts("kind", "run", "number", "doce"), PartNumber, CodeRUN},
		{kiosk.TypeDocument, parts("kind", "run"), PartNumber, CodeRUN},
		{kiosk.TypeDocument, parts("kind", "passport", "number", "a"), PartNumber, CodeDocumentNumber},
		{kiosk.TypeDocument, parts("kind", "passport", "number", "AB/123"), PartNumber, CodeDocumentNumber},
		{kiosk.TypeDocument, parts("kind", "other"), PartNumber, CodeDocumentNumber},
		{kiosk.TypeDocument, parts("kind", "library card", "number", "123"), PartKind, CodeDocumentKind},
		{kiosk.TypeDocument, parts("number", "12345678-5"), PartKind, CodeDocumentKind},
		{kiosk.TypeAddress, parts("street", "Los Aromos 124"), PartRegion, CodeRegion},
		{kiosk.TypeAddress, parts("region", "13", "street", "Los Aromos 124"), PartComuna, CodeComuna},
		{kiosk.TypeAddress, parts("region", "13", "comuna", "09101", "street", "Los Aromos 124"), PartComuna, CodeComuna},
		{kiosk.TypeAddress, parts("region", "13", "comuna", "13999", "street", "Los Aromos 124"), PartComuna, CodeComuna},
		{kiosk.TypeAddress, parts("region", "13", "comuna", "13101", "street", "--"), PartStreet, CodeStreet},
		{kiosk.TypeAddress, parts("region", "13", "comuna", "13101", "street", strings.Repeat("a", 121)), PartStreet, CodeTooLong},
		{kiosk.TypeFile, file("vacia.jpg", ""), "", CodeFileEmpty},
		{kiosk.TypeFile, file("programa.jpg", "MZ\x90\x00"), "", CodeFileType},
		{kiosk.TypeFile, file("grande.jpg", "\xff\xd8\xff"+string(make([]byte, kiosk.MaxFile))), "", CodeFileSize},
		{"horoscope", word("x"), "", CodeUnknown},
		{kiosk.TypeMoney, word("mil"), "", CodeMoney},
		{kiosk.TypeMoney, word("3,50"), "", CodeMoney},
		{kiosk.TypeMoney, word("1.00"), "", CodeMoney},
		{kiosk.TypeMoney, word("1.000,000"), "", CodeMoney},
		{kiosk.TypeMoney, word("-5"), "", CodeMoney},
		{kiosk.TypeMoney, word("31"), "", CodeAmount},
		{kiosk.TypeMoney, word(strings.Repeat("9", 40)), "", CodeAmount},
		{kiosk.TypeDate, parts("day", "32", "month", "1", "year", "2026"), PartDay, CodeDay},
		{kiosk.TypeDate, parts("month", "1", "year", "2026"), PartDay, CodeDay},
		{kiosk.TypeDate, parts("day", "3", "month", "13", "year", "2026"), PartMonth, CodeMonth},
		{kiosk.TypeDate, parts("day", "3", "month", "marzo", "year", "2026"), PartMonth, CodeMonth},
		{kiosk.TypeDate, parts("day", "3", "month", "2"), PartYear, CodeYear},
		{kiosk.TypeDate, parts("day", "3", "month", "2", "year", "58"), PartYear, CodeYear},
		{kiosk.TypeDate, parts("day", "3", "month", "2", "year", "1899"), PartYear, CodeYear},
		{kiosk.TypeDate, parts("day", "3", "month", "2", "year", "2101"), PartYear, CodeYear},
		{kiosk.TypeDate, parts("day", "31", "month", "4", "year", "2026"), PartDay, CodeDate},
		{kiosk.TypeDate, parts("day", "29", "month", "2", "year", "2025"), PartDay, CodeDate},
		{kiosk.TypeDate, word("2025-02-29"), PartDay, CodeDate},
		{kiosk.TypeDate, word("ayer"), PartDay, CodeDay},
		{kiosk.TypeTime, word("24:00"), PartHour, CodeTime},
		{kiosk.TypeTime, word("12:60"), PartMinute, CodeTime},
		{kiosk.TypeTime, word("a las tres"), PartHour, CodeTime},
		{kiosk.TypeTime, parts("hour", "9"), PartMinute, CodeTime},
		{kiosk.TypeManyOf, kiosk.Value{Many: []string{"a", "z"}}, "", CodeChoose},
		{kiosk.TypeConsent, word("maybe"), "", CodeConsent},
		{kiosk.TypeSignature, file("firma.jpg", "\xff\xd8\xff"), "", CodeSignature},
		{kiosk.TypeSignature, word("--"), "", CodeSignature},
	} {
		_, wrong := canonical(question(row.typ), row.in)
		if wrong == nil || wrong.code != row.code || wrong.part != row.part {
			t.Errorf("%s %.60v: %v, want %s %s", row.typ, row.in, wrong, row.part, row.code)
		}
	}
}

// Guards the office against a program that calls itself a picture.
func TestAFileIsWhatItsContentSays(t *testing.T) {
	for content, media := range map[string]string{
		"\xff\xd8\xff\xe0 jpeg": "image/jpeg", "\x89PNG\r\n\x1a\n png": "image/png", "%PDF-1.7 pdf": "application/pdf",
	} {
		v := file(`C:\Fotos\..\hoyo en  la calle.exe`, content)
		v.File.Media, v.File.Size = "text/html", 3
		got, wrong := canonical(question(kiosk.TypeFile), v)
		if wrong != nil {
			t.Fatal(wrong.code)
		}
		if got.File.Media != media || got.File.Size != int64(len(content)) || got.File.Name != "hoyo en la calle.exe" || !bytes.Equal(got.File.Content, []byte(content)) {
			t.Errorf("%+v", got.File)
		}
	}
	long := file(strings.Repeat("á", 200)+".jpg", "\xff\xd8\xff")
	got, _ := canonical(question(kiosk.TypeFile), long)
	if n := len([]rune(got.File.Name)); n > maxFileName || !strings.HasSuffix(got.File.Name, ".jpg") {
		t.Errorf("a name of %d characters: %s", n, got.File.Name)
	}
}

func TestWhatIsMissingIsNamedByItsField(t *testing.T) {
	conform.Clause(t, "WCAG 2.2 3.3.1")
	f := flowOf(t, "certificado-residencia", "es")
	for id, want := range map[string]string{"document": CodeDocumentKind, "name": CodeRequired, "address": CodeStreet, "purpose": CodeChoose} {
		_, trouble := f.Check(id, kiosk.Value{}, nil)
		if trouble == nil || trouble.Code != want || trouble.Question != id {
			t.Errorf("%s: %+v", id, trouble)
		}
	}
	if v, trouble := f.Check("phone", word("  "), nil); trouble != nil || !v.IsZero() {
		t.Errorf("an optional phone cannot be passed by: %+v", trouble)
	}
	if _, trouble := f.Check("nothing", word("x"), nil); trouble == nil || trouble.Code != CodeUnknown {
		t.Errorf("a question that is not there: %+v", trouble)
	}
	// The service's own words come before the general ones.
	_, trouble := f.Check("name", kiosk.Value{}, nil)
	if trouble.Message != "Escriba su nombre y sus apellidos." {
		t.Errorf("%q", trouble.Message)
	}
	_, trouble = f.Check("document", parts("kind", "run", "number", "12.345.678-6"), nil)
	if !strings.HasPrefix(trouble.Message, "Revise los números de su RUN") {
		t.Errorf("%q", trouble.Message)
	}
}

func TestAPlaceInAnotherComunaSaysWhatToDo(t *testing.T) {
	f := flowOf(t, "aviso-via-publica", "en")
	_, trouble := f.Check("place", parts("region", "09", "comuna", "09101", "street", "Los Aromos 124"), nil)
	if trouble == nil || trouble.Code != CodeRule || !strings.HasPrefix(trouble.Message, "Choose a place in this comuna") {
		t.Errorf("%+v", trouble)
	}
}

func TestAFileAsThePersonReadsIt(t *testing.T) {
	f := flowOf(t, "aviso-via-publica", "es")
	for _, row := range []struct {
		name string
		size int64
		want string
	}{
		{"hoyo.jpg", 120_000, "hoyo.jpg (117 KB)"}, {"hoyo.jpg", 10, "hoyo.jpg (1 KB)"}, {"", 2_202_010, "Archivo (2,1 MB)"},
	} {
		got := f.Shown("picture", kiosk.Value{File: &kiosk.File{Name: row.name, Size: row.size}})
		if got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}

// What people type, and what is kept.
func TestWhatIsTypedBecomesCanonical(t *testing.T) {
	for _, row := range []struct {
		typ  kiosk.QuestionType
		in   kiosk.Value
		want string
	}{
		{kiosk.TypeMoney, word("$ 1.250.000"), "1250000"},
		{kiosk.TypeMoney, word("350,000"), "350000"},
		{kiosk.TypeMoney, word(" 350 000 "), "350000"},
		{kiosk.TypeMoney, word("007"), "7"},
		{kiosk.TypeMoney, word(" $ "), ""},
		{kiosk.TypeDate, word("2026-2-3"), "2026-02-03"},
		{kiosk.TypeDate, word("3-2-2026"), "2026-02-03"},
		{kiosk.TypeDate, word("03/02/2026"), "2026-02-03"},
		{kiosk.TypeDate, word("29.2.2024"), "2024-02-29"},
		{kiosk.TypeDate, parts("day", " 3", "month", "2 ", "year", "1958"), "1958-02-03"},
		{kiosk.TypeDate, parts("day", " ", "month", "", "year", ""), ""},
		{kiosk.TypeTime, word("9:05"), "09:05"},
		{kiosk.TypeTime, word("14.30"), "14:30"},
		{kiosk.TypeTime, word("9 h 05"), "09:05"},
		{kiosk.TypeTime, parts("hour", "9", "minute", "5"), "09:05"},
		{kiosk.TypeConsent, word("no"), "no"},
		{kiosk.TypeSignature, word("  Persona  de Ejemplo "), "Persona de Ejemplo"},
	} {
		q := question(row.typ)
		q.Min, q.Max, q.MaxLength = 0, 0, 0
		got, wrong := canonical(q, row.in)
		if wrong != nil || got.Text != row.want || got.Parts != nil {
			t.Errorf("%s %v becomes %v (%v), want %q", row.typ, row.in, got, wrong, row.want)
		}
	}
}

func TestSeveralAreKeptInTheQuestionsOrder(t *testing.T) {
	q := kiosk.Question{Type: kiosk.TypeManyOf, Min: 2, Max: 3, Options: []kiosk.Option{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}}
	got, wrong := canonical(q, kiosk.Value{Many: []string{"c", "a", "c"}})
	if wrong != nil || !reflect.DeepEqual(got.Many, []string{"a", "c"}) {
		t.Errorf("%v %v", got, wrong)
	}
	if _, wrong := canonical(q, kiosk.Value{Many: []string{"b", "b"}}); wrong == nil || wrong.code != CodeTooFew {
		t.Errorf("one of two is taken: %v", wrong)
	}
	if _, wrong := canonical(q, kiosk.Value{Many: []string{"a", "b", "c", "d"}}); wrong == nil || wrong.code != CodeTooMany {
		t.Errorf("four of three are taken: %v", wrong)
	}
	if got, wrong := canonical(q, kiosk.Value{}); wrong != nil || !got.IsZero() {
		t.Errorf("none: %v %v", got, wrong)
	}
}
