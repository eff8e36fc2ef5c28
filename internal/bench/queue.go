package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

const (
	items = 200
	size  = 2 << 10
	group = 20
)

// sample makes n requests of 2 KB as a station would.
func sample(n int) ([]wire.Item, error) {
	out := make([]wire.Item, n)
	for i := range out {
		body := make([]byte, size)
		if _, err := rand.Read(body); err != nil {
			return nil, err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, err
		}
		folio, err := wire.NewFolio("K7M", rand.Reader)
		if err != nil {
			return nil, err
		}
		out[i] = wire.Item{Body: body, Header: wire.Header{
			ID: wire.ID(id), Kiosk: "K-K7M", Lane: wire.LaneRequest, Kind: wire.KindRequest,
			Office: "CL/13/13101/centro", Service: "certificado-residencia", ServiceVersion: 1, Unit: "atencion",
			Language: "es", Folio: folio, CodeHash: make([]byte, 32), Digest: wire.DigestOf(body),
			Created: wire.Clock{Wall: time.Now().UnixMilli(), Boot: "bench", Trusted: true},
		}}
	}
	return out, nil
}

func enqueue() pair {
	return pair{
		what: "durable enqueue, 2 KB, one at a time", baseline: "append of the same bytes and fsync", per: items, unit: " an item",
		ours: func(ctx context.Context, dir string) (time.Duration, error) {
			q, all, err := queue(dir)
			if err != nil {
				return 0, err
			}
			defer func() { _ = q.Close() }()
			start := time.Now()
			for _, item := range all {
				if _, err := q.Commit(ctx, outbox.Change{Items: []wire.Item{item}}); err != nil {
					return 0, err
				}
			}
			return time.Since(start), nil
		},
		base: func(_ context.Context, dir string) (time.Duration, error) {
			all, err := sample(items)
			if err != nil {
				return 0, err
			}
			return appendAndSync(filepath.Join(dir, "log"), all, 1)
		},
	}
}

func drain() pair {
	return pair{
		what: fmt.Sprintf("durable drain, 2 KB, acknowledged in batches of %d", group), baseline: "read back, append of an acknowledgement a batch and fsync", per: items, unit: " an item",
		ours: func(ctx context.Context, dir string) (time.Duration, error) {
			q, all, err := queue(dir)
			if err != nil {
				return 0, err
			}
			defer func() { _ = q.Close() }()
			for i := 0; i < len(all); i += group {
				if _, err := q.Commit(ctx, outbox.Change{Items: all[i : i+group]}); err != nil {
					return 0, err
				}
			}
			start := time.Now()
			drained := 0
			for {
				batch, err := q.Pending(ctx, outbox.Want{MaxItems: group})
				if err != nil {
					return 0, err
				}
				if len(batch) == 0 {
					break
				}
				var acks []wire.Ack
				for _, p := range batch {
					acks = append(acks, wire.Ack{ID: p.Header.ID, Verdict: wire.VerdictAccepted})
				}
				if err := q.Apply(ctx, outbox.Effects{Acks: acks}); err != nil {
					return 0, err
				}
				drained += len(batch)
			}
			if drained != items {
				return 0, fmt.Errorf("drained %d of %d", drained, items)
			}
			return time.Since(start), nil
		},
		base: func(_ context.Context, dir string) (time.Duration, error) {
			all, err := sample(items)
			if err != nil {
				return 0, err
			}
			path := filepath.Join(dir, "log")
			if _, err := appendAndSync(path, all, group); err != nil {
				return 0, err
			}
			start := time.Now()
			if _, err := os.ReadFile(path); err != nil {
				return 0, err
			}
			acks, err := os.Create(filepath.Join(dir, "acks"))
			if err != nil {
				return 0, err
			}
			for i := 0; i < items; i += group {
				for _, item := range all[i : i+group] {
					if _, err := acks.Write(item.ID[:]); err != nil {
						return 0, err
					}
				}
				if err := acks.Sync(); err != nil {
					return 0, err
				}
			}
			took := time.Since(start)
			return took, acks.Close()
		},
	}
}

func queue(dir string) (*outbox.Badger, []wire.Item, error) {
	all, err := sample(items)
	if err != nil {
		return nil, nil, err
	}
	q, err := outbox.Open(filepath.Join(dir, "outbox"), outbox.Options{})
	return q, all, err
}

func appendAndSync(path string, all []wire.Item, each int) (time.Duration, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	var encoded [][]byte
	for i, item := range all {
		item.Epoch, item.Seq = wire.Epoch{1}, uint64(i+1)
		b, err := item.Encode()
		if err != nil {
			return 0, err
		}
		encoded = append(encoded, b)
	}
	start := time.Now()
	for i, b := range encoded {
		if _, err := f.Write(b); err != nil {
			return 0, err
		}
		if (i+1)%each == 0 {
			if err := f.Sync(); err != nil {
				return 0, err
			}
		}
	}
	took := time.Since(start)
	return took, f.Close()
}
