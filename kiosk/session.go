package kiosk

import (
	"time"

	"chasqui/sync/wire"
)

// Looks are the settings of the screen that a person may change.
type Looks struct {
	// Size is 0 to 3, the index of the text size; 1 is the default (6.0 mm).
	Size int
	// Contrast is 0 to 3: claro, noche, high contrast light, high contrast dark.
	Contrast int
}

// Session is one person's visit, from the first touch to the wipe. It owns the
// answers. It is used on the screen's goroutine only.
type Session struct {
	id        string
	language  string
	defaults  sessionDefaults
	looks     Looks
	voice     Voice
	steady    bool
	service   string
	answers   Answers
	assisted  bool
	started   time.Time
	amendment Amendment
	// suggested is set once a suggestion was shown or held out: one a session.
	suggested bool
}

type sessionDefaults struct {
	language string
	looks    Looks
}

// NewSession starts a visit with the office's defaults. id is random and names
// the visit in memory only.
func NewSession(id, language string, looks Looks, now time.Time) *Session {
	return &Session{
		id: id, language: language, looks: looks, started: now, answers: Answers{},
		defaults: sessionDefaults{language, looks},
	}
}

// ID returns the visit's random name.
func (s *Session) ID() string { return s.id }

// Language returns the language in which the session is held, e.g. "es".
func (s *Session) Language() string { return s.language }

// SetLanguage changes the language; the answers stay.
func (s *Session) SetLanguage(language string) { s.language = language }

// Looks returns the screen's settings.
func (s *Session) Looks() Looks { return s.looks }

// SetLooks changes the screen's settings.
func (s *Session) SetLooks(l Looks) { s.looks = l }

// Voice returns how the person wants to be spoken to.
func (s *Session) Voice() Voice { return s.voice }

// SetVoice changes it.
func (s *Session) SetVoice(v Voice) { s.voice = v }

// Steady reports whether the same key struck twice within half a second counts
// once.
func (s *Session) Steady() bool { return s.steady }

// SetSteady changes it, for a hand that trembles.
func (s *Session) SetSteady(yes bool) { s.steady = yes }

// Assisted reports whether staff is helping.
func (s *Session) Assisted() bool { return s.assisted }

// SetAssisted notes that staff is helping.
func (s *Session) SetAssisted(yes bool) { s.assisted = yes }

// Channel returns the channel in which this session's transactions count.
func (s *Session) Channel() wire.Channel {
	if s.assisted {
		return wire.ChannelAssisted
	}
	return wire.ChannelKiosk
}

// Service returns the id of the service under way, or "".
func (s *Session) Service() string { return s.service }

// Begin starts a service with no answers.
func (s *Session) Begin(service string, now time.Time) {
	s.clearAnswers()
	s.service, s.started = service, now
}

// Amend makes what is filed next in this service an amendment of an earlier
// request. Begin and Wipe end it.
func (s *Session) Amend(a Amendment) { s.amendment = a }

// Amendment returns what is being amended, or the zero value.
func (s *Session) Amendment() Amendment { return s.amendment }

// Started returns when the service under way, or else the visit, began.
func (s *Session) Started() time.Time { return s.started }

// Answer returns the answer to a question and whether it was seen.
func (s *Session) Answer(question string) (Value, bool) {
	v, ok := s.answers[question]
	return v, ok
}

// SetAnswer keeps an answer.
func (s *Session) SetAnswer(question string, v Value) { s.answers[question] = v.Clone() }

// Answers returns a copy of the answers.
func (s *Session) Answers() Answers { return s.answers.Clone() }

// Suggested reports whether this session has had its one suggestion.
func (s *Session) Suggested() bool { return s.suggested }

// SetSuggested notes that it has.
func (s *Session) SetSuggested() { s.suggested = true }

// Wipe forgets everything about the person: answers, language, looks, voice, and the
// bytes of attachments. The same Session can then serve the next one under id.
func (s *Session) Wipe(id string, now time.Time) {
	s.clearAnswers()
	*s = *NewSession(id, s.defaults.language, s.defaults.looks, now)
}

func (s *Session) clearAnswers() {
	for question, v := range s.answers {
		v.forget()
		delete(s.answers, question)
	}
	s.service, s.amendment = "", Amendment{}
}
