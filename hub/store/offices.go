package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// Deliveries implements Offices.
func (s *SQLite) Deliveries(ctx context.Context, municipality hub.Scope, unit string, after uint64, maxItems, maxBytes int) (items []hub.Delivery, more bool, err error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT d.number, d.item, i.body FROM deliveries d JOIN items i ON i.id = d.item
		WHERE d.municipality = $1 AND d.unit = $2 AND d.number > $3 ORDER BY d.number LIMIT $4`,
		string(municipality), unit, whole(after), maxItems+1)
	if err != nil {
		return nil, false, fmt.Errorf("deliveries of %s in %s: %w", unit, municipality, closedError(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	items, total := []hub.Delivery{}, 0
	for rows.Next() {
		var (
			d      hub.Delivery
			number int64
			id     []byte
		)
		if err := rows.Scan(&number, &id, &d.Bytes); err != nil {
			return nil, false, fmt.Errorf("deliveries of %s in %s: %w", unit, municipality, err)
		}
		total += len(d.Bytes)
		if len(items) == maxItems || len(items) > 0 && total > maxBytes {
			return items, true, nil
		}
		d.Number = natural(number)
		copy(d.ID[:], id)
		items = append(items, d)
	}
	if err := rows.Err(); err != nil {
		return nil, false, fmt.Errorf("deliveries of %s in %s: %w", unit, municipality, err)
	}
	return items, false, nil
}

const requestColumns = `i.id, i.folio, i.kiosk, i.office, i.unit, i.service, i.service_version, i.language,
	i.size, i.created, i.arrived, i.state, i.reason, i.changed`

type scanner interface{ Scan(...any) error }

func scanRequest(row scanner) (hub.Request, error) {
	var (
		r                         hub.Request
		id                        []byte
		created, arrived, changed int64
	)
	err := row.Scan(&id, &r.Folio, &r.Kiosk, &r.Office, &r.Unit, &r.Service, &r.ServiceVersion, &r.Language,
		&r.Size, &created, &arrived, &r.State, &r.Reason, &changed)
	if err != nil {
		return hub.Request{}, err
	}
	copy(r.ID[:], id)
	r.Created, r.Arrived, r.Changed = moment(created), moment(arrived), moment(changed)
	return r, nil
}

// Request implements Offices.
func (s *SQLite) Request(ctx context.Context, scope hub.Scope, id wire.ID) (hub.Request, error) {
	r, err := scanRequest(s.reads.QueryRowContext(ctx, `SELECT `+requestColumns+` FROM items i
		WHERE `+scopedI+` AND i.id = $4 AND i.kind = 'request'`, args(scope, id[:])...))
	if errors.Is(err, sql.ErrNoRows) {
		return hub.Request{}, hub.ErrNotFound
	}
	if err != nil {
		return hub.Request{}, fmt.Errorf("request %s: %w", id, closedError(err))
	}
	return r, nil
}

// SaveWord implements Offices.
func (s *SQLite) SaveWord(ctx context.Context, w hub.SaidWord) (fresh bool, err error) {
	err = s.writing(ctx, func(t *tx) (err error) {
		fresh, err = t.saveWord(w)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("word about request %s: %w", w.Word.Item, err)
	}
	return fresh, nil
}

func (t *tx) saveWord(w hub.SaidWord) (fresh bool, err error) {
	var kiosk, state, reason string
	found, err := t.row([]any{&kiosk, &state, &reason}, `SELECT kiosk, state, reason FROM items
		WHERE id = $1 AND kind = 'request' AND municipality = $2 AND unit = $3 AND folio = $4`,
		w.Word.Item[:], w.Word.Municipality, w.Word.Unit, string(w.Word.Folio))
	if err != nil {
		return false, err
	}
	if !found {
		return false, hub.ErrNotFound
	}
	digest := wire.DigestOf(w.Statement.Body)
	var one int
	if known, err := t.row([]any{&one}, `SELECT 1 FROM words WHERE item = $1 AND digest = $2`, w.Word.Item[:], digest[:]); err != nil || known {
		return false, err
	}
	// An office's clock that runs ahead must not make its later words late.
	said, arrived := min(w.Word.At, w.At.UnixMilli()), w.At.UnixMilli()
	var before, newest int64
	if _, err := t.row([]any{&before, &newest}, `SELECT count(*), coalesce(max(said), 0) FROM words WHERE item = $1`, w.Word.Item[:]); err != nil {
		return false, err
	}
	late := before > 0 && (said < newest || w.Word.State == wire.StateOpened && !couldNotOpen(state, reason))
	statement, err := w.Statement.Encode()
	if err != nil {
		return false, err
	}
	number, err := t.next("word " + kiosk)
	if err != nil {
		return false, err
	}
	err = t.exec(`INSERT INTO words (kiosk, number, item, unit, state, reason, said, arrived, late, digest, statement)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		kiosk, whole(number), w.Word.Item[:], w.Word.Unit, string(w.Word.State), w.Word.Reason, said, arrived, truth(late), digest[:], statement)
	if err != nil || late || state == string(wire.StateWithdrawn) {
		return err == nil, err
	}
	err = t.exec(`UPDATE items SET state = $2, reason = $3, changed = $4 WHERE id = $1`,
		w.Word.Item[:], string(w.Word.State), w.Word.Reason, said)
	return err == nil, err
}

// couldNotOpen is the one state after which "opened" is news: the office found
// its key again.
func couldNotOpen(state, reason string) bool {
	return state == string(wire.StateNeedsSomething) && reason == wire.CodeOfficeCannot
}

// Words implements Intake.
func (s *SQLite) Words(ctx context.Context, scope hub.Scope, kiosk string, after uint64, limit int) (words []wire.Statement, cursor uint64, more bool, err error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT w.number, w.statement FROM words w
		WHERE w.kiosk = (SELECT id FROM kiosks WHERE `+scoped+` AND id = $4) AND w.number > $5 AND w.late = 0
		ORDER BY w.number LIMIT $6`, args(scope, kiosk, whole(after), limit+1)...)
	if err != nil {
		return nil, after, false, fmt.Errorf("words for kiosk %s: %w", kiosk, closedError(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	cursor = after
	for rows.Next() {
		var (
			number  int64
			encoded []byte
		)
		if err := rows.Scan(&number, &encoded); err != nil {
			return nil, after, false, fmt.Errorf("words for kiosk %s: %w", kiosk, err)
		}
		if len(words) == limit {
			return words, cursor, true, nil
		}
		statement, err := wire.DecodeStatement(encoded)
		if err != nil {
			return nil, after, false, fmt.Errorf("words for kiosk %s: number %d: %w", kiosk, number, err)
		}
		words, cursor = append(words, statement), natural(number)
	}
	if err := rows.Err(); err != nil {
		return nil, after, false, fmt.Errorf("words for kiosk %s: %w", kiosk, err)
	}
	return words, cursor, false, nil
}

// History implements Board.
func (s *SQLite) History(ctx context.Context, scope hub.Scope, id wire.ID) (history []hub.Said, err error) {
	return collect(ctx, s, "history of a request", `SELECT w.state, w.reason, w.unit, w.said, w.arrived, w.late
		FROM words w JOIN items i ON i.id = w.item WHERE `+scopedI+` AND w.item = $4 ORDER BY w.number`,
		args(scope, id[:]), func(row scanner) (hub.Said, error) {
			var (
				said              hub.Said
				at, arrived, late int64
			)
			err := row.Scan(&said.State, &said.Reason, &said.Unit, &at, &arrived, &late)
			said.At, said.Arrived, said.Late = moment(at), moment(arrived), late != 0
			return said, err
		})
}
