package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func drawKey(t *rapid.T) CountKey {
	word := rapid.StringMatching(`[a-z/<>&ñ-]{0,12}`)
	return CountKey{
		Service: word.Draw(t, "service"), ServiceVersion: rapid.IntRange(0, 9).Draw(t, "version"),
		Channel: rapid.SampledFrom(Channels()).Draw(t, "channel"), Language: word.Draw(t, "language"), Mode: word.Draw(t, "mode"),
		Event: rapid.SampledFrom([]string{EventStarted, EventCompleted, EventTime, "new"}).Draw(t, "event"), Detail: word.Draw(t, "detail"),
	}
}

func drawSet(t *rapid.T) CountSet {
	set := CountSet{
		Kiosk: "kiosk-1", Office: "CL/13/13101/centro", Hour: rapid.Int64Range(0, 1<<40).Draw(t, "hour"),
		Revision: rapid.IntRange(1, 1<<30).Draw(t, "revision"), Open: rapid.IntRange(0, 3600).Draw(t, "open"),
		Counts: []Count{},
	}
	for range rapid.IntRange(0, 10).Draw(t, "counts") {
		set.Counts = append(set.Counts, Count{CountKey: drawKey(t), N: rapid.Uint64().Draw(t, "n")})
	}
	for range rapid.IntRange(0, 4).Draw(t, "histograms") {
		h := Histogram{CountKey: drawKey(t), Buckets: make([]uint64, len(DurationBounds)+1), Sum: rapid.Float64Range(0, 1e12).Draw(t, "sum")}
		for i := range h.Buckets {
			h.Buckets[i] = rapid.Uint64().Draw(t, "bucket")
		}
		set.Histograms = append(set.Histograms, h)
	}
	return set
}

func TestCountsReadBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawSet(t)
		body, err := json.Marshal(set)
		if err != nil {
			t.Fatal(err)
		}
		read, err := ParseCountSet(body)
		if err != nil || !reflect.DeepEqual(read, set) {
			t.Fatalf("%s is read as %+v, %v", body, read, err)
		}
	})
}

// Guards "a count is replaced whole": the form of the keys on the wire is what
// the hub's tables are made of.
func TestACountHasThisForm(t *testing.T) {
	set := CountSet{
		Kiosk: "kiosk-1", Office: "CL/13/13101/centro", Hour: 498735, Revision: 2, Open: 3600,
		Counts:     []Count{{CountKey{"certificado-residencia", 1, ChannelKiosk, "es", "touch", EventAbandoned, "document"}, 3}},
		Histograms: []Histogram{{CountKey{Channel: ChannelCounter, Event: EventTime}, make([]uint64, 10), 1.5}},
	}
	body, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"kiosk":"kiosk-1","office":"CL/13/13101/centro","hour":498735,"revision":2,"open_seconds":3600,` +
		`"counts":[{"service":"certificado-residencia","service_version":1,"channel":"kiosk","language":"es","mode":"touch","event":"abandoned","detail":"document","n":3}],` +
		`"histograms":[{"channel":"counter","event":"time","buckets":[0,0,0,0,0,0,0,0,0,0],"sum":1.5}]}`
	if string(body) != want {
		t.Errorf("%s, want %s", body, want)
	}
}

func TestWhatIsNoCountSetIsRefused(t *testing.T) {
	const good = `{"kiosk":"k","hour":5,"revision":1,"open_seconds":0,"counts":[{"channel":"kiosk","event":"started","n":1}],` +
		`"histograms":[{"channel":"kiosk","event":"time","buckets":[0,0,0,0,0,0,0,0,0,0],"sum":0}]}`
	if _, err := ParseCountSet([]byte(good)); err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%s is not in the sample", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	many := strings.Repeat(`{"channel":"kiosk","event":"started","n":1},`, MaxCounts-1)
	if _, err := ParseCountSet([]byte(replace(`"counts":[`, `"counts":[`+many[:len(many)-len(`{"channel":"kiosk","event":"started","n":1},`)]))); err != nil {
		t.Errorf("the most counts are refused: %v", err)
	}
	for name, bad := range map[string]string{
		"nothing":                "",
		"a list":                 "[]",
		"two sets":               good + good,
		"no kiosk":               replace(`"k"`, `""`),
		"no revision":            replace(`"revision":1`, `"revision":0`),
		"an hour before 1970":    replace(`"hour":5`, `"hour":-5`),
		"open before it opened":  replace(`"open_seconds":0`, `"open_seconds":-1`),
		"open beyond the hour":   replace(`"open_seconds":0`, `"open_seconds":3601`),
		"an unknown channel":     replace(`"channel":"kiosk"`, `"channel":"tram"`),
		"no event":               replace(`"event":"started"`, `"event":""`),
		"a negative count":       replace(`"n":1`, `"n":-1`),
		"half a count":           replace(`"n":1`, `"n":1.5`),
		"an unknown histogram":   replace(`"channel":"kiosk","event":"time"`, `"channel":"tram","event":"time"`),
		"a histogram of nothing": replace(`"event":"time"`, `"event":""`),
		"a bucket short":         replace(`"buckets":[0,`, `"buckets":[`),
		"a bucket too many":      replace(`"buckets":[`, `"buckets":[0,`),
		"too many counts":        replace(`"counts":[`, `"counts":[`+many),
	} {
		if set, err := ParseCountSet([]byte(bad)); !errors.Is(err, ErrMalformed) || set.Kiosk != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnHourBeginsWhereItStarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 1<<35).Draw(t, "second"), 999_999_999)
		start := HourStart(Hour(at))
		if start.After(at) || at.Sub(start) >= time.Hour || start.Location() != time.UTC || start.Minute() != 0 {
			t.Fatalf("%v lies in the hour of %v", at, start)
		}
	})
}

func sampleDecision() Decision {
	return Decision{
		Folio: "K7M402918376", Request: ID{1, 2, 3}, Suggestion: "seguir-desde-casa", Epoch: 3, Policy: strings.Repeat("ab", 32),
		Bucket: "certificado-residencia|es", Arms: []Arm{{"llano", .936499946}, {"ahorro", .063500054}}, Shown: "llano", Draw: .25, Answer: AnswerAccepted,
	}
}

func TestADecisionReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sampleDecision()
		drawn(t, "request", d.Request[:])
		d.Request[0] |= 1
		d.Folio = drawFolio(t)
		d.Draw = rapid.Float64Range(0, .999999).Draw(t, "draw")
		d.Arms = nil
		for i := range rapid.IntRange(1, 64).Draw(t, "arms") {
			d.Arms = append(d.Arms, Arm{fmt.Sprint(i), rapid.Float64Range(0, 1).Draw(t, "probability")})
		}
		d.Holdout = rapid.Bool().Draw(t, "holdout")
		body, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		read, err := ParseDecision(body)
		if err != nil || !reflect.DeepEqual(read, d) {
			t.Fatalf("%s is read as %+v, %v", body, read, err)
		}
	})
}

func TestWhatIsNoDecisionIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Decision){
		"no folio":      func(d *Decision) { d.Folio = "" },
		"no request":    func(d *Decision) { d.Request = ID{} },
		"no suggestion": func(d *Decision) { d.Suggestion = "" },
		"too many arms": func(d *Decision) { d.Arms = make([]Arm, 65) },
	} {
		d := sampleDecision()
		change(&d)
		body, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := ParseDecision(body); !errors.Is(err, ErrMalformed) || d.Suggestion != "" {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	for _, bad := range []string{"", "null", "[]", `{"request":"x"}`, `{"folio":5}`} {
		if d, err := ParseDecision([]byte(bad)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %+v, %v", bad, d, err)
		}
	}
}

// Guards "it says nothing about the person": a field added to the record must be
// thought about, and so must its name here.
func TestADecisionHasTheseFieldsAndNoOthers(t *testing.T) {
	want := []string{"folio", "request", "suggestion", "epoch", "policy", "bucket", "arms", "shown", "holdout", "draw", "answer"}
	var got []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Decision]()) {
		got = append(got, f.Tag.Get("json"))
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

// Guards pages and metrics against words of a kiosk's making: a closed list of
// details stays closed, whatever a count says.
func TestDetailsAreThoseOfTheTable(t *testing.T) {
	for _, c := range []struct{ event, detail, want string }{
		{EventAmended, "withdrawal", "withdrawal"}, {EventAmended, "request", Other}, {EventAmended, "", Other},
		{EventSatisfaction, "1", "1"}, {EventSatisfaction, "5", "5"}, {EventSatisfaction, "skipped", "skipped"},
		{EventSatisfaction, "6", Other}, {EventSatisfaction, "0", Other}, {EventSatisfaction, "11", Other}, {EventSatisfaction, "", Other},
		{EventSearch, "found", "found"}, {EventSearch, "what was typed", Other},
		{EventRepeat, "again", "again"}, {EventRepeat, "12345678-5", Other},
		{EventLesson, "escanear-qr/started", "escanear-qr/started"}, {EventLesson, "escanear-qr/right", Other}, {EventLesson, "Él/started", Other}, {EventLesson, "/started", Other},
		{EventHelp, "ring/home", "ring/home"}, {EventHelp, "question/name", "question/name"}, {EventHelp, "ring/question/name", "ring/question/name"}, {EventHelp, "ring/<b>", Other}, {EventHelp, "", ""},
		{EventAbandoned, "name", "name"}, {EventNudge, "follow/accepted", "follow/accepted"},
	} {
		if got := KnownDetail(c.event, c.detail); got != c.want {
			t.Errorf("%s %q is %q, want %q", c.event, c.detail, got, c.want)
		}
	}
}
