package look

import "sync"

// remember says that what is measured and drawn is kept.
var remember bool

// Remember keeps what is measured and which icons are drawn from now on, for whoever
// draws the same pages again and again: tests and the gallery. The kiosk itself must
// not: what somebody wrote would outlive the visit.
func Remember() { remember = true }

// Memory is what was made before, by what it was made of. The zero value is empty.
type Memory[K comparable, V any] struct {
	mu   sync.RWMutex
	made map[K]V
}

// Remembered returns what was made of the same before, or makes it. It makes it each
// time unless [Remember] was called.
func Remembered[K comparable, V any](m *Memory[K, V], key K, produce func() V) V {
	if !remember {
		return produce()
	}
	m.mu.RLock()
	got, ok := m.made[key]
	m.mu.RUnlock()
	if ok {
		return got
	}
	got = produce()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.made == nil {
		m.made = map[K]V{}
	}
	m.made[key] = got
	return got
}
