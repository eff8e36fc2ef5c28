package outbox

import (
	"fmt"
	"slices"
	"sync"

	"chasqui/sync/wire"
)

// Memory is an Outbox that keeps everything in memory, for other packages' tests.
// It obeys the same contract as Badger but for what a disk is needed for. Of the
// options it uses Now, Random, Reserve, FreeSpace and Log; without FreeSpace it is
// never full.
type Memory struct{ *box }

var _ Outbox = (*Memory)(nil)

// NewMemory makes an empty outbox. It panics if Random fails to make an epoch.
func NewMemory(o Options) *Memory {
	if o.FreeSpace == nil {
		o.FreeSpace = func(string) (uint64, error) { return 1 << 40, nil }
	}
	b := newBox(o.withDefaults())
	kept := &memoryKept{records: map[string]record{}, files: map[wire.Digest][]byte{}}
	b.shelf, b.files = kept, memoryFiles{kept}
	epoch, err := newEpoch(b.opts.Random)
	if err != nil {
		panic(err)
	}
	b.meta = meta{Version: metaVersion, Epoch: epoch, Chain: chainStart(epoch)}
	return &Memory{box: b}
}

// memoryKept is a shelf and a folder of files in memory.
type memoryKept struct {
	mu      sync.Mutex
	records map[string]record
	files   map[wire.Digest][]byte
}

func (m *memoryKept) get(key string) (record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[key]
	if !ok {
		return record{}, errNoRecord
	}
	r.value = slices.Clone(r.value)
	return r, nil
}

func (m *memoryKept) write(w writing) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range w.set {
		m.records[r.key] = r
	}
	for _, key := range w.delete {
		delete(m.records, key)
	}
	return nil
}

func (m *memoryKept) tidy() error  { return nil }
func (m *memoryKept) close() error { return nil }

type memoryFiles struct{ *memoryKept }

func (m memoryFiles) put(digest wire.Digest, content []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[digest] = slices.Clone(content)
	return nil
}

func (m memoryFiles) read(digest wire.Digest, offset int64, n int) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	content, ok := m.files[digest]
	if !ok || offset < 0 || n < 0 || offset+int64(n) > int64(len(content)) {
		return nil, fmt.Errorf("no %d bytes at %d of file %s", n, offset, digest)
	}
	return slices.Clone(content[offset : offset+int64(n)]), nil
}

func (m memoryFiles) remove(digest wire.Digest) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, digest)
	return nil
}
