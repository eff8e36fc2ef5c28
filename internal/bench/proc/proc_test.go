package proc

import (
	"os"
	"strings"
	"testing"
	"time"
)

const rollup = `561efb0ce000-7ffd9649d000 ---p 00000000 00:00 0                          [rollup]
Rss:                1772 kB
Pss:                 353 kB
Pss_Dirty:           116 kB
Pss_Anon:            116 kB
Pss_File:            237 kB
Shared_Clean:       1572 kB
`

// Guards the memory that is published: Pss and not Rss, kilobytes and not bytes,
// and a file that is not understood is an error and not zero.
func TestTheRollupIsReadInBytes(t *testing.T) {
	m, err := ParseRollup([]byte(rollup))
	if err != nil || m != (Memory{PSS: 353 << 10, Anon: 116 << 10}) {
		t.Errorf("%+v, %v", m, err)
	}
	for _, bad := range []string{"", "Rss: 12 kB\n", "Pss: many kB\n", "Pss: 12 MB\n", "Pss: -1 kB\n", "Pss: 12\n"} {
		if m, err := ParseRollup([]byte(bad)); err == nil {
			t.Errorf("%q gave %+v", bad, m)
		}
	}
}

// Guards the sum over a browser's processes: a name with spaces and brackets must
// not shift the fields.
func TestTheParentIsFoundBehindAnyName(t *testing.T) {
	for line, want := range map[string]int{
		"12 (chromium) S 7 12 12 0": 7, "12 (a (b) c) R 3 1": 3, "1 () S 0 1": 0,
	} {
		if got, err := ParseStat([]byte(line)); err != nil || got != want {
			t.Errorf("%q: %d, %v", line, got, err)
		}
	}
	for _, bad := range []string{"", "12 chromium S 7", "12 (x) S", "12 (x) S x", "12 (x) S -4"} {
		if got, err := ParseStat([]byte(bad)); err == nil {
			t.Errorf("%q gave %d", bad, got)
		}
	}
}

func TestTimeOnAProcessorIsReadInNanoseconds(t *testing.T) {
	if d, err := ParseSchedstat([]byte("4350266 1633280 3\n")); err != nil || d != 4350266*time.Nanosecond {
		t.Errorf("%v, %v", d, err)
	}
	for _, bad := range []string{"", "1 2", "x 2 3", "-1 2 3"} {
		if d, err := ParseSchedstat([]byte(bad)); err == nil {
			t.Errorf("%q gave %v", bad, d)
		}
	}
}

// The figures of this very process are plausible: it has memory, it has worked, and
// it is in its parent's tree.
func TestThisProcessIsFound(t *testing.T) {
	tree, err := TreeOf(os.Getppid())
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, pid := range tree {
		found = found || pid == os.Getpid()
	}
	if !found {
		t.Errorf("%d is not among %v", os.Getpid(), tree)
	}
	self := Tree{os.Getpid()}
	m, err := self.Memory()
	if err != nil || m.PSS < 1<<20 || m.PSS > 1<<32 || m.Anon <= 0 || m.Anon > m.PSS {
		t.Errorf("%+v, %v", m, err)
	}
	before := self.Busy()
	began := time.Now()
	for strings.Repeat("x", 1000) != "" && time.Since(began) < 30*time.Millisecond {
		continue
	}
	if busy := self.Busy().Since(before); busy <= 0 || busy > time.Minute {
		t.Errorf("busy for %v", busy)
	}
	if _, err := (Tree{1 << 30}).Memory(); err == nil {
		t.Error("a process that is not there has memory")
	}
}

// Guards the bench against a file of another kernel: it is an error, never a panic
// and never less than nothing.
func FuzzProc(f *testing.F) {
	f.Add([]byte(rollup))
	f.Add([]byte("Pss: 99999999999999999999 kB\nPss_Anon: 1 kB"))
	f.Add([]byte("12 (a (b) c) R 3 1"))
	f.Add([]byte("4350266 1633280 3"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseRollup(b); err == nil && (m.PSS < 0 || m.Anon < 0) {
			t.Errorf("%q gave %+v", b, m)
		}
		if parent, err := ParseStat(b); err == nil && parent < 0 {
			t.Errorf("%q gave the parent %d", b, parent)
		}
		if d, err := ParseSchedstat(b); err == nil && d < 0 {
			t.Errorf("%q gave %v", b, d)
		}
	})
}
