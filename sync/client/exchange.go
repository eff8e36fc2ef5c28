package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// Trouble is the error of an exchange that was not heard.
type Trouble struct {
	// State is the link's state after it.
	State string
	// Words are for programmers.
	Words string
	// Err is set when the kiosk's own disk was the trouble.
	Err error
}

// Error implements error.
func (t *Trouble) Error() string { return "exchange with the hub: " + t.Words }

// Unwrap returns the disk's error.
func (t *Trouble) Unwrap() error { return t.Err }

// Exchange makes one exchange now, after any that is under way. It returns nil
// when the hub answered and the answer is on the disk, ctx's error when ctx
// ended, and a *Trouble otherwise; Link says the same.
func (c *Client) Exchange(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer c.cfg.OnChange()
	defer func() { <-c.turn }()
	now := c.cfg.Now()
	c.mu.Lock()
	c.lastTry = now
	c.mu.Unlock()
	batch, err := c.size.choose(ctx, c.cfg.Outbox, now)
	if err != nil {
		return c.failed(ctx, err)
	}
	p, err := c.pack(ctx, batch, now)
	if err != nil {
		return c.failed(ctx, err)
	}
	// While nothing answers, a try is a question and not yet a sending: "being sent"
	// would promise too much to somebody who reads it.
	if state := c.Link().State; len(batch) > 0 && (state == StateUp || state == StateUnknown) {
		release := c.cfg.Outbox.MarkSending(ids(batch))
		defer release()
		c.cfg.OnChange()
	}
	r, err := c.poster.post(ctx, c.address, p.bytes)
	if ctx.Err() != nil && err != nil {
		return ctx.Err() // our own stopping is nobody's failure
	}
	// What the hub has answered is kept even when the program is asked to stop.
	ctx = context.WithoutCancel(ctx)
	a := judge(r, err, c.cfg.Identity.HubKey, p.digest, p.nonce)
	switch a.kind {
	case heard:
		return c.take(ctx, p, r, a)
	case unreadable:
		return c.bisect(ctx, p, a)
	case tooLarge:
		return c.split(ctx, p, a)
	case down:
		if len(batch) > 0 {
			c.size.stalled()
		}
	}
	return c.settle(ctx, a, nil)
}

// take writes what a signed reply brought, in one transaction, and decides how
// soon the next exchange is due.
func (c *Client) take(ctx context.Context, p parcel, r response, a answer) error {
	now := c.cfg.Now()
	c.size.moved(len(p.bytes), r.elapsed)
	acks, open := believe(p.items, a.reply.Acks)
	for _, item := range open {
		c.size.hold(item, now.Add(max(holdTime, a.retryAfter)))
	}
	directory, changed, err := c.takeDirectory(a.reply.Directory)
	if err != nil {
		return c.failed(ctx, err)
	}
	words, parked, parkedMemo, err := c.readWords(directory, changed, a.reply.Words)
	if err != nil {
		return c.failed(ctx, err)
	}
	memos, memo, err := c.memos(a.reply, directory, len(acks)+len(words) > 0, parkedMemo)
	if err != nil {
		return c.failed(ctx, err)
	}
	next := c.nextPace(a, now)
	if c.paceKept || !next.calm() {
		if memos[memoPace], err = encodePace(next); err != nil {
			return c.failed(ctx, err)
		}
	}
	advanced := a.reply.Cursor > c.cursor
	if len(acks)+len(words)+len(memos) > 0 || advanced {
		err := c.cfg.Outbox.Apply(ctx, outbox.Effects{Acks: acks, Words: words, Cursor: a.reply.Cursor, Memos: memos})
		if err != nil {
			return c.failed(ctx, fmt.Errorf("write what the hub answered: %w", err))
		}
	}
	c.paceKept, c.saved, c.parked, c.parkedTried = !next.calm(), memo, parked, true
	c.cursor = max(c.cursor, a.reply.Cursor)
	// An item that is held, or a cursor that stands still, is no reason to ask again
	// at once.
	left, err := c.size.choose(ctx, c.cfg.Outbox, now)
	if err != nil {
		return c.failed(ctx, err)
	}
	if !next.Firm && (a.reply.More && advanced || len(left) > 0) {
		next.Wait, next.Next = 0, now
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pace, c.directory, c.public = next, directory, memo.Public
	c.link.LastHeard, c.link.HubTime = now, time.UnixMilli(a.reply.Time)
	c.link.Skew = now.Sub(c.link.HubTime)
	return nil
}

// readWords checks the words of a reply, and those kept from earlier ones when
// there is a directory that they were not tried with. It returns the words to
// apply, the statements to keep, and their memo: nil when it stays as it is,
// empty to delete it.
func (c *Client) readWords(d wire.Directory, changed bool, statements []wire.Statement) (words []wire.Word, parked []wire.Statement, memo *[]byte, err error) {
	parked = c.parked
	if retry := changed || !c.parkedTried; retry && len(c.parked) > 0 {
		statements, parked = append(append([]wire.Statement{}, c.parked...), statements...), nil
	}
	words, waiting, dropped := sortWords(d, statements)
	if dropped > 0 {
		c.cfg.Log.Warn("words that no office can have said are passed over", "words", dropped)
	}
	all := append([]wire.Statement{}, parked...)
	for _, s := range waiting {
		if !has(all, s) {
			all = append(all, s)
		}
	}
	if len(all) == len(c.parked) && len(waiting) == 0 {
		return words, c.parked, nil, nil
	}
	if len(waiting) > 0 {
		c.cfg.Log.Warn("words that no unit of the directory signed are kept for a newer one", "words", len(waiting), "directory", d.Version)
	}
	b, kept, err := encodeParked(all)
	return words, kept, &b, err
}

// takeDirectory returns the directory to go on with, saved if it is a new one. A
// directory that does not hold is passed over: the hub could not have made one
// that does, and the reply's acknowledgements are true all the same.
func (c *Client) takeDirectory(s *wire.Statement) (wire.Directory, bool, error) {
	have := c.Directory()
	d, take, err := newer(s, c.cfg.Identity, max(have.Version, c.saved.Directory))
	if err != nil {
		c.cfg.Log.Warn("the hub passed on a directory that does not hold", "error", err)
		return have, false, nil
	}
	// Without the file the same version is taken again, and nothing older.
	if !take && !(have.Version == 0 && d.Version > 0 && d.Version == c.saved.Directory) {
		return have, false, nil
	}
	b, err := s.Encode()
	if err != nil {
		return have, false, err
	}
	if err := writeFile(c.cfg.DirectoryPath, append(b, '\n')); err != nil {
		return have, false, err
	}
	return d, true, nil
}

// memos returns the memos to write beside the effects. The hub's is written when
// something in it changed, it is an hour old, or there is a transaction anyway.
func (c *Client) memos(reply wire.Reply, d wire.Directory, writing bool, parked *[]byte) (map[string][]byte, hubMemo, error) {
	memos := map[string][]byte{}
	if parked != nil {
		memos[memoWords] = *parked
	}
	memo := hubMemo{Time: reply.Time, Directory: max(c.saved.Directory, d.Version), Public: publicAddress(reply.Public)}
	old := time.UnixMilli(memo.Time).Sub(time.UnixMilli(c.saved.Time)).Abs() > time.Hour
	if !writing && parked == nil && !old && memo.Directory == c.saved.Directory && memo.Public == c.saved.Public {
		return memos, c.saved, nil
	}
	b, err := json.Marshal(memo)
	memos[memoHub] = b
	return memos, memo, err
}

// bisect looks for the item that the hub cannot read: half of the batch next
// time, and when it is alone it is put aside, with the hub's reason, and the
// others go on.
func (c *Client) bisect(ctx context.Context, p parcel, a answer) error {
	switch len(p.items) {
	case 0:
		a.kind = refused // there is nothing in it but our own header
	case 1:
		if err := c.putAside(ctx, p.items[0], reasonCode(a.code)); err != nil {
			return c.failed(ctx, err)
		}
	default:
		c.size.halve(len(p.items))
	}
	return c.settle(ctx, a, nil)
}

// split sends less next time. A single item that the hub, signed, calls too large
// is put aside; one that something on the way will not carry is only held.
func (c *Client) split(ctx context.Context, p parcel, a answer) error {
	switch {
	case len(p.items) > 1:
		c.size.halve(len(p.items))
		c.size.ceiling = max(4<<10, len(p.bytes)/2)
	case len(p.items) == 1 && a.signed:
		if err := c.putAside(ctx, p.items[0], wire.CodeTooLarge); err != nil {
			return c.failed(ctx, err)
		}
	case len(p.items) == 1:
		c.size.hold(p.items[0], c.cfg.Now().Add(maxWait))
		c.cfg.Log.Warn("something between here and the hub takes no item of this size", "item", p.items[0].Header.ID, "bytes", len(p.bytes))
	case a.signed:
		a.kind = refused
	default:
		a.kind = notHub
	}
	return c.settle(ctx, a, nil)
}

func (c *Client) putAside(ctx context.Context, p outbox.Pending, code string) error {
	c.cfg.Log.Warn("the hub cannot take an item; it is put aside", "item", p.Header.ID, "code", code)
	return c.cfg.Outbox.PutAside(ctx, p.Header.ID, code)
}

// failed settles on trouble with the kiosk's own disk.
func (c *Client) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return c.settle(ctx, answer{kind: local, words: "this kiosk's own disk: " + err.Error()}, err)
}

// settle moves the state machine on an answer that was not heard, and keeps its
// state on the disk.
func (c *Client) settle(ctx context.Context, a answer, cause error) error {
	now := c.cfg.Now()
	next := c.nextPace(a, now)
	c.cfg.Log.Info("the hub was not reached as it should be", "link", next.State, "why", a.words, "next", next.Next)
	if b, err := encodePace(next); err != nil {
		cause = errors.Join(cause, err)
	} else if b != nil || c.paceKept {
		// A pace that cannot be kept is not worth failing for: the next one may be.
		if err := c.cfg.Outbox.Apply(ctx, outbox.Effects{Memos: map[string][]byte{memoPace: b}}); err != nil {
			c.cfg.Log.Warn("the back-off could not be kept on the disk", "error", err)
			cause = errors.Join(cause, err)
		} else {
			c.paceKept = b != nil
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pace = next
	if a.kind == refused {
		c.link.Refused = reasonCode(a.code)
	}
	if a.signed {
		c.link.LastHeard = now
	}
	return &Trouble{State: next.State, Words: a.words, Err: cause}
}

func (c *Client) nextPace(a answer, now time.Time) pace {
	return c.currentPace().after(a, now, drawFrom(c.cfg.Random), c.cfg.PollEvery)
}

// encodePace returns the memo of a pace, nil when there is nothing to remember.
func encodePace(p pace) ([]byte, error) {
	if p.calm() {
		return nil, nil
	}
	return p.encode()
}

func ids(items []outbox.Pending) []wire.ID {
	out := make([]wire.ID, 0, len(items))
	for _, p := range items {
		out = append(out, p.Header.ID)
	}
	return out
}
