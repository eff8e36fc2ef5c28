package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"chasqui/sync/outbox"
	"chasqui/sync/wire"
)

// The memos in which the client keeps what must survive a restart.
const (
	memoPace  = "client/pace"
	memoHub   = "client/hub"
	memoWords = "client/words"
)

// maxParked is the most words kept that cannot be verified yet; maxWord is the
// longest word in bytes, several times what one can need.
const (
	maxParked = 64
	maxWord   = 4 << 10
)

// hubMemo is what is remembered of the hub.
type hubMemo struct {
	// Time is the hub's clock when last written, Unix milliseconds: the floor of
	// the kiosk's clock after a restart.
	Time int64 `json:"time"`
	// Directory is the highest version ever taken: without the file an older one is
	// still not taken back.
	Directory uint64 `json:"directory"`
	Public    string `json:"public,omitempty"`
}

// believe returns the acknowledgements that are about items of the batch, at most
// one an item, and the items that the hub neither took nor refused.
func believe(batch []outbox.Pending, acks []wire.Ack) (believed []wire.Ack, open []outbox.Pending) {
	ours := make(map[wire.ID]bool, len(batch))
	for _, p := range batch {
		ours[p.Header.ID] = true
	}
	for _, ack := range acks {
		if !ours[ack.ID] {
			continue // not of this batch, or answered already
		}
		switch ack.Verdict {
		case wire.VerdictAccepted, wire.VerdictDuplicate:
			ack.Code = ""
		case wire.VerdictRejected:
			ack.Code = reasonCode(ack.Code)
		default:
			continue
		}
		ours[ack.ID] = false
		believed = append(believed, ack)
	}
	for _, p := range batch {
		if ours[p.Header.ID] {
			open = append(open, p)
		}
	}
	return believed, open
}

// reasonCode returns a code that can stand in the table, for whatever a hub says.
func reasonCode(code string) string {
	if code == "" || len(code) > 32 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return wire.CodeMalformed
	}
	return code
}

// sortWords checks words against the directory. Those that fail their signature
// are kept for a later directory; those that no directory could mend are counted
// and dropped. The order stays.
func sortWords(d wire.Directory, statements []wire.Statement) (words []wire.Word, parked []wire.Statement, dropped int) {
	for _, s := range statements {
		word, err := d.OpenWord(s)
		switch {
		case len(s.Body) > maxWord:
			dropped++
		case err == nil:
			words = append(words, word)
		case errors.Is(err, wire.ErrSignature):
			if !has(parked, s) {
				parked = append(parked, s)
			}
		default:
			dropped++
		}
	}
	return words, parked, dropped
}

func has(statements []wire.Statement, s wire.Statement) bool {
	for _, other := range statements {
		if bytes.Equal(other.Body, s.Body) && bytes.Equal(other.Signature, s.Signature) {
			return true
		}
	}
	return false
}

// encodeParked returns the memo of the parked words, the newest that fit, and
// which those are. No words make a nil memo.
func encodeParked(parked []wire.Statement) ([]byte, []wire.Statement, error) {
	parked = parked[max(0, len(parked)-maxParked):]
	for len(parked) > 0 {
		b, err := json.Marshal(parked)
		if err != nil {
			return nil, nil, fmt.Errorf("keep words: %w", err)
		}
		if len(b) <= outbox.MaxMemo {
			return b, parked, nil
		}
		parked = parked[1:]
	}
	return nil, nil, nil
}

// newer returns the directory of a reply if it is to be taken: signed by the
// pinned root, of our municipality, and higher than any version ever taken.
func newer(s *wire.Statement, id Identity, have uint64) (wire.Directory, bool, error) {
	if s == nil {
		return wire.Directory{}, false, nil
	}
	d, err := wire.OpenDirectory(*s, id.Root)
	if err != nil {
		return wire.Directory{}, false, err
	}
	if d.Municipality != id.Municipality() {
		return wire.Directory{}, false, fmt.Errorf("the directory is of %s and this kiosk stands in %s", d.Municipality, id.Office)
	}
	return d, d.Version > have, nil
}
