package kiosk

import (
	"time"

	"chasqui/sync/wire"
)

// Service is a procedure as it is shown in one language: every text is resolved.
type Service struct {
	ID      string
	Version int
	// Unit is the id of the responsible unit in the directory; UnitName is shown.
	Unit     string
	UnitName string
	// Title is in the citizen's words, Official the official term.
	Title    string
	Official string
	// Summary says what it is in two sentences; ForWhom who it is for.
	Summary string
	ForWhom string
	// Situation is the life situation under which it is found, e.g. "home".
	Situation string
	// Icon is the name of an icon in assets/icons.
	Icon      string
	Cost      string
	TimeLimit string
	Documents []string
	// AtHand are those of Documents that are needed to begin at the kiosk.
	AtHand    []string
	LegalText string
	LegalURL  string
	Channels  []ServiceChannel
	Questions []Question
	Outcomes  []Outcome
	// Privacy answers: who sees it, why, for how long, whose right.
	Privacy Privacy
	// Facts are the sources of the facts above, for those who want to check.
	Facts []Fact
	// DigitalComplete says that the service can be finished without coming in.
	DigitalComplete bool
	// Keywords are everyday words by which people look for it, in this language.
	Keywords []string
	// Hidden services are not offered on Home; other pages lead to them.
	Hidden bool
	// RepeatDays is the period within which the same request is noticed as
	// repeated; 0 for never.
	RepeatDays int
	// Suggestions are what may be suggested after this service is done.
	Suggestions []Suggestion
}

// ServiceChannel is one way in which the service can be done.
type ServiceChannel struct {
	Channel wire.Channel
	// Level is "information", "start", "complete".
	Level string
	Hours string
	Place string
	URL   string
	// Open are the hours that a computer can read; nil where nobody wrote them.
	Open []OpenHours
}

// OpenHours is when a channel can be used on some days of the week.
type OpenHours struct {
	Days []time.Weekday
	// From and To are minutes since midnight, From before To.
	From, To int
}

// Privacy says what happens to the data, in sentences.
type Privacy struct{ Who, Why, HowLong, Rights string }

// Fact is where a statement comes from.
type Fact struct{ About, Source, URL, Read string }

// QuestionType is the kind of answer a question takes.
type QuestionType string

// The question types.
const (
	TypeText     QuestionType = "text"
	TypeLongText QuestionType = "long-text"
	TypeNumber   QuestionType = "number"
	TypeYesNo    QuestionType = "yes-no"
	TypeOneOf    QuestionType = "one-of"
	TypeDocument QuestionType = "document" // RUN, another document, or none
	TypePhone    QuestionType = "phone"
	TypeEmail    QuestionType = "email"
	TypeAddress  QuestionType = "address" // region → comuna → street
	TypeFile     QuestionType = "file"    // from a stick or the camera

	TypeMoney     QuestionType = "money"
	TypeDate      QuestionType = "date"
	TypeTime      QuestionType = "time"
	TypeManyOf    QuestionType = "many-of"
	TypeConsent   QuestionType = "consent" // to the Statement, freely
	TypeSignature QuestionType = "signature"
	TypeGroup     QuestionType = "group" // its Questions, asked for each entry
)

// SearchOver is how many options a question offers before a search is offered
// with them.
const SearchOver = 7

// Question is one page that asks for one thing.
type Question struct {
	ID   string
	Type QuestionType
	// Label is the question, Short its name on the review page, Step the words
	// after "Step 2 of 5:".
	Label string
	Short string
	Step  string
	Why   string
	Help  string
	// Optional questions can be passed by; Sensitive ones offer "prefer not to say"
	// when they are optional and are not spoken over a loudspeaker.
	Optional  bool
	Sensitive bool
	Options   []Option
	// MaxLength bounds text in characters; Min and Max bound numbers.
	MaxLength int
	// Min and Max bound a number or an amount, how many options are ticked, or how
	// many entries a group has. 0 for no bound.
	Min, Max int
	// Statement is what a consent is given to.
	Statement string
	// Entry is what one entry of a group is called, "Persona"; Questions are asked
	// for each.
	Entry     string
	Questions []Question
}

// Option is one choice of a question.
type Option struct{ ID, Label, Hint, Icon string }

// OutcomeAction is what an outcome leads to.
type OutcomeAction string

// The actions.
const (
	ActionApply       OutcomeAction = "apply"        // file it here
	ActionWeb         OutcomeAction = "web"          // hand over to the web, by QR
	ActionPerson      OutcomeAction = "person"       // talk to a person
	ActionNotEligible OutcomeAction = "not-eligible" // and what can be done instead
)

// Outcome is where the answers lead. The first whose condition holds applies.
type Outcome struct {
	ID     string
	Action OutcomeAction
	Title  string
	// Next says what to do now.
	Next string
	URL  string
}

// Suggestion is something that may be offered after the work is done.
type Suggestion struct {
	ID string
	// Source is where any claim in the wording comes from.
	Source string
	// Why answers "Why do I see this?".
	Why string
	// How is shown to somebody who accepts.
	How      string
	Wordings []Wording
}

// Wording is one arm of a suggestion's experiment.
type Wording struct{ ID, Title, Body, Accept, Refuse string }
