// Package storetest holds every store to the contract in package store. A new
// store is tested by one call of [Run]; the kiosks and items it makes serve the
// tests of other rooms too.
package storetest

import (
	"testing"

	"chasqui/hub/store"
)

// Run tests a store. open returns a new, empty one; Run closes it.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s store.Store)
	}{
		{"an item is kept once", keptOnce},
		{"other bytes are a conflict and change nothing", conflicts},
		{"what is refused is put aside and stops nothing", putAside},
		{"a retried item leaves no trace", retried},
		{"the high-water mark has no gap below it", highWater},
		{"many kiosks at once", manyAtOnce},
		{"a failed exchange stores nothing of itself and nothing less of others", failsAlone},
		{"a revoked or unknown kiosk stores nothing", notOurs},
		{"an old batch is no check-in", oldBatch},
		{"check-in", checkIn},
		{"counts are replaced whole by a higher revision", counts},
		{"durations", durations},
		{"decisions", decisions},
		{"imported counts", imported},
		{"deliveries are numbered and bounded", deliveries},
		{"words reach the kiosk and move the state", words},
		{"a late word is only history", lateWords},
		{"opened after all", openedAfterAll},
		{"amendments are kept once and delivered to their unit", amendments},
		{"a withdrawn request stays so in any order", withdrawals},
		{"nobody amends what another kiosk filed", foreignAmendments},
		{"a word about what is not the unit's", foreignWords},
		{"status page", lookup},
		{"a code enrols one key", codes},
		{"every read sees its scope alone", scopes},
		{"totals", totals},
		{"closed", closed},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.run(t, s)
		})
	}
}
