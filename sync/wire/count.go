package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// CountSet is every count of one kiosk in one hour: the body of an item of
// KindCounts. A set replaces, whole, the one of the same kiosk and hour with a
// lower revision, so that sending twice changes nothing.
type CountSet struct {
	Kiosk  string `json:"kiosk"`
	Office string `json:"office"`
	// Hour is the hour since the Unix epoch, UTC.
	Hour     int64 `json:"hour"`
	Revision int   `json:"revision"`
	// Open is how many seconds of the hour the kiosk ran, for coverage.
	Open       int         `json:"open_seconds"`
	Counts     []Count     `json:"counts"`
	Histograms []Histogram `json:"histograms,omitempty"`
}

// CountKey is what a count is about.
type CountKey struct {
	Service        string  `json:"service,omitempty"`
	ServiceVersion int     `json:"service_version,omitempty"`
	Channel        Channel `json:"channel"`
	Language       string  `json:"language,omitempty"`
	// Mode is how the kiosk was used: "touch", "keys", "voice", with "+large"
	// and the like left to the event's Detail.
	Mode string `json:"mode,omitempty"`
	// Event is what happened; see the constants below.
	Event string `json:"event"`
	// Detail narrows an event: the page left, the outcome, the arm shown. What it
	// may be is bounded by KnownDetail.
	Detail string `json:"detail,omitempty"`
}

// Count is how often something happened within the hour.
type Count struct {
	CountKey
	N uint64 `json:"n"`
}

// Histogram holds durations in seconds. Buckets[i] counts those at most
// DurationBounds[i]; the last bucket counts the rest.
type Histogram struct {
	CountKey
	Buckets []uint64 `json:"buckets"`
	Sum     float64  `json:"sum"`
}

// DurationBounds are the upper bounds, in seconds, of a histogram's buckets.
var DurationBounds = []float64{15, 30, 60, 90, 120, 180, 300, 600, 1200}

// The events that are counted. "Completed" is a request saved with a folio; an
// eligibility answer and a hand-over to another channel are counted apart.
const (
	EventStarted   = "started"
	EventCompleted = "completed"
	EventAbandoned = "abandoned" // Detail: the page
	EventOutcome   = "outcome"   // Detail: the outcome's id, when it is not "apply here"
	EventServed    = "served"    // the desk's tally; channel counter
	EventHelp      = "help"      // Detail: the page; "ring/" and the page when a person was called
	EventNudge     = "nudge"     // Detail: suggestion/answer, answer as in Decision.Answer
	EventTime      = "time"      // the histogram of seconds from start to completed

	EventAmended      = "amended"      // a request about an earlier one; Detail: the item's kind
	EventSatisfaction = "satisfaction" // Detail: "1" (worst) to "5" (best), or "skipped"
	EventLesson       = "lesson"       // a practice lesson; Detail: the lesson/"started" or "finished"
	EventSearch       = "search"       // Detail: "found" or "none"; never what was typed
	EventRepeat       = "repeat"       // a repeated request was noticed; Detail: "again" or "status"
)

// Other stands for a service, event or detail that is none of a closed list.
const Other = "other"

// SatisfactionSkipped is the detail of EventSatisfaction of somebody who was asked and
// passed by; the others are the faces "1" to "5".
const SatisfactionSkipped = "skipped"

// Events lists every event once.
func Events() []string {
	return []string{EventStarted, EventCompleted, EventAbandoned, EventOutcome, EventServed, EventHelp, EventNudge, EventTime,
		EventAmended, EventSatisfaction, EventLesson, EventSearch, EventRepeat}
}

// KnownDetail returns the detail of an event where the list of details is closed
// and it is on it, and Other where it is not: so that nobody with a kiosk's key
// can make up words or numbers of series. Details of other events are ids of the
// catalogue and come back as they are.
func KnownDetail(event, detail string) string {
	known := true
	switch event {
	case EventAmended:
		known = Kind(detail).Amends()
	case EventSatisfaction:
		known = len(detail) == 1 && detail >= "1" && detail <= "5" || detail == SatisfactionSkipped
	case EventSearch:
		known = detail == "found" || detail == "none"
	case EventRepeat:
		known = detail == "again" || detail == "status"
	case EventLesson:
		lesson, did, _ := strings.Cut(detail, "/")
		known = (did == "started" || did == "finished") && isID(lesson)
	case EventHelp:
		// Pages are called "home", or "question/" and an id.
		known = detail == "" || isID(strings.TrimPrefix(strings.TrimPrefix(detail, "ring/"), "question/"))
	}
	if !known {
		return Other
	}
	return detail
}

// isID reports whether s is what lessons and pages are called.
func isID(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_:") == ""
}

// Decision is the record of one suggestion, or of its deliberate absence, that
// goes with a filed request: the body of an item of KindDecision. It says
// nothing about the person.
type Decision struct {
	Folio Folio `json:"folio"`
	// Request is the id of the filed request.
	Request    ID     `json:"request"`
	Suggestion string `json:"suggestion"`
	// Epoch counts the policies that the hub has sent; Policy is the digest of the
	// one used, in hex.
	Epoch  int    `json:"epoch"`
	Policy string `json:"policy"`
	// Bucket is the context: nothing finer than service and language.
	Bucket string `json:"bucket"`
	Arms   []Arm  `json:"arms"`
	// Shown is the arm shown, or "" in the holdout.
	Shown   string `json:"shown"`
	Holdout bool   `json:"holdout"`
	// Draw is the number in [0,1) that chose the arm from the probabilities.
	Draw   float64 `json:"draw"`
	Answer string  `json:"answer"`
}

// Arm is one wording and the exact probability with which it was chosen.
type Arm struct {
	ID          string  `json:"id"`
	Probability float64 `json:"probability"`
}

// The answers to a suggestion.
const (
	AnswerAccepted = "accepted"
	AnswerRefused  = "refused"
	AnswerIgnored  = "ignored"
	AnswerHeldOut  = "held-out"
)

// MaxCounts bounds the counts of one hour.
const MaxCounts = 4096

// Hour returns the hour since the Unix epoch in which t lies.
func Hour(t time.Time) int64 { return t.Unix() / 3600 }

// HourStart returns the moment at which an hour begins, UTC.
func HourStart(hour int64) time.Time { return time.Unix(hour*3600, 0).UTC() }

// ParseCountSet reads the body of an item of KindCounts.
func ParseCountSet(body []byte) (CountSet, error) {
	var set CountSet
	if err := json.Unmarshal(body, &set); err != nil {
		return CountSet{}, fmt.Errorf("%w: counts: %v", ErrMalformed, err)
	}
	if set.Kiosk == "" || set.Revision < 1 || set.Hour < 0 || set.Open < 0 || set.Open > 3600 || len(set.Counts)+len(set.Histograms) > MaxCounts {
		return CountSet{}, fmt.Errorf("%w: counts without kiosk, hour or revision", ErrMalformed)
	}
	for _, c := range set.Counts {
		if !c.Channel.Valid() || c.Event == "" {
			return CountSet{}, fmt.Errorf("%w: counts for channel %q, event %q", ErrMalformed, c.Channel, c.Event)
		}
	}
	for _, h := range set.Histograms {
		if !h.Channel.Valid() || h.Event == "" || len(h.Buckets) != len(DurationBounds)+1 {
			return CountSet{}, fmt.Errorf("%w: histogram for channel %q, event %q", ErrMalformed, h.Channel, h.Event)
		}
	}
	return set, nil
}

// ParseDecision reads the body of an item of KindDecision.
func ParseDecision(body []byte) (Decision, error) {
	var d Decision
	if err := json.Unmarshal(body, &d); err != nil {
		return Decision{}, fmt.Errorf("%w: decision: %v", ErrMalformed, err)
	}
	if d.Folio == "" || d.Suggestion == "" || d.Request.IsZero() || len(d.Arms) > 64 {
		return Decision{}, fmt.Errorf("%w: decision without folio, request or suggestion", ErrMalformed)
	}
	return d, nil
}
