package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chasqui/sync/wire"
)

// Errors of a decision.
var (
	// ErrDecision: not a word that a person may say.
	ErrDecision = errors.New("not a decision")
	// ErrNoFolio: no unit of this office has the folio.
	ErrNoFolio = errors.New("no request with this folio")
	// ErrWithdrawn: the citizen took the request back, so there is nothing to decide.
	ErrWithdrawn = errors.New("the citizen withdrew this request")
)

// Reasons are the words that a person may say of a request, with the reason codes
// that may go with each. "" is no reason.
var Reasons = map[wire.State][]string{
	wire.StateDecided:        {wire.CodeGranted, wire.CodeNothingToSay},
	wire.StateNeedsSomething: {wire.CodeMissing, wire.CodeOfficeCannot},
	wire.StateRefused:        {wire.CodeNotEntitled, wire.CodeServiceClosed},
}

// CheckDecision reports, as an error that wraps ErrDecision and lists what could
// be said, that a state and a reason are not in the table.
func CheckDecision(state wire.State, reason string) error {
	reasons, ok := Reasons[state]
	if !ok {
		return fmt.Errorf("%w: state %q; a person may say %s, %s or %s", ErrDecision, state, wire.StateDecided, wire.StateNeedsSomething, wire.StateRefused)
	}
	if !slices.Contains(reasons, reason) {
		return fmt.Errorf("%w: reason %q with state %s; use one of %q", ErrDecision, reason, state, reasons)
	}
	return nil
}

// withWords opens words.csv for as long as use runs. Two programs write it: the
// one at work in the folder, at its start, and one that notes a decision.
func withWords(dir string, use func(*ledger) error, visit func(row []string) error) (err error) {
	lock, err := os.OpenFile(filepath.Join(dir, ".words.lock"), os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- the office's own folder
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := lockFile(lock, true); err != nil {
		return err
	}
	l, err := openLedger(dir, wordsShape, visit)
	if err != nil {
		return err
	}
	return use(l)
}

// Decide notes on the disk what a person decided about a request, and returns the
// unit that has it. It may be called while an Office is at work in the same
// folder, which then posts it within its next round; else the next Office does.
// Errors wrap ErrDecision, ErrNoFolio or ErrWithdrawn, or are the disk's.
func Decide(cfg Config, folio string, state wire.State, reason string) (string, error) {
	cfg.fill()
	if err := cfg.Check(); err != nil {
		return "", err
	}
	if err := CheckDecision(state, reason); err != nil {
		return "", err
	}
	number, err := wire.ParseFolio(folio)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoFolio, err)
	}
	for _, keys := range cfg.Keys {
		dir := filepath.Join(cfg.Out, keys.Unit)
		id, last, withdrawn, err := findFolio(dir, number)
		if err != nil {
			return "", err
		}
		if withdrawn {
			return keys.Unit, fmt.Errorf("%w: %s", ErrWithdrawn, number)
		}
		if id.IsZero() {
			continue
		}
		w := wire.Word{Item: id, Folio: number, State: state, Reason: reason}
		var before []wire.Word
		return keys.Unit, withWords(dir, func(l *ledger) error {
			for _, earlier := range before {
				last = max(last, earlier.At)
			}
			// A later word must be later also where the clock was set back.
			w.At = max(cfg.Now().UnixMilli(), last+1)
			return l.add(wordRow(w))
		}, func(row []string) error {
			earlier, err := parseWord(row)
			if earlier.Item == id {
				before = append(before, earlier)
			}
			return err
		})
	}
	return "", fmt.Errorf("%w: %s", ErrNoFolio, number)
}

// findFolio looks a folio up in a unit's ledgers without changing them: another
// program may be writing at this moment. at is when the request was written down.
func findFolio(dir string, folio wire.Folio) (id wire.ID, at int64, withdrawn bool, err error) {
	for _, s := range []shape{asideShape, requestsShape} {
		b, err := readIfThere(filepath.Join(dir, s.name))
		if err != nil {
			return id, 0, false, err
		}
		if b == nil {
			continue
		}
		_, _, err = s.read(b, func(row []string) error {
			if row[2] != string(folio) || (s.name == asideShape.name && row[4] != string(wire.KindRequest)) {
				return nil
			}
			found, err := wire.ParseID(row[1])
			if err != nil {
				return nil // put aside without an id
			}
			received, err := time.Parse(stamp, row[0])
			id, at = found, max(at, received.UnixMilli())
			withdrawn = s.name == requestsShape.name && row[9] == string(wire.StateWithdrawn)
			return err
		})
		if err != nil {
			return id, 0, false, fmt.Errorf("%s: %w", filepath.Join(dir, s.name), err)
		}
	}
	return id, at, withdrawn, nil
}

// readDecisions takes up what people decided since the last round: the words to
// post, and the state in the readable file and in the ledger.
func (o *Office) readDecisions(u *unit) error {
	info, err := os.Stat(u.words.path)
	if err != nil {
		return err
	}
	if info.Size() == u.decided {
		return nil
	}
	b, err := os.ReadFile(u.words.path)
	if err != nil {
		return err
	}
	last := map[wire.ID]wire.Word{}
	_, _, err = u.words.read(b, func(row []string) error {
		w, err := parseWord(row)
		if err != nil {
			return err
		}
		u.owe(w)
		last[w.Item] = w
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", u.words.path, err)
	}
	changed := map[string]wire.State{}
	for id, w := range last {
		k, ok := u.known[id]
		// What the citizen took back stays so, here as on the status page: a decision
		// that was on its way is posted and moves nothing.
		if !ok || k.state == wire.StateWithdrawn || (k.state == w.State && k.reason == w.Reason) {
			continue
		}
		if k.state != w.State {
			changed[id.String()] = w.State
		}
		k.state, k.reason = w.State, w.Reason
		if err := o.restatePage(u, id, k); err != nil {
			return err
		}
		u.known[id] = k
	}
	if len(changed) > 0 {
		err := u.requests.change(func(row []string) []string {
			if state, ok := changed[row[1]]; ok {
				row[9] = string(state)
			}
			return row
		})
		if err != nil {
			return err
		}
	}
	u.decided = info.Size()
	return nil
}

const (
	// A word that the hub does not take is tried again after this, doubling.
	firstRetry = 5 * time.Second
	lastRetry  = 15 * time.Minute
)

// postWords posts the words that are due. A word that the hub does not take holds
// up no other; a hub that cannot be reached ends the round.
func (o *Office) postWords(ctx context.Context, u *unit) error {
	left := u.due[:0:0]
	var failed error
	for _, d := range u.due {
		if failed != nil || o.cfg.Now().Before(d.next) {
			left = append(left, d)
			continue
		}
		taken, err := o.postWord(ctx, u, d.Word)
		if err != nil {
			failed = err
		}
		if taken {
			continue
		}
		if err == nil {
			d.next = o.cfg.Now().Add(min(lastRetry, firstRetry<<min(d.tries, 10)))
			d.tries++
		}
		left = append(left, d)
	}
	u.due = left
	return failed
}

// Owes reports whether a word about a request has yet to be posted.
func (o *Office) Owes(folio wire.Folio) bool {
	return slices.ContainsFunc(o.units, func(u *unit) bool {
		return slices.ContainsFunc(u.due, func(d *said) bool { return d.Folio == folio })
	})
}

// postWord posts one word. taken is false without an error when the hub, reached,
// would not have this word.
func (o *Office) postWord(ctx context.Context, u *unit, w wire.Word) (taken bool, err error) {
	statement, err := wire.Sign(wire.DomainWord, u.signer(), w)
	if err != nil {
		return false, err
	}
	status, _, _, err := o.line.post(ctx, wire.PathWord, statement)
	if err != nil {
		return false, fmt.Errorf("post a word: %w", err)
	}
	switch status {
	case http.StatusNoContent:
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity:
		if status == http.StatusForbidden {
			u.nextSigner()
		}
		o.cfg.Log.Warn("the hub does not take a word; it is tried again later", "unit", u.id, "item", w.Item, "state", w.State, "status", status)
		return false, nil
	default:
		if err = judge(status); err == nil {
			err = fmt.Errorf("%w: status %d", ErrNotHub, status)
		}
		return false, fmt.Errorf("post a word: %w", err)
	}
	if err := o.cfg.crash("between word and line"); err != nil {
		return false, err
	}
	if err := u.posted.add(wordRow(w)); err != nil {
		return false, err
	}
	u.isPosted[wordKey(w)] = true
	o.cfg.Log.Info("word posted", "unit", u.id, "item", w.Item, "state", w.State)
	return true, nil
}
