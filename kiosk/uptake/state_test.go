package uptake

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chasqui/sync/wire"
)

// Guards "power that fails": a kiosk that starts again in the middle of an hour
// goes on counting where it was, with the same revisions.
func TestABookSurvivesARestartInTheMiddleOfAnHour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		do := func(name string, b *Book, seed []byte) {
			for _, x := range seed {
				switch e := event(noon.Add(time.Duration(x%4)*40*time.Minute), wire.EventCompleted, "a"); x % 7 {
				case 0, 1, 2:
					e.Duration = time.Duration(x) * time.Second
					b.Add(e)
				case 3:
					b.Remove(e)
				case 4:
					b.Taken(b.Due())
				case 5:
					b.Open(e.At, e.At.Add(time.Duration(x)*time.Minute))
				case 6:
					b.Due()
				}
			}
		}
		do("before", b, rapid.SliceOf(rapid.Byte()).Draw(t, "before"))
		if rapid.Bool().Draw(t, "forget") {
			b.Forget(noon.Add(time.Hour))
		}
		restored, err := Restore([]byte(state(t, b)))
		if err != nil {
			t.Fatal(err)
		}
		if state(t, restored) != state(t, b) {
			t.Fatalf("restored as %s, was %s", state(t, restored), state(t, b))
		}
		after := rapid.SliceOf(rapid.Byte()).Draw(t, "after")
		do("after", b, after)
		do("after", restored, after)
		if state(t, restored) != state(t, b) {
			t.Fatalf("after a restart %s, without %s", state(t, restored), state(t, b))
		}
		if got, want := restored.Due(), b.Due(); !reflect.DeepEqual(got, want) {
			t.Fatalf("after a restart %+v is due, without %+v", got, want)
		}
	})
}

func TestADamagedStateIsRefusedWithAReason(t *testing.T) {
	b := newBook()
	e := event(noon, wire.EventCompleted, "a")
	e.Duration = time.Minute
	b.Add(e)
	good := state(t, b)
	if _, err := Restore([]byte(good)); err != nil {
		t.Fatal(err)
	}
	hour := good[strings.Index(good, `{"hour"`) : len(good)-2]
	tests := map[string]struct{ old, new, say string }{
		"no JSON":               {good, "x", "invalid character"},
		"cut off":               {good, good[:len(good)/2], "unexpected end"},
		"another version":       {`"version":1`, `"version":2`, "version 2; this program reads 1"},
		"no kiosk":              {`"kiosk":"kiosk-1"`, `"kiosk":""`, "no kiosk"},
		"a negative hour":       {`"hour":`, `"hour":-`, "out of range"},
		"more than an hour":     {`"open_ns":0`, `"open_ns":3600000000001`, "out of range"},
		"taken before given":    {`"taken":0`, `"taken":1`, "out of range"},
		"an hour twice":         {hour, hour + "," + hour, "twice"},
		"an unknown channel":    {`"channel":"kiosk"`, `"channel":"tram"`, `channel "tram"`},
		"a count of nothing":    {`"n":1`, `"n":0`, "out of place"},
		"a negative count":      {`"n":1`, `"n":-1`, "cannot unmarshal"},
		"a histogram too short": {`"buckets":[0,`, `"buckets":[`, "a histogram"},
		"a negative sum":        {`"sum_ns":`, `"sum_ns":-`, "a histogram"},
		"gone the wrong way":    {`"hours":[`, `"gone":[{"From":5,"To":5}],"hours":[`, "5 to 5"},
		"gone out of order":     {`"hours":[`, `"gone":[{"From":5,"To":7},{"From":6,"To":9}],"hours":[`, "6 to 9"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(good, test.old, test.new, 1)
			if bad == good {
				t.Fatalf("%q is not in %s", test.old, good)
			}
			if _, err := Restore([]byte(bad)); err == nil || !strings.Contains(err.Error(), test.say) {
				t.Errorf("error %v does not say %q", err, test.say)
			}
		})
	}
}

// Whatever is read as a book can be written, read again, counted in and given.
func FuzzRestore(f *testing.F) {
	b := newBook()
	e := event(noon, wire.EventCompleted, "a")
	e.Duration = time.Minute
	b.Add(e)
	b.Open(noon, noon.Add(90*time.Minute))
	b.Taken(b.Due())
	b.Add(served(noon.Add(time.Hour), "a"))
	b.Forget(noon.Add(time.Hour))
	f.Add([]byte(state(f, b)))
	f.Add([]byte(`{"version":1,"kiosk":"k","hours":[{"hour":1,"revision":9,"taken":3,"counts":[{"channel":"kiosk","event":"x","n":18446744073709551615}]}]}`))
	f.Fuzz(func(t *testing.T, saved []byte) {
		b, err := Restore(saved)
		if err != nil {
			return
		}
		again, err := Restore([]byte(state(t, b)))
		if err != nil {
			t.Fatalf("%s is read and written as %s, which is not read: %v", saved, state(t, b), err)
		}
		if state(t, again) != state(t, b) {
			t.Fatal("it changes each time it is read")
		}
		b.Add(e)
		b.Open(noon, noon.Add(time.Minute))
		b.Forget(noon)
		b.Taken(b.Due())
	})
}
