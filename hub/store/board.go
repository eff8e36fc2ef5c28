package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// collect runs a query and scans every row.
func collect[T any](ctx context.Context, s *SQLite, what, query string, args []any, scan func(scanner) (T, error)) (out []T, err error) {
	rows, err := s.reads.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, closedError(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = []T{}
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return out, nil
}

// Lookup implements Board.
func (s *SQLite) Lookup(ctx context.Context, scope hub.Scope, folio wire.Folio, code string) (hub.Standing, error) {
	var (
		standing  hub.Standing
		changed   int64
		hash, key []byte
	)
	err := s.reads.QueryRowContext(ctx, `SELECT i.state, i.reason, i.changed, i.service, i.language, i.office, i.code_hash, k.status_key
		FROM items i JOIN kiosks k ON k.id = i.kiosk
		WHERE `+scopedI+` AND i.folio = $4 AND i.kind = 'request' AND i.parent IS NULL`, args(scope, string(folio))...).
		Scan(&standing.State, &standing.Reason, &changed, &standing.Service, &standing.Language, &standing.Office, &hash, &key)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return hub.Standing{}, fmt.Errorf("look up a folio: %w", closedError(err))
	}
	// An unknown folio is hashed and compared as well.
	if !known || len(key) == 0 {
		key, hash = make([]byte, 32), make([]byte, 32)
	}
	same := subtle.ConstantTimeCompare(wire.HashShortCode(key, folio, code), hash) == 1
	if !known || !same {
		return hub.Standing{}, hub.ErrNotFound
	}
	standing.Changed = moment(changed)
	return standing, nil
}

// Counts implements Board.
func (s *SQLite) Counts(ctx context.Context, scope hub.Scope, from, to int64) ([]hub.CountRow, error) {
	return collect(ctx, s, "counts", `SELECT office, hour, service, channel, language, event, detail, sum(n) FROM counts
		WHERE `+scoped+` AND hour >= $4 AND hour < $5
		GROUP BY hour, office, service, channel, language, event, detail
		ORDER BY hour, office, service, channel, language, event, detail`,
		args(scope, from, to), func(row scanner) (r hub.CountRow, err error) {
			var n int64
			err = row.Scan(&r.Office, &r.Hour, &r.Service, &r.Channel, &r.Language, &r.Event, &r.Detail, &n)
			r.N = natural(n)
			return r, err
		})
}

// Histograms implements Board. The buckets are summed here, since no portable SQL
// adds up lists.
func (s *SQLite) Histograms(ctx context.Context, scope hub.Scope, from, to int64) ([]hub.HistogramRow, error) {
	rows, err := collect(ctx, s, "histograms", `SELECT office, hour, service, channel, language, event, buckets, total FROM histograms
		WHERE `+scoped+` AND hour >= $4 AND hour < $5 ORDER BY hour, office, service, channel, language, event`,
		args(scope, from, to), func(row scanner) (r hub.HistogramRow, err error) {
			var buckets string
			if err := row.Scan(&r.Office, &r.Hour, &r.Service, &r.Channel, &r.Language, &r.Event, &buckets, &r.Sum); err != nil {
				return r, err
			}
			return r, json.Unmarshal([]byte(buckets), &r.Buckets)
		})
	if err != nil {
		return nil, err
	}
	out := rows[:0]
	for _, r := range rows {
		if n := len(out); n > 0 && sameHistogram(out[n-1], r) && len(out[n-1].Buckets) == len(r.Buckets) {
			for i, b := range r.Buckets {
				out[n-1].Buckets[i] += b
			}
			out[n-1].Sum += r.Sum
			continue
		}
		out = append(out, r)
	}
	return out, nil
}

func sameHistogram(a, b hub.HistogramRow) bool {
	return a.Office == b.Office && a.Hour == b.Hour && a.Service == b.Service && a.Channel == b.Channel && a.Language == b.Language && a.Event == b.Event
}

// Open implements Board.
func (s *SQLite) Open(ctx context.Context, scope hub.Scope, from, to int64) ([]hub.OpenRow, error) {
	return collect(ctx, s, "hours open", `SELECT kiosk, office, hour, open FROM count_sets
		WHERE `+scoped+` AND hour >= $4 AND hour < $5 ORDER BY hour, kiosk`,
		args(scope, from, to), func(row scanner) (r hub.OpenRow, err error) {
			err = row.Scan(&r.Kiosk, &r.Office, &r.Hour, &r.Seconds)
			return r, err
		})
}

// SaveImported implements Board.
func (s *SQLite) SaveImported(ctx context.Context, rows []hub.Imported) error {
	for i, r := range rows {
		if err := checkImported(r); err != nil {
			return fmt.Errorf("import counts: row %d: %w", i+1, err)
		}
	}
	err := s.writing(ctx, func(t *tx) error {
		for _, r := range rows {
			if err := t.exec(`INSERT INTO imported (office, service, channel, day, source, n, coverage, at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (office, service, channel, day, source)
				DO UPDATE SET n = excluded.n, coverage = excluded.coverage, at = excluded.at`,
				string(r.Office), r.Service, string(r.Channel), r.Day, r.Source, whole(r.N), r.Coverage, stamp(r.At)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("import counts: %w", err)
	}
	return nil
}

// The longest names that are kept, and the largest count.
const (
	maxName   = 128
	maxNumber = 1_000_000_000
)

func checkImported(r hub.Imported) error {
	scope, err := hub.ParseScope(string(r.Office))
	if err != nil {
		return err
	}
	if _, ok := scope.Municipality(); !ok {
		return fmt.Errorf("%w: %q is above a comuna: name the comuna or office that was counted", hub.ErrInvalid, r.Office)
	}
	if r.Service == "" || len(r.Service) > maxName {
		return fmt.Errorf("%w: the service is missing or longer than %d bytes", hub.ErrInvalid, maxName)
	}
	if !r.Channel.Valid() {
		return fmt.Errorf("%w: there is no channel %q", hub.ErrInvalid, r.Channel)
	}
	if day, err := time.Parse(time.DateOnly, r.Day); err != nil || day.Year() < 1 {
		return fmt.Errorf("%w: %q is no day; write it as 2026-11-23", hub.ErrInvalid, r.Day)
	}
	if math.IsNaN(r.Coverage) || r.Coverage < 0 || r.Coverage > 1 {
		return fmt.Errorf("%w: a coverage of %v is not between 0 and 1", hub.ErrInvalid, r.Coverage)
	}
	if r.N > maxNumber {
		return fmt.Errorf("%w: %d transactions in a day are more than anybody served", hub.ErrInvalid, r.N)
	}
	if strings.TrimSpace(r.Source) == "" || len(r.Source) > maxName {
		return fmt.Errorf("%w: the source is missing or longer than %d bytes", hub.ErrInvalid, maxName)
	}
	return nil
}

// Imported implements Board.
func (s *SQLite) Imported(ctx context.Context, scope hub.Scope, fromDay, toDay string) ([]hub.Imported, error) {
	return collect(ctx, s, "imported counts", `SELECT office, service, channel, day, source, n, coverage, at FROM imported
		WHERE `+scoped+` AND day >= $4 AND day < $5 ORDER BY day, office, service, channel, source`,
		args(scope, fromDay, toDay), func(row scanner) (r hub.Imported, err error) {
			var n, at int64
			err = row.Scan(&r.Office, &r.Service, &r.Channel, &r.Day, &r.Source, &n, &r.Coverage, &at)
			r.N, r.At = natural(n), moment(at)
			return r, err
		})
}

// Decisions implements Board.
func (s *SQLite) Decisions(ctx context.Context, scope hub.Scope, from, to time.Time) ([]hub.DecisionRow, error) {
	end := int64(math.MaxInt64)
	if !to.IsZero() {
		end = to.UnixMilli()
	}
	return collect(ctx, s, "decisions", `SELECT record, kiosk, office, service, language, created, arrived FROM decisions
		WHERE `+scoped+` AND arrived >= $4 AND arrived < $5 ORDER BY arrived, item`,
		args(scope, stamp(from), end), func(row scanner) (r hub.DecisionRow, err error) {
			var (
				record           string
				created, arrived int64
			)
			if err := row.Scan(&record, &r.Kiosk, &r.Office, &r.Service, &r.Language, &created, &arrived); err != nil {
				return r, err
			}
			r.Created, r.Arrived = moment(created), moment(arrived)
			return r, json.Unmarshal([]byte(record), &r.Decision)
		})
}

// Requests implements Board.
func (s *SQLite) Requests(ctx context.Context, scope hub.Scope, limit int) ([]hub.Request, error) {
	return collect(ctx, s, "requests", `SELECT `+requestColumns+` FROM items i
		WHERE `+scopedI+` AND i.kind = 'request' ORDER BY i.arrived DESC, i.id DESC LIMIT $4`, args(scope, limit), scanRequest)
}

// Aside implements Board.
func (s *SQLite) Aside(ctx context.Context, scope hub.Scope, limit int) ([]hub.PutAside, error) {
	return collect(ctx, s, "what is put aside", `SELECT id, kiosk, office, kind, service, folio, code, arrived FROM put_aside
		WHERE `+scoped+` AND resolved = 0 ORDER BY arrived DESC, id DESC LIMIT $4`,
		args(scope, limit), func(row scanner) (r hub.PutAside, err error) {
			var (
				id      []byte
				arrived int64
			)
			err = row.Scan(&id, &r.Kiosk, &r.Office, &r.Kind, &r.Service, &r.Folio, &r.Code, &arrived)
			copy(r.ID[:], id)
			r.At = moment(arrived)
			return r, err
		})
}

// Totals implements Board. It reads one snapshot, so that the sums agree.
func (s *SQLite) Totals(ctx context.Context, scope hub.Scope) (out hub.Totals, err error) {
	snapshot, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return hub.Totals{}, fmt.Errorf("totals: %w", closedError(err))
	}
	defer func() {
		if end := snapshot.Rollback(); end != nil && err == nil {
			err = fmt.Errorf("totals: %w", end)
		}
	}()
	out = hub.Totals{Items: map[wire.Kind]uint64{}, States: map[wire.State]uint64{}}
	rows, err := snapshot.QueryContext(ctx, `SELECT kind, state, count(*) FROM items WHERE `+scoped+` GROUP BY kind, state`, args(scope)...)
	if err != nil {
		return hub.Totals{}, fmt.Errorf("totals: %w", err)
	}
	for rows.Next() {
		var (
			kind  wire.Kind
			state wire.State
			n     int64
		)
		if err := rows.Scan(&kind, &state, &n); err != nil {
			return hub.Totals{}, errors.Join(fmt.Errorf("totals: %w", err), rows.Close())
		}
		out.Items[kind] += natural(n)
		if kind == wire.KindRequest {
			out.States[state] += natural(n)
			out.Requests += natural(n) // ids are unique
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return hub.Totals{}, fmt.Errorf("totals: %w", err)
	}
	for _, sum := range []struct {
		into  *uint64
		query string
	}{
		{&out.Folios, `SELECT count(DISTINCT folio) FROM items WHERE ` + scoped + ` AND kind = 'request'`},
		{&out.PutAside, `SELECT count(*) FROM put_aside WHERE ` + scoped + ` AND resolved = 0`},
		{&out.Words, `SELECT count(*) FROM words w JOIN items i ON i.id = w.item WHERE ` + scopedI},
		{&out.Kiosks, `SELECT count(*) FROM kiosks WHERE ` + scoped + ` AND revoked = 0`},
		{&out.Revoked, `SELECT count(*) FROM kiosks WHERE ` + scoped + ` AND revoked <> 0`},
	} {
		var n int64
		if err := snapshot.QueryRowContext(ctx, sum.query, args(scope)...).Scan(&n); err != nil {
			return hub.Totals{}, fmt.Errorf("totals: %w", err)
		}
		*sum.into = natural(n)
	}
	return out, nil
}
