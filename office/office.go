package office

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"chasqui/sync/seal"
)

// Office is the program at work in its folders. Its methods are for one goroutine.
type Office struct {
	cfg   Config
	line  *line
	units []*unit
	lock  *os.File
}

// New takes the lock on the out folder, opens the ledgers, repairs a torn end, and
// finishes what a crash interrupted. Errors wrap ErrLocked or ErrDamaged where it
// is that.
func New(cfg Config) (*Office, error) {
	cfg.fill()
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	line, err := newLine(cfg.Hub, cfg.Transport)
	if err != nil {
		return nil, err
	}
	o := &Office{cfg: cfg, line: line}
	if err := o.takeLock(); err != nil {
		return nil, err
	}
	if err := o.openUnits(); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return o, nil
}

func (o *Office) takeLock() error {
	if err := os.MkdirAll(o.cfg.Out, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(o.cfg.Out, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := lockFile(f, false); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", o.cfg.Out, err), f.Close())
	}
	o.lock = f
	return nil
}

func (o *Office) openUnits() error {
	keys := map[string][]*seal.Keys{}
	var order []string
	for _, k := range o.cfg.Keys {
		if keys[k.Unit] == nil {
			order = append(order, k.Unit)
		}
		keys[k.Unit] = append(keys[k.Unit], k)
	}
	for _, id := range order {
		u, err := o.openUnit(id, keys[id])
		if err != nil {
			return fmt.Errorf("unit %s: %w", id, err)
		}
		o.units = append(o.units, u)
	}
	for _, u := range o.units {
		if err := o.sweep(u); err != nil {
			return fmt.Errorf("unit %s: %w", u.id, err)
		}
	}
	return nil
}

// Close gives the folder up.
func (o *Office) Close() error {
	if o.lock == nil {
		return nil
	}
	lock := o.lock
	o.lock = nil
	return lock.Close() // and the lock with it
}

// Once makes one round: for each unit, everything new is fetched and written down,
// decisions are taken up, and the words that are due are posted. Trouble with one
// unit does not keep the others waiting; the error joins them all.
func (o *Office) Once(ctx context.Context) error {
	var all []error
	for _, u := range o.units {
		if err := o.round(ctx, u); err != nil {
			all = append(all, fmt.Errorf("unit %s: %w", u.id, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(all...)
}

func (o *Office) round(ctx context.Context, u *unit) error {
	// What people decided is in the files also while the hub cannot be reached.
	if err := o.readDecisions(u); err != nil {
		return err
	}
	if err := o.fetch(ctx, u); err != nil {
		return err
	}
	// A decision may be about what just came.
	if err := o.readDecisions(u); err != nil {
		return err
	}
	return o.postWords(ctx, u)
}

// longestWait is the most that Run waits when the hub cannot be reached.
const longestWait = 5 * time.Minute

// Run makes rounds until ctx ends, and returns its error.
func (o *Office) Run(ctx context.Context) error {
	failures, said := 0, ""
	for {
		err := o.Once(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait := o.cfg.Poll
		if err != nil {
			// #nosec G404 -- jitter keeps offices apart and needs no secrecy
			wait = max(wait, time.Duration(rand.Float64()*float64(min(longestWait, o.cfg.Poll<<min(failures, 10)))))
			failures++
			if err.Error() != said {
				o.cfg.Log.Warn("this round did not come to its end; it is made again", "error", err)
			}
			said = err.Error()
		} else {
			if failures > 0 {
				o.cfg.Log.Info("the hub answers again")
			}
			failures, said = 0, ""
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// moment is now, as it stands in the ledgers.
func (o *Office) moment() time.Time { return o.cfg.Now().UTC().Truncate(time.Millisecond) }
