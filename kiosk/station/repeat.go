package station

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/sync/client"
	"chasqui/sync/outbox"
)

// memoRepeats holds who asked for what lately, by keyed hashes that fade.
const memoRepeats = "station/repeats"

const (
	// mostRepeats bounds how many are remembered; the oldest are forgotten first.
	mostRepeats = 5000
	repeatsForm = 1
	tagLength   = 16
	// repeatSize is the length of one in the memo: the tag, two times in seconds.
	repeatSize = tagLength + 4 + 4
	nameAnswer = "name"
)

// tag is what is kept of a person and a service: the beginning of an HMAC-SHA256
// under a key that is derived from the kiosk's own secrets and leaves the kiosk
// never. Without the key nobody can tell from a tag, by trying every number there
// is, whose it is; the plain values are kept nowhere.
type tag [tagLength]byte

// repeat is one request of a person for a service.
type repeat struct {
	tag       tag
	on, until time.Time
}

// repeats are those remembered, oldest first. They are not changed in place.
type repeats []repeat

// repeatKey derives the key of the tags. The private key is in it, which the hub
// does not have.
func repeatKey(id client.Identity) ([]byte, error) {
	secret := slices.Clone(id.StatusKey)
	if len(id.Key) > 0 {
		secret = append(secret, id.Key.Seed()...)
	}
	return hkdf.Key(sha256.New, secret, nil, "chasqui repeated requests v1", sha256.Size)
}

// tagOf returns the tag of the person of these answers for a service, and whether
// there is one: whoever has shown no document's number is not known again.
func tagOf(key []byte, service string, answers []kiosk.Answered) (t tag, ok bool) {
	var document, name string
	for _, a := range answers {
		kind, number := a.Value.Parts[flow.PartKind], a.Value.Parts[flow.PartNumber]
		switch {
		case a.Type == kiosk.TypeDocument && document == "" && kind != flow.DocumentNone && number != "":
			document = kind + "\x00" + number
		case a.Question == nameAnswer:
			name = fold(a.Value.Text)
		}
	}
	if document == "" {
		return t, false
	}
	mac := hmac.New(sha256.New, key)
	for _, part := range []string{service, document, name} {
		// The length goes first, so that no two lists of parts look the same.
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part)))) // #nosec G115 -- a short answer
		mac.Write([]byte(part))
	}
	copy(t[:], mac.Sum(nil))
	return t, true
}

// plain takes the accents off the letters of the languages on the screen.
var plain = strings.NewReplacer("á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "ì", "i", "î", "i", "ï", "i", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ñ", "n", "ç", "c")

// fold makes one of the ways in which people write the same name.
func fold(name string) string {
	return plain.Replace(strings.Join(strings.Fields(strings.ToLower(name)), " "))
}

// Repeated implements kiosk.Station. An amendment is no repetition.
func (s *Station) Repeated(session *kiosk.Session) (kiosk.Repeat, bool) {
	if session.Amendment().Kind != "" {
		return kiosk.Repeat{}, false
	}
	f, err := s.flowOf(session)
	if err != nil || f.Service().RepeatDays <= 0 {
		return kiosk.Repeat{}, false
	}
	t, ok := tagOf(s.repeatKey, f.Service().ID, f.Review(session.Answers()))
	if !ok {
		return kiosk.Repeat{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.repeats.faded(s.Now(), s.cfg.Clock.Stamp().Trusted) {
		if r.tag == t {
			return kiosk.Repeat{On: r.on}, true
		}
	}
	return kiosk.Repeat{}, false
}

// repeatsAfter returns what is remembered once a request is filed.
func (s *Station) repeatsAfter(service kiosk.Service, answers []kiosk.Answered) repeats {
	now := s.Now()
	s.mu.Lock()
	out := s.repeats.faded(now, s.cfg.Clock.Stamp().Trusted)
	s.mu.Unlock()
	t, ok := tagOf(s.repeatKey, service.ID, answers)
	if !ok || service.RepeatDays <= 0 {
		return out
	}
	out = slices.DeleteFunc(out, func(r repeat) bool { return r.tag == t })
	out = append(out, repeat{tag: t, on: now, until: now.AddDate(0, 0, service.RepeatDays)})
	return out[max(0, len(out)-mostRepeats):]
}

// faded returns, as a copy, those whose period is not over. One from a day that a
// clock to be trusted says is yet to come was noted under a wrong clock, which may
// have been wrong by years: it goes as well.
func (r repeats) faded(now time.Time, trusted bool) repeats {
	out := make(repeats, 0, len(r)+1)
	for _, one := range r {
		if now.Before(one.until) && !(trusted && one.on.After(now.Add(24*time.Hour))) {
			out = append(out, one)
		}
	}
	return out
}

// fadeRepeats removes from the disk what is over.
func (s *Station) fadeRepeats(ctx context.Context) error {
	s.submitting.Lock()
	defer s.submitting.Unlock()
	s.mu.Lock()
	left := s.repeats.faded(s.Now(), s.cfg.Clock.Stamp().Trusted)
	over := len(s.repeats) - len(left)
	s.mu.Unlock()
	if over == 0 {
		return nil
	}
	if _, err := s.cfg.Outbox.Commit(ctx, outbox.Change{Memos: map[string][]byte{memoRepeats: left.encode()}}); err != nil {
		return fmt.Errorf("forget repeated requests: %w", err)
	}
	s.mu.Lock()
	s.repeats = left
	s.mu.Unlock()
	return nil
}

// restoreRepeats takes up who asked before. What cannot be read is forgotten, on the
// disk as well: to be told of a repetition is a kindness, for want of which no kiosk
// stays closed.
func (s *Station) restoreRepeats(ctx context.Context) error {
	b, err := s.cfg.Outbox.Memo(ctx, memoRepeats)
	if err != nil {
		return fmt.Errorf("open the station: %w", err)
	}
	if b == nil {
		return nil
	}
	s.repeats, err = decodeRepeats(b)
	if err == nil {
		err = s.fadeRepeats(ctx)
	} else if _, failed := s.cfg.Outbox.Commit(ctx, outbox.Change{Memos: map[string][]byte{memoRepeats: nil}}); failed != nil {
		err = errors.Join(err, failed)
	}
	if err != nil {
		// A full disk keeps no kiosk closed either: they are not believed.
		s.cfg.Log.Error("who asked before is not known, or cannot be forgotten yet", "error", err)
	}
	return nil
}

// encode returns nil when there is nothing to remember, which deletes the memo.
func (r repeats) encode() []byte {
	if len(r) == 0 {
		return nil
	}
	out := make([]byte, 0, 1+repeatSize*len(r))
	out = append(out, repeatsForm)
	for _, one := range r {
		out = append(out, one.tag[:]...)
		out = binary.BigEndian.AppendUint32(out, seconds(one.on))
		out = binary.BigEndian.AppendUint32(out, seconds(one.until))
	}
	return out
}

// seconds since 1970, which fit until 2106.
func seconds(t time.Time) uint32 { return uint32(min(max(t.Unix(), 0), 1<<32-1)) } // #nosec G115 -- bounded

func decodeRepeats(b []byte) (repeats, error) {
	if len(b) < 1 || b[0] != repeatsForm || (len(b)-1)%repeatSize != 0 || len(b) > 1+repeatSize*mostRepeats {
		return nil, errors.New("who asked before: the memo is not one of this program's")
	}
	var out repeats
	for chunk := range slices.Chunk(b[1:], repeatSize) {
		var one repeat
		copy(one.tag[:], chunk)
		one.on = time.Unix(int64(binary.BigEndian.Uint32(chunk[tagLength:])), 0)
		one.until = time.Unix(int64(binary.BigEndian.Uint32(chunk[tagLength+4:])), 0)
		out = append(out, one)
	}
	return out, nil
}
