package hub_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chasqui/hub"
)

func TestParseScope(t *testing.T) {
	for _, good := range []string{"CL", "CL/13", "CL/13/13101", "CL/13/13101/centro", "a-b/c_d"} {
		if s, err := hub.ParseScope(good); err != nil || string(s) != good {
			t.Errorf("%q: %q, %v", good, s, err)
		}
	}
	for _, bad := range []string{"", "/", "CL/", "/CL", "CL//13", "CL/13/13101/centro/x", "*", "CL/*", "CL/13 ", "Ñ", "CL/13/13101/" + strings.Repeat("x", 200), "CL%", "CL/\x00"} {
		if s, err := hub.ParseScope(bad); !errors.Is(err, hub.ErrInvalid) {
			t.Errorf("%q: %q, %v", bad, s, err)
		}
	}
}

// Guards what a person may see; without the separator a scope would hold its
// namesakes, and without the empty case a forgotten scope would hold everything.
func TestContains(t *testing.T) {
	for _, c := range []struct {
		scope, other hub.Scope
		want         bool
	}{
		{"CL", "CL", true}, {"CL", "CL/13/13101/centro", true}, {"CL/13/13101", "CL/13/13101/centro", true},
		{"CL/13/13101", "CL/13/131010/centro", false}, {"CL/13/13101/centro", "CL/13/13101", false},
		{"CL", "CLX", false}, {"AR", "CL", false}, {"", "", false}, {"", "CL", false}, {"CL", "", false},
		{hub.World, "CL/13", true}, {hub.World, "", false}, {"CL", hub.World, false},
	} {
		if got := c.scope.Contains(c.other); got != c.want {
			t.Errorf("%q.Contains(%q) = %v", c.scope, c.other, got)
		}
	}
}

func TestPartsOfAScope(t *testing.T) {
	office := hub.Scope("CL/13/13101/centro")
	if m, ok := office.Municipality(); !ok || m != "CL/13/13101" {
		t.Errorf("municipality %q, %v", m, ok)
	}
	if _, ok := hub.Scope("CL/13").Municipality(); ok {
		t.Error("a region has a municipality")
	}
	if !office.IsOffice() || hub.Scope("CL/13/13101").IsOffice() {
		t.Error("what is an office")
	}
	var up []hub.Scope
	for s := office; s != hub.World; s = s.Parent() {
		up = append(up, s)
	}
	if len(up) != 4 || up[3] != "CL" || hub.World.Parent() != hub.World || hub.Scope("").Parent() != "" {
		t.Errorf("parents: %v", up)
	}
	if office.Name() != "centro" || hub.Scope("CL").Name() != "CL" {
		t.Error("names")
	}
}

func TestTimeZonesExist(t *testing.T) {
	for scope, want := range map[hub.Scope]string{
		"CL/13/13101/centro": "America/Santiago", "CL": "America/Santiago", "CL/12/12101": "America/Punta_Arenas",
		"CL/11": "America/Coyhaique", "CL/05/05201/rapa": "Pacific/Easter", "CL/05/05101": "America/Santiago", "": "UTC", "AR/1": "UTC",
	} {
		if got := scope.TimeZone(); got != want {
			t.Errorf("%q: %s", scope, got)
		}
		if _, err := time.LoadLocation(want); err != nil {
			t.Error(err)
		}
	}
}

func FuzzParseScope(f *testing.F) {
	for _, seed := range []string{"CL/13/13101/centro", "*", "", "CL//", "á/b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := hub.ParseScope(text)
		if err != nil {
			return
		}
		if string(s) != text || s.Level() < 1 || s.Level() > 4 || !hub.World.Contains(s) || !s.Parent().Contains(s) || strings.ContainsAny(text, "*'\" \x00") {
			t.Errorf("%q parsed as %q of level %d", text, s, s.Level())
		}
	})
}
