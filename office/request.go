package office

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"chasqui/sync/wire"
)

// requestVersion is the form of a request that this program reads.
const requestVersion = 1

// Request is what a citizen filed, as it lies in the seal. Its form is that of the
// kiosk's own Request; the two are compared by a test.
type Request struct {
	Version        int        `json:"version"`
	ID             wire.ID    `json:"id"`
	Folio          wire.Folio `json:"folio"`
	Service        string     `json:"service"`
	ServiceVersion int        `json:"service_version"`
	Title          string     `json:"title"`
	Unit           string     `json:"unit"`
	Office         string     `json:"office"`
	Language       string     `json:"language"`
	Assisted       bool       `json:"assisted,omitempty"`
	Outcome        string     `json:"outcome"`
	Created        wire.Clock `json:"created"`
	Answers        []Answered `json:"answers"`
	// Kind is empty for a request, and for what amends one what it is.
	Kind wire.Kind `json:"kind,omitempty"`
	// Amends is the earlier request that this one is about.
	Amends wire.ID `json:"amends,omitzero"`
}

// Answered is one question as it was shown and the answer given.
type Answered struct {
	Question string `json:"question"`
	Type     string `json:"type"`
	Label    string `json:"label"`
	// Shown is the answer as the citizen saw it.
	Shown string `json:"shown"`
	Value Value  `json:"value"`
	// Statement is what a consent was given to.
	Statement string      `json:"statement,omitempty"`
	File      *SealedFile `json:"file,omitempty"`
}

// Value is an answer in its canonical form.
type Value struct {
	Text  string            `json:"text,omitempty"`
	Parts map[string]string `json:"parts,omitempty"`
	File  *File             `json:"file,omitempty"`
	Many  []string          `json:"many,omitempty"`
	// Entries are those of a repeating group.
	Entries  []map[string]Value `json:"entries,omitempty"`
	Declined bool               `json:"declined,omitempty"`
}

// File is what the citizen's own system said of an attachment.
type File struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Size  int64  `json:"size"`
}

// SealedFile says which sealed file belongs to an answer and how to know it.
type SealedFile struct {
	// Digest is of the sealed bytes, Plain of the content.
	Digest wire.Digest `json:"digest"`
	Plain  wire.Digest `json:"plain"`
	// Size is of the sealed bytes.
	Size int64 `json:"size"`
}

// parseRequest reads a request and checks that it is the one that the header in
// the clear speaks of.
func parseRequest(plain []byte, h wire.Header) (Request, error) {
	var r Request
	if err := json.Unmarshal(plain, &r); err != nil {
		// The decoder's message could quote an answer.
		return Request{}, fmt.Errorf("%w: the sealed request is no JSON of a request", wire.ErrMalformed)
	}
	differ := func(what string) (Request, error) {
		return Request{}, fmt.Errorf("%w: the sealed request and its header differ in %s", errDiffers, what)
	}
	switch {
	case r.Version != requestVersion:
		return Request{}, fmt.Errorf("%w: request of version %d, this program reads %d", wire.ErrMalformed, r.Version, requestVersion)
	case r.ID != h.ID:
		return differ("id")
	case r.Folio != h.Folio:
		return differ("folio")
	case r.Service != h.Service || r.ServiceVersion != h.ServiceVersion:
		return differ("service")
	case r.Unit != h.Unit:
		return differ("unit")
	case r.Office != h.Office:
		return differ("office")
	case h.Kind.Amends() && (r.Kind != h.Kind || r.Amends != h.Parent || r.Amends.IsZero()), !h.Kind.Amends() && (r.Kind != "" || !r.Amends.IsZero()):
		return differ("what it amends")
	}
	questions := map[string]bool{}
	for _, a := range r.Answers {
		if !isName(a.Question) || questions[a.Question] {
			return Request{}, fmt.Errorf("%w: a question without a usable id", wire.ErrMalformed)
		}
		questions[a.Question] = true
	}
	return r, nil
}

// files returns the answers that are attachments.
func (r Request) files() []Answered {
	var out []Answered
	for _, a := range r.Answers {
		if a.File != nil {
			out = append(out, a)
		}
	}
	return out
}

// fileNames returns the name under which each attachment is written, by question.
func (r Request) fileNames() map[string]string {
	names, taken := map[string]string{}, map[string]bool{}
	for _, a := range r.files() {
		name := ""
		if a.Value.File != nil {
			name = a.Value.File.Name
		}
		name = safeName(name, a.Question)
		if taken[strings.ToLower(name)] {
			name = a.Question + "-" + name
		}
		taken[strings.ToLower(name)] = true
		names[a.Question] = name
	}
	return names
}

// answersJSON is the last column of the ledger.
func (r Request) answersJSON() (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	answers := r.Answers
	if answers == nil {
		answers = []Answered{}
	}
	err := e.Encode(answers)
	return strings.TrimRight(b.String(), "\n"), err
}

// page is what the readable file shows beside the request.
type page struct {
	state    wire.State
	reason   string
	received time.Time
	unit     string
	// about is the file of the request that this one amends, "" for a request; amended
	// says what was filed about it since.
	about   string
	amended []string
	// folder is the name of the folder of attachments; arrived says which are there.
	folder  string
	arrived map[string]bool
}

// render writes the readable file: UTF-8 text, labels in the office's language,
// questions and answers as they were shown. What the citizen typed is always
// indented, so that it cannot pass for one of the lines above it.
func (c Config) render(r Request, p page) []byte {
	var b strings.Builder
	line := func(key, value string) {
		fmt.Fprintf(&b, "%s: %s\n", c.Words("office."+key), flat(value))
	}
	yesNo := map[bool]string{true: c.Words("office.yes"), false: c.Words("office.no")}
	fmt.Fprintf(&b, "%s\n%s\n\n", flat(r.Title), flat(p.unit))
	line("folio", r.Folio.String())
	if p.about != "" {
		line("kind", c.Words("office.kind."+string(r.Kind)))
		line("about", p.about)
	} else {
		line("state", c.stateWords(p.state, p.reason))
		for _, text := range p.amended {
			line("amended", text)
		}
	}
	line("received", p.received.In(c.Location).Format("2006-01-02 15:04 -07:00"))
	filed := r.Created.Time().In(c.Location).Format("2006-01-02 15:04 -07:00")
	if !r.Created.Trusted {
		filed += " " + c.Words("office.doubtful-clock")
	}
	line("filed", filed)
	line("service", fmt.Sprintf("%s, %s %d", r.Service, c.Words("office.version"), r.ServiceVersion))
	line("place", r.Office)
	line("language", r.Language)
	line("assisted", yesNo[r.Assisted])
	if r.Outcome != "" {
		line("outcome", r.Outcome)
	}
	line("id", r.ID.String())
	if r.Kind == wire.KindWithdrawal && len(r.Answers) == 0 {
		return []byte(b.String())
	}
	fmt.Fprintf(&b, "\n%s\n", c.Words("office.answers"))
	names := r.fileNames()
	for i, a := range r.Answers {
		fmt.Fprintf(&b, "\n%d. %s\n", i+1, flat(a.Label))
		if a.Statement != "" {
			fmt.Fprintf(&b, "   %s: %s\n", c.Words("office.statement"), flat(a.Statement))
		}
		shown := strings.TrimSpace(a.Shown)
		if shown == "" {
			shown = c.Words("office.not-answered")
		}
		for text := range strings.Lines(shown) {
			fmt.Fprintf(&b, "   %s\n", flat(text))
		}
		if a.File != nil {
			where := c.Words("office.file-awaited")
			if p.arrived[a.Question] {
				where = p.folder + "/" + names[a.Question]
			}
			fmt.Fprintf(&b, "   %s: %s (%s)\n", c.Words("office.file"), names[a.Question], where)
		}
	}
	return []byte(b.String())
}

// stateWords are the words of the state table, and of the reason if there is one.
func (c Config) stateWords(state wire.State, reason string) string {
	words := c.Words("state." + string(state))
	if reason != "" {
		words += " · " + c.Words("reason."+reason)
	}
	return words
}

// restate returns a readable file with another state and other lines about what
// was filed since. It needs no keys.
func (c Config) restate(file []byte, state wire.State, reason string, amended []string) []byte {
	label, more := []byte(c.Words("office.state")+": "), []byte(c.Words("office.amended")+": ")
	var out []byte
	// The title above the first empty line is the request's own.
	below, done, after := false, false, false
	for text := range bytes.Lines(file) {
		below = below || len(bytes.TrimSpace(text)) == 0
		switch {
		case below && !done && bytes.HasPrefix(text, label):
			out = append(out, string(label)+flat(c.stateWords(state, reason))+"\n"...)
			for _, line := range amended {
				out = append(out, string(more)+flat(line)+"\n"...)
			}
			done, after = true, true
			continue
		case after && bytes.HasPrefix(text, more):
			continue
		}
		after = false
		out = append(out, text...)
	}
	return out
}

// flat is a text on one line, without what a terminal or a reader of mixed
// directions would act on.
func flat(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d', r == '\u2028', r == '\u2029':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}
