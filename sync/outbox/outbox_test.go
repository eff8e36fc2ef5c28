package outbox_test

import (
	"context"
	"testing"

	"chasqui/sync/outbox"
	"chasqui/sync/outbox/outboxtest"
)

var ctx = context.Background()

func mustOpen(t testing.TB, dir string, o outbox.Options) *outbox.Badger {
	t.Helper()
	b, err := outbox.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

func TestContractBadger(t *testing.T) {
	outboxtest.Run(t, func(t *testing.T) outbox.Outbox { return mustOpen(t, t.TempDir(), outbox.Options{}) })
}

func TestContractMemory(t *testing.T) {
	outboxtest.Run(t, func(t *testing.T) outbox.Outbox { return outbox.NewMemory(outbox.Options{}) })
}
