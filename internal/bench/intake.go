package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the baseline's own driver, the same as the hub's

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// intakeBesideSQLite stores batches as the hub does after checking them, beside a
// bare insert of the same rows under the same durability.
func intakeBesideSQLite() pair {
	return pair{
		what: fmt.Sprintf("hub intake, 2 KB, batches of %d", group), baseline: "bare SQLite insert of the same rows, WAL and synchronous=FULL, a transaction a batch", per: items, unit: " an item",
		ours: func(ctx context.Context, dir string) (time.Duration, error) {
			s, err := store.Open(dir)
			if err != nil {
				return 0, err
			}
			defer func() { _ = s.Close() }()
			kiosk, err := enrolled(ctx, s)
			if err != nil {
				return 0, err
			}
			batches, err := batchesFor(kiosk)
			if err != nil {
				return 0, err
			}
			start := time.Now()
			for _, batch := range batches {
				stored, err := s.Exchange(ctx, batch)
				if err != nil {
					return 0, err
				}
				for _, ack := range stored.Acks {
					if ack.Verdict != wire.VerdictAccepted {
						return 0, fmt.Errorf("an item was %s (%s)", ack.Verdict, ack.Code)
					}
				}
			}
			return time.Since(start), nil
		},
		base: func(ctx context.Context, dir string) (time.Duration, error) {
			db, err := sql.Open("sqlite", filepath.Join(dir, "bare.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
			if err != nil {
				return 0, err
			}
			defer func() { _ = db.Close() }()
			db.SetMaxOpenConns(1)
			if _, err := db.ExecContext(ctx, `CREATE TABLE items (id BLOB PRIMARY KEY, kiosk TEXT, epoch BLOB, seq INTEGER, bytes BLOB, UNIQUE (kiosk, epoch, seq))`); err != nil {
				return 0, err
			}
			batches, err := batchesFor(hub.Kiosk{ID: "K-K7M", FolioPrefix: "K7M"})
			if err != nil {
				return 0, err
			}
			start := time.Now()
			for _, batch := range batches {
				tx, err := db.BeginTx(ctx, nil)
				if err != nil {
					return 0, err
				}
				for _, a := range batch.Items {
					if _, err := tx.ExecContext(ctx, `INSERT INTO items VALUES ($1, $2, $3, $4, $5)`, a.Item.ID[:], a.Item.Kiosk, a.Item.Epoch[:], a.Item.Seq, a.Bytes); err != nil {
						return 0, err
					}
				}
				if err := tx.Commit(); err != nil {
					return 0, err
				}
			}
			return time.Since(start), nil
		},
	}
}

func enrolled(ctx context.Context, s store.Store) (hub.Kiosk, error) {
	code := wire.DigestOf([]byte("bench"))
	now := time.Now()
	if err := s.SaveCode(ctx, hub.Code{Hash: code, Office: "CL/13/13101/centro", Created: now, Expires: now.Add(time.Hour)}); err != nil {
		return hub.Kiosk{}, err
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return hub.Kiosk{}, err
	}
	return s.Enrol(ctx, hub.Enrolling{Hash: code, Key: public, StatusKey: make([]byte, 32), At: now})
}

func batchesFor(kiosk hub.Kiosk) ([]hub.Exchange, error) {
	all, err := sample(items)
	if err != nil {
		return nil, err
	}
	var out []hub.Exchange
	for i, item := range all {
		if i%group == 0 {
			out = append(out, hub.Exchange{Kiosk: kiosk.ID, At: time.Now(), Header: wire.BatchHeader{
				Version: wire.Version, Kiosk: kiosk.ID, Epoch: wire.Epoch{1}, Nonce: make([]byte, 16),
			}})
		}
		item.Kiosk, item.Epoch, item.Seq = kiosk.ID, wire.Epoch{1}, uint64(i+1)
		if item.Folio, err = wire.NewFolio(kiosk.FolioPrefix, rand.Reader); err != nil {
			return nil, err
		}
		b, err := item.Encode()
		if err != nil {
			return nil, err
		}
		last := &out[len(out)-1]
		last.Items = append(last.Items, hub.Arrival{Item: item, Bytes: b})
	}
	return out, nil
}
