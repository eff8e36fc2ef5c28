package uptake

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"chasqui/sync/wire"
)

// stateVersion is the version of the form in which a book is written.
const stateVersion = 1

type bookState struct {
	Version int         `json:"version"`
	Kiosk   string      `json:"kiosk"`
	Office  string      `json:"office"`
	Latest  int64       `json:"latest"`
	Gone    []span      `json:"gone,omitempty"`
	Hours   []hourState `json:"hours"`
}

type hourState struct {
	Hour        int64         `json:"hour"`
	Open        time.Duration `json:"open_ns"`
	Revision    int           `json:"revision"`
	Taken       int           `json:"taken"`
	GivenEvents wire.Digest   `json:"given_events"`
	TakenEvents wire.Digest   `json:"taken_events"`
	GivenOpen   int           `json:"given_open"`
	TakenOpen   int           `json:"taken_open"`
	Counts      []wire.Count  `json:"counts"`
	Times       []timeState   `json:"times,omitempty"`
}

type timeState struct {
	wire.CountKey
	Buckets []uint64      `json:"buckets"`
	Sum     time.Duration `json:"sum_ns"`
}

// State returns the book as JSON, for Restore. Equal books have equal states.
func (b *Book) State() ([]byte, error) {
	state := bookState{Version: stateVersion, Kiosk: b.kiosk, Office: b.office, Latest: b.latest, Gone: b.gone, Hours: []hourState{}}
	for _, n := range slices.Sorted(maps.Keys(b.hours)) {
		h := b.hours[n]
		s := hourState{
			Hour: n, Open: h.open, Revision: h.revision, Taken: h.taken,
			GivenEvents: h.givenEvents, TakenEvents: h.takenEvents, GivenOpen: h.givenOpen, TakenOpen: h.takenOpen,
			Counts: []wire.Count{},
		}
		for _, key := range slices.SortedFunc(maps.Keys(h.counts), compareKeys) {
			s.Counts = append(s.Counts, wire.Count{CountKey: key, N: h.counts[key]})
		}
		for _, key := range slices.SortedFunc(maps.Keys(h.times), compareKeys) {
			t := h.times[key]
			s.Times = append(s.Times, timeState{CountKey: key, Buckets: t.buckets[:], Sum: t.sum})
		}
		state.Hours = append(state.Hours, s)
	}
	out, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("write the counts: %w", err)
	}
	return out, nil
}

// Restore reads what State wrote. An error means that the bytes are not a whole
// book; nothing of it is used then.
func Restore(state []byte) (*Book, error) {
	var s bookState
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("read the counts: %w", err)
	}
	if s.Version != stateVersion {
		return nil, fmt.Errorf("read the counts: version %d; this program reads %d", s.Version, stateVersion)
	}
	if s.Kiosk == "" || s.Latest < 0 {
		return nil, errors.New("read the counts: no kiosk or no hour is named")
	}
	b := NewBook(s.Kiosk, s.Office)
	b.latest, b.gone = s.Latest, s.Gone
	for i, g := range s.Gone {
		if g.From < 0 || g.From >= g.To || i > 0 && g.From <= s.Gone[i-1].To {
			return nil, fmt.Errorf("read the counts: the forgotten hours %d to %d are out of place", g.From, g.To)
		}
	}
	for _, saved := range s.Hours {
		h, err := saved.restore()
		if err == nil && b.hours[saved.Hour] != nil {
			err = errors.New("it is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("read the counts: hour %d: %w", saved.Hour, err)
		}
		b.hours[saved.Hour] = h
	}
	return b, nil
}

func (s hourState) restore() (*hour, error) {
	if s.Hour < 0 || s.Open < 0 || s.Open > time.Hour || s.Taken < 0 || s.Revision < s.Taken {
		return nil, errors.New("its numbers are out of range")
	}
	h := &hour{
		open: s.Open, revision: s.Revision, taken: s.Taken,
		givenEvents: s.GivenEvents, takenEvents: s.TakenEvents, givenOpen: s.GivenOpen, takenOpen: s.TakenOpen,
		counts: make(map[wire.CountKey]uint64, len(s.Counts)), times: make(map[wire.CountKey]timing, len(s.Times)),
	}
	for _, c := range s.Counts {
		if _, twice := h.counts[c.CountKey]; twice || c.N == 0 || c.Event == "" || !c.Channel.Valid() {
			return nil, fmt.Errorf("a count for channel %q, event %q is out of place", c.Channel, c.Event)
		}
		h.counts[c.CountKey] = c.N
	}
	for _, t := range s.Times {
		if _, twice := h.times[t.CountKey]; twice || t.Sum < 0 || len(t.Buckets) != len(timing{}.buckets) || t.Event == "" || !t.Channel.Valid() {
			return nil, fmt.Errorf("a histogram for channel %q, event %q is out of place", t.Channel, t.Event)
		}
		h.times[t.CountKey] = timing{buckets: [10]uint64(t.Buckets), sum: t.Sum}
	}
	return h, nil
}
