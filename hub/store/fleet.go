package store

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"chasqui/hub"
	"chasqui/sync/wire"
)

const kioskColumns = `k.id, k.office, k.folio_prefix, k.public_key, k.status_key, k.enrolled, k.revoked,
	k.seen, k.skew, k.clock_trusted, k.epoch, k.position, k.health,
	coalesce((SELECT high_water FROM epochs e WHERE e.kiosk = k.id AND e.epoch = k.epoch), 0)`

func scanKiosk(row scanner) (hub.Kiosk, error) {
	var (
		k                                                 hub.Kiosk
		key, epoch                                        []byte
		health                                            string
		enrolled, revoked, seen, skew, trusted, pos, mark int64
	)
	err := row.Scan(&k.ID, &k.Office, &k.FolioPrefix, &key, &k.StatusKey, &enrolled, &revoked,
		&seen, &skew, &trusted, &epoch, &pos, &health, &mark)
	if err != nil {
		return hub.Kiosk{}, err
	}
	k.Key = ed25519.PublicKey(key)
	k.Enrolled, k.Revoked = moment(enrolled), moment(revoked)
	k.CheckIn = hub.CheckIn{
		At: moment(seen), Skew: time.Duration(skew) * time.Millisecond, ClockTrusted: trusted != 0,
		HighWater: natural(mark), Cursor: natural(pos),
	}
	copy(k.CheckIn.Epoch[:], epoch)
	if err := json.Unmarshal([]byte(health), &k.CheckIn.Health); err != nil {
		return hub.Kiosk{}, fmt.Errorf("health of kiosk %s: %w", k.ID, err)
	}
	return k, nil
}

// Kiosk implements Intake.
func (s *SQLite) Kiosk(ctx context.Context, scope hub.Scope, id string) (hub.Kiosk, error) {
	k, err := scanKiosk(s.reads.QueryRowContext(ctx, `SELECT `+kioskColumns+` FROM kiosks k
		WHERE `+scoped+` AND k.id = $4`, args(scope, id)...))
	if errors.Is(err, sql.ErrNoRows) {
		return hub.Kiosk{}, hub.ErrNotFound
	}
	if err != nil {
		return hub.Kiosk{}, fmt.Errorf("kiosk %s: %w", id, closedError(err))
	}
	return k, nil
}

// Kiosks implements Board.
func (s *SQLite) Kiosks(ctx context.Context, scope hub.Scope) ([]hub.Kiosk, error) {
	return collect(ctx, s, "kiosks", `SELECT `+kioskColumns+` FROM kiosks k WHERE `+scoped+` ORDER BY k.office, k.id`,
		args(scope), scanKiosk)
}

// SaveCode implements Fleet.
func (s *SQLite) SaveCode(ctx context.Context, c hub.Code) error {
	err := s.writing(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO codes (hash, office, created, expires) VALUES ($1, $2, $3, $4)`,
			c.Hash[:], string(c.Office), c.Created.UnixMilli(), c.Expires.UnixMilli())
	})
	if err != nil {
		return fmt.Errorf("keep an enrolment code for %s: %w", c.Office, err)
	}
	return nil
}

// Enrol implements Fleet.
func (s *SQLite) Enrol(ctx context.Context, e hub.Enrolling) (k hub.Kiosk, err error) {
	err = s.writing(ctx, func(t *tx) (err error) {
		k, err = t.enrol(e)
		return err
	})
	if err != nil {
		return hub.Kiosk{}, fmt.Errorf("enrol a kiosk: %w", err)
	}
	return k, nil
}

func (t *tx) enrol(e hub.Enrolling) (hub.Kiosk, error) {
	var (
		office string
		used   sql.NullString
	)
	found, err := t.row([]any{&office, &used}, `SELECT office, kiosk FROM codes WHERE hash = $1 AND expires > $2`, e.Hash[:], e.At.UnixMilli())
	if err != nil {
		return hub.Kiosk{}, err
	}
	if !found {
		return hub.Kiosk{}, hub.ErrCode
	}
	if used.Valid {
		return t.again(used.String, e)
	}
	number, err := t.next("kiosk")
	if err != nil {
		return hub.Kiosk{}, err
	}
	prefix, err := wire.FolioPrefix(int(whole(number - 1)))
	if err != nil {
		return hub.Kiosk{}, hub.ErrNoPrefix
	}
	k := hub.Kiosk{
		ID: "K-" + prefix, Office: hub.Scope(office), FolioPrefix: prefix,
		Key: bytes.Clone(e.Key), StatusKey: bytes.Clone(e.StatusKey), Enrolled: moment(e.At.UnixMilli()),
	}
	err = t.exec(`INSERT INTO kiosks (id, office, folio_prefix, public_key, status_key, enrolled) VALUES ($1, $2, $3, $4, $5, $6)`,
		k.ID, office, prefix, []byte(k.Key), k.StatusKey, e.At.UnixMilli())
	if err != nil {
		return hub.Kiosk{}, err
	}
	return k, t.exec(`UPDATE codes SET kiosk = $2 WHERE hash = $1`, e.Hash[:], k.ID)
}

// again answers for a code that was used: only to the key that used it, whose
// answer was lost on the way.
func (t *tx) again(kiosk string, e hub.Enrolling) (hub.Kiosk, error) {
	stmt, err := t.statement(`SELECT ` + kioskColumns + ` FROM kiosks k WHERE k.id = $1`)
	if err != nil {
		return hub.Kiosk{}, err
	}
	k, err := scanKiosk(stmt.QueryRowContext(context.Background(), kiosk))
	if err != nil {
		return hub.Kiosk{}, err
	}
	if !k.Key.Equal(e.Key) || !k.Revoked.IsZero() {
		return hub.Kiosk{}, hub.ErrCode
	}
	return k, nil
}

// Revoke implements Fleet.
func (s *SQLite) Revoke(ctx context.Context, scope hub.Scope, kiosk string, at time.Time) error {
	err := s.writing(ctx, func(t *tx) error {
		n, err := t.changed(`UPDATE kiosks SET revoked = CASE WHEN revoked = 0 THEN $5 ELSE revoked END
			WHERE `+scoped+` AND id = $4`, args(scope, kiosk, at.UnixMilli())...)
		if err == nil && n == 0 {
			return hub.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke kiosk %s: %w", kiosk, err)
	}
	return nil
}
