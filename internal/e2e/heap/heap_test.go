package heap_test

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"chasqui/internal/e2e/heap"
)

// written keeps a dump of this very program.
func written(t *testing.T) *heap.Dump {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heap")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		runtime.GC()
	}
	debug.WriteHeapDump(f.Fd())
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := heap.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type holder struct{ what any }

var held *holder

// half is the first half of a word; the whole stands nowhere but where a test puts
// it.
const half = "Palomaquenadie"

// Guards that the search of a heap can fail: whatever is held is found, in the
// forms in which text lies in memory, with the way to who holds it; and once it is
// let go, it is not.
func TestWhatIsHeldIsFound(t *testing.T) {
	for as, make := range map[string]func() any{
		"text":       func() any { return half + strings.ToLower("VIO") },
		"characters": func() any { return []rune(half + strings.ToLower("VIO")) },
		"utf-16le": func() any {
			var out []uint16
			for _, r := range half + strings.ToLower("VIO") {
				out = append(out, uint16(r))
			}
			return out
		},
	} {
		t.Run(as, func(t *testing.T) {
			held = &holder{make()}
			finds := written(t).Search(half + "vio")
			found := false
			for _, f := range finds {
				found = found || f.As == as && len(f.Way) > 1
			}
			if !found {
				t.Errorf("what is held is not found: %v", finds)
			}
			held = nil
			if finds := written(t).Search(half + "vio"); len(finds) != 0 {
				t.Errorf("what was let go is found: %v", finds)
			}
		})
	}
}

func TestWhatIsNoDumpIsRefused(t *testing.T) {
	for name, b := range map[string]string{"nothing": "", "text": "a letter", "half": "go1.7 heap dump\n\x01\xff"} {
		if _, err := heap.Read([]byte(b)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
