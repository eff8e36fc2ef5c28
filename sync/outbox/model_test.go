package outbox_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chasqui/sync/outbox"
	"chasqui/sync/outbox/outboxtest"
	"chasqui/sync/wire"
)

// same gives both outboxes the same epochs.
type same struct{ n byte }

func (s *same) Read(b []byte) (int, error) {
	for i := range b {
		s.n++
		b[i] = s.n
	}
	return len(b), nil
}

// machine drives the disk and the model with the same commands.
type machine struct {
	t     *testing.T
	dir   string
	disk  *outbox.Badger
	model *outbox.Memory
	now   time.Time
	free  uint64
	ids   []wire.ID
	// folios of every request, for ever.
	folios []wire.Folio
}

func (m *machine) options() outbox.Options {
	return outbox.Options{
		Now: func() time.Time { return m.now }, Random: &same{}, Reserve: 1 << 20, NoSync: true, // what a sync is for has its own test
		FreeSpace: func(string) (uint64, error) { return m.free, nil },
	}
}

func (m *machine) both(rt *rapid.T, what string, do func(outbox.Outbox) (string, error)) {
	onDisk, diskErr := do(m.disk)
	inModel, modelErr := do(m.model)
	if onDisk != inModel || fmt.Sprint(diskErr) != fmt.Sprint(modelErr) {
		rt.Fatalf("%s: the disk says %s (%v), the model %s (%v)", what, onDisk, diskErr, inModel, modelErr)
	}
}

func (m *machine) id(rt *rapid.T) wire.ID {
	if len(m.ids) == 0 || rapid.IntRange(0, 9).Draw(rt, "unknown") == 0 {
		return outboxtest.ID()
	}
	return rapid.SampledFrom(m.ids).Draw(rt, "id")
}

// Guards: that what is on the disk obeys the rules of the model through any order
// of commits, acknowledgements, words, removals, full disks and restarts.
func TestTheDiskDoesWhatTheModelDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "model")
		if err != nil {
			rt.Fatal(err)
		}
		m := &machine{t: t, dir: dir, now: time.UnixMilli(1_760_000_000_000).UTC(), free: 1 << 30}
		if m.disk, err = outbox.Open(dir, m.options()); err != nil {
			rt.Fatal(err)
		}
		defer func() {
			if err := m.disk.Close(); err != nil {
				rt.Fatal(err)
			}
		}()
		m.model = outbox.NewMemory(m.options())
		rt.Repeat(map[string]func(*rapid.T){
			"commit": m.commit, "apply": m.apply, "put aside": m.putAside, "prune": m.prune,
			"reopen": m.reopen, "time passes": m.pass, "the disk fills or empties": m.fill,
			"look a folio up": m.lookUp, "": m.compare,
		})
	})
}

func (m *machine) commit(rt *rapid.T) {
	var c outbox.Change
	switch rapid.SampledFrom([]string{"request", "file", "counts", "again", "memo", "amendment"}).Draw(rt, "what") {
	case "request":
		for range rapid.IntRange(1, 3).Draw(rt, "items") {
			c.Items = append(c.Items, outboxtest.Request(rapid.SampledFrom([]int{0, 500, 70_000}).Draw(rt, "length")))
		}
	case "file":
		c = outboxtest.WithFile(rapid.IntRange(1, 80_000).Draw(rt, "length"))
	case "amendment":
		of := wire.Item{Header: wire.Header{ID: m.id(rt), Folio: outboxtest.Folio()}}
		c.Items = []wire.Item{outboxtest.Amendment(rapid.SampledFrom(wire.Amendments()).Draw(rt, "kind"), of)}
	case "counts":
		c.Items = []wire.Item{outboxtest.Item(wire.KindCounts, 100)}
	case "again":
		it := outboxtest.Request(10)
		it.ID = m.id(rt)
		c.Items = []wire.Item{outboxtest.Request(10), it}
	}
	if rapid.Bool().Draw(rt, "with memo") {
		c.Memos = map[string][]byte{"memo": rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(rt, "memo")}
	}
	var headers []wire.Header
	m.both(rt, "commit", func(o outbox.Outbox) (string, error) {
		h, err := o.Commit(ctx, c)
		headers = h
		return fmt.Sprint(h), err
	})
	for _, h := range headers {
		m.ids = append(m.ids, h.ID)
		if h.Folio != "" {
			m.folios = append(m.folios, h.Folio)
		}
	}
}

func (m *machine) apply(rt *rapid.T) {
	var e outbox.Effects
	for range rapid.IntRange(0, 4).Draw(rt, "acks") {
		verdict := rapid.SampledFrom([]wire.Verdict{wire.VerdictAccepted, wire.VerdictAccepted, wire.VerdictDuplicate, wire.VerdictRejected, wire.VerdictRetry}).Draw(rt, "verdict")
		e.Acks = append(e.Acks, wire.Ack{ID: m.id(rt), Verdict: verdict, Code: wire.CodeConflict})
	}
	for range rapid.IntRange(0, 2).Draw(rt, "words") {
		e.Words = append(e.Words, wire.Word{
			Item: m.id(rt), At: rapid.Int64Range(0, 5).Draw(rt, "at"),
			State: rapid.SampledFrom([]wire.State{wire.StateOpened, wire.StateDecided, wire.StateRefused, wire.StateNeedsSomething, wire.StateSaved}).Draw(rt, "word"),
		})
	}
	e.Cursor = rapid.Uint64Range(0, 20).Draw(rt, "cursor")
	m.both(rt, "apply", func(o outbox.Outbox) (string, error) { return "", o.Apply(ctx, e) })
}

func (m *machine) putAside(rt *rapid.T) {
	id := m.id(rt)
	m.both(rt, "put aside", func(o outbox.Outbox) (string, error) { return "", o.PutAside(ctx, id, wire.CodeMalformed) })
}

func (m *machine) prune(rt *rapid.T) {
	m.both(rt, "prune", func(o outbox.Outbox) (string, error) {
		removed, err := o.Prune(ctx, m.now)
		return fmt.Sprint(removed), err
	})
}

func (m *machine) pass(rt *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(-10, 900).Draw(rt, "hours")) * time.Hour)
}

func (m *machine) fill(rt *rapid.T) {
	m.free = rapid.SampledFrom([]uint64{1 << 30, 1 << 30, 1<<20 - 1, 1000}).Draw(rt, "free")
}

func (m *machine) reopen(rt *rapid.T) {
	if err := m.disk.Close(); err != nil {
		rt.Fatal(err)
	}
	free := m.free
	m.free = math.MaxUint64 / 2
	b, err := outbox.Open(m.dir, m.options())
	if err != nil {
		rt.Fatal(err)
	}
	m.disk, m.free = b, free
}

func (m *machine) lookUp(rt *rapid.T) {
	folio := outboxtest.Folio()
	if len(m.folios) > 0 {
		folio = rapid.SampledFrom(m.folios).Draw(rt, "folio")
	}
	m.both(rt, "look up", func(o outbox.Outbox) (string, error) {
		used, err := o.FolioUsed(ctx, folio)
		e, findErr := o.FindFolio(ctx, folio)
		if findErr != nil && !errors.Is(findErr, outbox.ErrNotFound) {
			rt.Fatal(findErr)
		}
		return fmt.Sprint(used, e), err
	})
}

func (m *machine) compare(rt *rapid.T) {
	if disk, model := snapshot(m.t, m.disk), snapshot(m.t, m.model); disk != model {
		rt.Fatalf("the disk:\n%s\nthe model:\n%s", disk, model)
	}
	m.both(rt, "memo", func(o outbox.Outbox) (string, error) {
		memo, err := o.Memo(ctx, "memo")
		return fmt.Sprintf("%q %v", memo, memo == nil), err
	})
}
