package store

import (
	"context"
	"encoding/json"
	"fmt"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// Exchange implements Intake.
func (s *SQLite) Exchange(ctx context.Context, e hub.Exchange) (hub.Stored, error) {
	// Before the writer, which is one for all.
	digests := make([]wire.Digest, len(e.Items))
	for i, a := range e.Items {
		digests[i] = wire.DigestOf(a.Bytes)
	}
	var out hub.Stored
	err := s.writing(ctx, func(t *tx) (err error) {
		out, err = t.exchange(e, digests)
		return err
	})
	if err != nil {
		return hub.Stored{}, fmt.Errorf("store an exchange of kiosk %s: %w", e.Kiosk, err)
	}
	return out, nil
}

func (t *tx) exchange(e hub.Exchange, digests []wire.Digest) (hub.Stored, error) {
	office, err := t.checkIn(e)
	if err != nil {
		return hub.Stored{}, err
	}
	out := hub.Stored{Acks: make([]wire.Ack, 0, len(e.Items))}
	epochs := map[wire.Epoch]bool{}
	for i, a := range e.Items {
		ack, err := t.take(e, office, a, digests[i])
		if err != nil {
			return hub.Stored{}, fmt.Errorf("item %s: %w", a.Item.ID, err)
		}
		out.Acks = append(out.Acks, ack)
		if ack.Verdict == wire.VerdictAccepted || ack.Verdict == wire.VerdictRejected {
			epochs[a.Item.Epoch] = true
		}
	}
	for epoch := range epochs {
		if err := t.advance(e.Kiosk, epoch); err != nil {
			return hub.Stored{}, fmt.Errorf("high-water mark: %w", err)
		}
	}
	out.HighWater, err = t.highWater(e.Kiosk, e.Header.Epoch)
	return out, err
}

// checkIn notes that the kiosk called, and returns its office. It also decides,
// inside the transaction, whether the kiosk is one of ours: a revocation that
// committed before this exchange holds for it.
func (t *tx) checkIn(e hub.Exchange) (office string, err error) {
	var revoked int64
	found, err := t.row([]any{&office, &revoked}, `SELECT office, revoked FROM kiosks WHERE id = $1`, e.Kiosk)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "", hub.ErrNotFound
	case revoked != 0:
		return "", hub.ErrRevoked
	}
	clock := e.Header.Clock
	fresh, err := t.changed(`INSERT INTO boots (kiosk, boot, mono) VALUES ($1, $2, $3)
		ON CONFLICT (kiosk, boot) DO UPDATE SET mono = excluded.mono WHERE excluded.mono > boots.mono`,
		e.Kiosk, clip(clock.Boot), clock.Mono)
	if err != nil || fresh == 0 {
		return office, err
	}
	health := e.Header.Health
	health.Program, health.Damage = clip(health.Program), clip(health.Damage)
	text, err := json.Marshal(health)
	if err != nil {
		return "", fmt.Errorf("health: %w", err)
	}
	at := e.At.UnixMilli()
	return office, t.exec(`UPDATE kiosks SET seen = $2, skew = $3, clock_trusted = $4, epoch = $5, position = $6, health = $7 WHERE id = $1`,
		e.Kiosk, at, saturate(clock.Wall, at), truth(clock.Trusted), e.Header.Epoch[:], whole(e.Header.Cursor), string(text))
}

// take decides on one item and stores what is to be stored.
func (t *tx) take(e hub.Exchange, office string, a hub.Arrival, digest wire.Digest) (wire.Ack, error) {
	id := a.Item.ID
	if a.Refuse != "" || a.Retry {
		// What was stored before stays stored, whatever is thought of it now: its
		// acknowledgement was lost on the way.
		if known, err := t.known(e.Kiosk, id, digest); err != nil || known {
			return wire.Ack{ID: id, Verdict: wire.VerdictDuplicate}, err
		}
		if a.Retry {
			return wire.Ack{ID: id, Verdict: wire.VerdictRetry}, nil
		}
		return t.putAside(e, office, a, digest, a.Refuse)
	}
	if a.Item.Kind.Amends() {
		fits, err := t.fitsParent(e.Kiosk, a.Item)
		if err != nil {
			return wire.Ack{}, err
		}
		if !fits {
			if known, err := t.known(e.Kiosk, id, digest); err != nil || known {
				return wire.Ack{ID: id, Verdict: wire.VerdictDuplicate}, err
			}
			return t.putAside(e, office, a, digest, wire.CodeConflict)
		}
	}
	stored, err := t.insert(e, a, digest)
	if err != nil {
		return wire.Ack{}, err
	}
	if !stored {
		if known, err := t.known(e.Kiosk, id, digest); err != nil || known {
			return wire.Ack{ID: id, Verdict: wire.VerdictDuplicate}, err
		}
		return t.putAside(e, office, a, digest, wire.CodeConflict)
	}
	switch {
	case a.Item.Kind.Sealed():
		if err = t.deliver(a.Item); err == nil {
			err = t.withdraw(a.Item)
		}
	case a.Counts != nil:
		err = t.count(e.Kiosk, a.Item.Office, *a.Counts)
	case a.Decision != nil:
		err = t.decide(e, a)
	}
	if err != nil {
		return wire.Ack{}, err
	}
	// It may have been put aside before and let through now.
	err = t.exec(`UPDATE put_aside SET resolved = $4 WHERE kiosk = $1 AND id = $2 AND digest = $3 AND resolved = 0`,
		e.Kiosk, id[:], digest[:], e.At.UnixMilli())
	return wire.Ack{ID: id, Verdict: wire.VerdictAccepted}, err
}

// insert stores an item unless its id, its (kiosk, epoch, seq) or its folio is
// taken.
func (t *tx) insert(e hub.Exchange, a hub.Arrival, digest wire.Digest) (bool, error) {
	it := a.Item
	municipality, _ := hub.Scope(it.Office).Municipality()
	var body, parent any
	if it.Kind.Sealed() {
		body = a.Bytes
	}
	if !it.Parent.IsZero() {
		parent = it.Parent[:]
	}
	at := e.At.UnixMilli()
	n, err := t.changed(`INSERT INTO items (id, kiosk, epoch, seq, kind, office, municipality, unit, service, service_version,
			language, folio, code_hash, parent, created, arrived, digest, size, state, changed, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
		ON CONFLICT DO NOTHING`,
		it.ID[:], e.Kiosk, it.Epoch[:], whole(it.Seq), string(it.Kind), it.Office, string(municipality), it.Unit, it.Service, it.ServiceVersion,
		it.Language, string(it.Folio), it.CodeHash, parent, it.Created.Wall, at, digest[:], len(a.Bytes), string(wire.StateAtHub), at, body)
	return n == 1, err
}

// known reports whether the kiosk's item is stored with exactly these bytes.
func (t *tx) known(kiosk string, id wire.ID, digest wire.Digest) (bool, error) {
	var one int
	return t.row([]any{&one}, `SELECT 1 FROM items WHERE id = $1 AND kiosk = $2 AND digest = $3`, id[:], kiosk, digest[:])
}

func (t *tx) putAside(e hub.Exchange, office string, a hub.Arrival, digest wire.Digest, code string) (wire.Ack, error) {
	it := a.Item
	err := t.exec(`INSERT INTO put_aside (kiosk, id, digest, epoch, seq, kind, office, service, folio, code, arrived, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (kiosk, id, digest) DO UPDATE SET code = excluded.code`,
		e.Kiosk, it.ID[:], digest[:], it.Epoch[:], whole(it.Seq), clip(string(it.Kind)), office, clip(it.Service), clip(string(it.Folio)), code, e.At.UnixMilli(), a.Bytes)
	return wire.Ack{ID: it.ID, Verdict: wire.VerdictRejected, Code: code}, err
}

// deliver gives a sealed item the next number of its unit.
func (t *tx) deliver(it wire.Item) error {
	municipality, _ := hub.Scope(it.Office).Municipality()
	number, err := t.next("delivery " + string(municipality) + " " + it.Unit)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO deliveries (municipality, unit, number, item) VALUES ($1, $2, $3, $4)`,
		string(municipality), it.Unit, whole(number), it.ID[:])
}

// fitsParent reports whether an amendment is of a request that this kiosk filed,
// with the same folio and unit. One that has yet to come cannot be known not to be.
func (t *tx) fitsParent(kiosk string, it wire.Item) (bool, error) {
	var owner, kind, unit, folio string
	found, err := t.row([]any{&owner, &kind, &unit, &folio}, `SELECT kiosk, kind, unit, folio FROM items WHERE id = $1`, it.Parent[:])
	if err != nil || !found {
		return err == nil, err
	}
	return owner == kiosk && kind == string(wire.KindRequest) && unit == it.Unit && folio == string(it.Folio), nil
}

// withdraw moves a request to withdrawn if a withdrawal of it is stored, whichever
// of the two was stored just now. Both must be of one kiosk, folio and unit: one
// that came before its request could not be held to that when it was stored. The
// first withdrawal is when it was withdrawn.
func (t *tx) withdraw(it wire.Item) error {
	request := it.ID
	switch it.Kind {
	case wire.KindWithdrawal:
		request = it.Parent
	case wire.KindRequest:
	default:
		return nil
	}
	var at int64
	found, err := t.row([]any{&at}, `SELECT w.arrived FROM items w JOIN items r ON r.id = w.parent
		WHERE w.parent = $1 AND w.kind = 'withdrawal' AND r.kind = 'request'
			AND w.kiosk = r.kiosk AND w.folio = r.folio AND w.unit = r.unit AND w.municipality = r.municipality
		ORDER BY w.arrived LIMIT 1`, request[:])
	if err != nil || !found {
		return err
	}
	return t.exec(`UPDATE items SET state = $2, reason = $3, changed = $4 WHERE id = $1 AND state <> $2`,
		request[:], string(wire.StateWithdrawn), wire.CodeCitizenAsked, at)
}

// count replaces the counts of the kiosk's hour, whole, by a higher revision.
func (t *tx) count(kiosk, office string, set wire.CountSet) error {
	n, err := t.changed(`INSERT INTO count_sets (kiosk, hour, revision, office, open) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kiosk, hour) DO UPDATE SET revision = excluded.revision, office = excluded.office, open = excluded.open
		WHERE excluded.revision > count_sets.revision`,
		kiosk, set.Hour, set.Revision, office, set.Open)
	if err != nil || n == 0 {
		return err
	}
	if err := t.exec(`DELETE FROM counts WHERE kiosk = $1 AND hour = $2`, kiosk, set.Hour); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM histograms WHERE kiosk = $1 AND hour = $2`, kiosk, set.Hour); err != nil {
		return err
	}
	for _, c := range set.Counts {
		if err := t.exec(`INSERT INTO counts (kiosk, hour, office, service, service_version, channel, language, mode, event, detail, n)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			kiosk, set.Hour, office, c.Service, c.ServiceVersion, string(c.Channel), c.Language, c.Mode, c.Event, c.Detail, whole(c.N)); err != nil {
			return err
		}
	}
	for _, h := range set.Histograms {
		buckets, err := json.Marshal(h.Buckets)
		if err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO histograms (kiosk, hour, office, service, service_version, channel, language, mode, event, detail, buckets, total)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			kiosk, set.Hour, office, h.Service, h.ServiceVersion, string(h.Channel), h.Language, h.Mode, h.Event, h.Detail, string(buckets), h.Sum); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) decide(e hub.Exchange, a hub.Arrival) error {
	record, err := json.Marshal(a.Decision)
	if err != nil {
		return err
	}
	it := a.Item
	return t.exec(`INSERT INTO decisions (item, kiosk, office, service, language, created, arrived, record)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		it.ID[:], e.Kiosk, it.Office, it.Service, it.Language, it.Created.Wall, e.At.UnixMilli(), string(record))
}

func (t *tx) highWater(kiosk string, epoch wire.Epoch) (uint64, error) {
	var mark int64
	_, err := t.row([]any{&mark}, `SELECT high_water FROM epochs WHERE kiosk = $1 AND epoch = $2`, kiosk, epoch[:])
	return uint64(max(mark, 0)), err // #nosec G115 -- not negative
}

// advance moves an epoch's high-water mark over what is held without a gap:
// stored, or kept aside.
func (t *tx) advance(kiosk string, epoch wire.Epoch) error {
	mark, err := t.highWater(kiosk, epoch)
	if err != nil {
		return err
	}
	from := mark
	for {
		var one int
		held, err := t.row([]any{&one}, `SELECT 1 FROM items WHERE kiosk = $1 AND epoch = $2 AND seq = $3
			UNION ALL SELECT 1 FROM put_aside WHERE kiosk = $1 AND epoch = $2 AND seq = $3`, kiosk, epoch[:], whole(mark+1))
		if err != nil {
			return err
		}
		if !held {
			break
		}
		mark++
	}
	if mark == from {
		return nil
	}
	return t.exec(`INSERT INTO epochs (kiosk, epoch, high_water) VALUES ($1, $2, $3)
		ON CONFLICT (kiosk, epoch) DO UPDATE SET high_water = excluded.high_water`, kiosk, epoch[:], whole(mark))
}
