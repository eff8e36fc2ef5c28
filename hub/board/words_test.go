package board

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"chasqui/hub"
	"chasqui/hub/measure"
	"chasqui/locales"
	"chasqui/sync/wire"
)

var keyPattern = regexp.MustCompile(`"(web\.[a-z0-9.-]+)"`)

// usedKeys reads the keys that templates and code ask for, with those that are
// put together from a table.
func usedKeys(t *testing.T) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	for _, pattern := range []string{"*.go", "templates/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range keyPattern.FindAllStringSubmatch(string(b), -1) {
				if !strings.HasSuffix(m[1], ".") {
					used[m[1]] = true
				}
			}
		}
	}
	for _, message := range []string{"web.not-found", "web.foreign-form", "web.bad-form", "web.bad-period", "web.unreadable", "web.too-many"} {
		if !used[message] {
			t.Errorf("no page says %s", message)
		}
		delete(used, message)
		used[message+".title"], used[message+".text"] = true, true
	}
	add := func(prefix string, names ...string) {
		for _, name := range names {
			used[prefix+name] = true
		}
	}
	for _, r := range measure.Reasons() {
		add("web.reason.", string(r))
	}
	for _, k := range measure.StepKinds() {
		add("web.next.", string(k))
	}
	for _, id := range definitions() {
		add("web.definition."+id+".", "term", "text")
	}
	add("web.source.", string(measure.SourceKiosk), string(measure.SourceTally), string(measure.SourceImport))
	add("web.kiosk.", kioskHeard, kioskLate, kioskNever, kioskRevoked)
	add("web.period.", "1", "7", "30", "90", "365")
	for _, c := range wire.Channels() {
		add("channel.", string(c))
	}
	for _, s := range wire.States() {
		add("state.", string(s))
	}
	return used
}

// Guards: no key is missing in any language, and none is kept that no page uses.
// The control is a key that is nowhere.
func TestEveryKeyHasWordsInEveryLanguage(t *testing.T) {
	used := usedKeys(t)
	if len(used) < 120 {
		t.Fatalf("only %d keys were found in templates and code", len(used))
	}
	for _, l := range locales.Languages() {
		words := locales.In(l.Tag)
		if words.Has("web.nowhere") {
			t.Fatal("control: a key that is nowhere is found")
		}
		for key := range used {
			if !words.Has(key) {
				t.Errorf("%s has no %s", l.Tag, key)
			}
		}
		b, err := fs.ReadFile(os.DirFS(filepath.Join("..", "..", "locales")), "web."+l.Tag+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]string
		if err := yaml.Unmarshal(b, &all); err != nil {
			t.Fatal(err)
		}
		for key := range all {
			if !used[key] {
				t.Errorf("%s: nothing uses %s", l.Tag, key)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{\.\w+\}\}`)

// Guards: a translation fills in the same things as the Spanish source.
func TestTranslationsHaveTheSamePlaceholders(t *testing.T) {
	read := func(tag string) (all map[string]string) {
		b, err := os.ReadFile(filepath.Join("..", "..", "locales", "web."+tag+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(b, &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	source := read(locales.Source)
	holes := func(s string) []string { return slices.Sorted(slices.Values(placeholder.FindAllString(s, -1))) }
	for _, l := range locales.Languages() {
		for key, text := range read(l.Tag) {
			if want := holes(source[key]); !slices.Equal(holes(text), want) {
				t.Errorf("%s: %s has %q, Spanish %q", l.Tag, key, holes(text), want)
			}
		}
	}
}

func TestNumbersAndDates(t *testing.T) {
	for _, l := range locales.Languages() {
		w := words{locales.In(l.Tag)}
		for _, key := range []string{"web.months", "web.months.short"} {
			if n := len(strings.Fields(w.T(key))); n != 12 {
				t.Errorf("%s has %d names in %s", l.Tag, n, key)
			}
		}
		if n := len(strings.Fields(w.T("web.tenths"))); n != 9 {
			t.Errorf("%s counts to %d", l.Tag, n)
		}
	}
	w, en := words{locales.In("es")}, words{locales.In("en")}
	for _, test := range []struct{ got, want string }{
		{w.number(0), "0"}, {w.number(999), "999"}, {w.number(1000), "1.000"}, {w.number(1234567), "1.234.567"}, {en.number(1234567), "1,234,567"},
		{w.percent(0), "0\u00a0%"}, {w.percent(1), "100\u00a0%"}, {w.percent(0.004), "menos de 1\u00a0%"}, {w.percent(0.996), "más de 99\u00a0%"},
		{w.percent(0.745), "75\u00a0%"}, {en.percent(0.75), "75%"},
		{w.day("2026-11-23"), "23 de noviembre de 2026"}, {w.shortDay("2026-01-02"), "2 ene 2026"}, {en.day("2026-09-01"), "1 September 2026"},
	} {
		if test.got != test.want {
			t.Errorf("it says %q, want %q", test.got, test.want)
		}
	}
}

func TestHeadline(t *testing.T) {
	w := words{locales.In("es")}
	total := func(digital, whole uint64) measure.Total {
		return measure.Total{TakeUp: measure.Share(digital, whole), Completed: measure.Counted(whole)}
	}
	uncounted := measure.Total{TakeUp: measure.NoData(measure.ChannelNotCounted), Completed: measure.Counted(5)}
	for _, test := range []struct {
		total measure.Total
		want  string
	}{
		{measure.Total{}, "Todavía no se ha contado ningún trámite"},
		{uncounted, "Todavía no se puede decir cuántos trámites fueron digitales"},
		{total(1, 1), "El único trámite contado fue digital"},
		{total(0, 1), "El único trámite contado no fue digital"},
		{total(0, 40), "Ninguno de los 40 trámites contados fue digital"},
		{total(40, 40), "Los 40 trámites contados fueron digitales"},
		{total(3, 4), "3 de 4 trámites contados fueron digitales"},
		{total(1, 4), "1 de 4 trámites contados fue digital"},
		{total(593, 831), "Siete de cada diez trámites contados fueron digitales"},
		{total(1, 100), "Menos de uno de cada diez trámites contados fue digital"},
		{total(12, 100), "Uno de cada diez trámites contados fue digital"},
		{total(99, 100), "Más de nueve de cada diez trámites contados fueron digitales"},
	} {
		if got := w.headline(test.total); got != test.want {
			t.Errorf("it says %q, want %q", got, test.want)
		}
	}
}

// Guards: whatever somebody sends, a table of limits does not grow without end.
func TestLimitsForget(t *testing.T) {
	b := &buckets{every: time.Second, burst: 2}
	now := time.Unix(1_800_000_000, 0)
	key := make([]byte, 3)
	for i := range mostKept + 10 {
		key[0], key[1], key[2] = byte(i), byte(i>>8), byte(i>>16)
		if !b.allow(string(key), now) {
			t.Fatal("a first attempt is refused")
		}
	}
	if len(b.kept) > mostKept {
		t.Errorf("%d keys are kept", len(b.kept))
	}
	now = now.Add(time.Hour)
	b.forget(now)
	if len(b.kept) != 0 {
		t.Errorf("%d keys are kept that are full again", len(b.kept))
	}
	b.allow("a", now)
	b.allow("a", now)
	if b.allow("a", now) {
		t.Error("a third attempt at once is let through")
	}
	if len(slices.Collect(maps.Keys(b.kept))) != 1 {
		t.Error("it keeps more than the one key")
	}
}

func TestZonesAreThere(t *testing.T) {
	for scope, want := range map[string]string{"*": "America/Santiago", "CL/13/13101": "America/Santiago", "CL/05/05201": "Pacific/Easter", "PE": "UTC"} {
		if got := zone(scopeOf(scope)).String(); got != want {
			t.Errorf("%s counts its days in %s, want %s", scope, got, want)
		}
	}
}

func scopeOf(s string) hub.Scope { return hub.Scope(s) }
