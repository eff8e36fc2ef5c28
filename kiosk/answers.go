package kiosk

import (
	"maps"
	"slices"
)

// Value is an answer in its canonical form. Which fields are set depends on the
// type of the question:
//
//	text, long-text, email   Text
//	number                   Text, decimal digits
//	yes-no                   Text, "yes" or "no"
//	one-of                   Text, the option's id
//	phone                    Text, E.164, "+56961234567"
//	money                    Text, whole pesos in decimal digits
//	date                     Text, "2026-11-23"
//	time                     Text, "14:05"
//	consent                  Text, "yes" or "no"
//	many-of                  Many, the options' ids in the order of the question
//	group                    Entries, each the answers to the group's own questions
//	signature                File (a PNG, drawn) or Text (the name, typed instead)
//	document                 Parts "kind" (run, ipe, passport, other, none) and
//	                         "number" (a RUN as "12345678-5")
//	address                  Parts "region", "comuna" (CUT codes), "street"
//	file                     File
//
// An optional question that was passed by has the zero Value; a sensitive one to
// which somebody would rather not say the answer has Declined.
type Value struct {
	Text     string            `json:"text,omitempty"`
	Parts    map[string]string `json:"parts,omitempty"`
	File     *File             `json:"file,omitempty"`
	Many     []string          `json:"many,omitempty"`
	Entries  []Answers         `json:"entries,omitempty"`
	Declined bool              `json:"declined,omitempty"`
}

// File is an attachment chosen by the citizen. Its content lies in memory until
// the request is submitted, and then only sealed on the disk.
type File struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Size  int64  `json:"size"`
	// Content is what is to be sealed; it is never part of any JSON.
	Content []byte `json:"-"`
}

// MaxFile is the largest attachment that is taken, in bytes.
const MaxFile = 5 << 20

// IsZero reports whether nothing was answered.
func (v Value) IsZero() bool {
	return v.Text == "" && len(v.Parts) == 0 && v.File == nil && len(v.Many) == 0 && len(v.Entries) == 0 && !v.Declined
}

// Clone returns a copy that shares nothing but a file's content.
func (v Value) Clone() Value {
	v.Parts = maps.Clone(v.Parts)
	if v.File != nil {
		file := *v.File
		v.File = &file
	}
	v.Many = slices.Clone(v.Many)
	if v.Entries != nil {
		entries := make([]Answers, len(v.Entries))
		for i, e := range v.Entries {
			entries[i] = e.Clone()
		}
		v.Entries = entries
	}
	return v
}

// forget overwrites the bytes of attachments.
func (v Value) forget() {
	if v.File != nil {
		clear(v.File.Content)
	}
	for _, entry := range v.Entries {
		for _, inner := range entry {
			inner.forget()
		}
	}
}

// Answers maps a question's id to its answer. A question that was seen and
// passed by is present with the zero Value.
type Answers map[string]Value

// Clone returns a deep copy.
func (a Answers) Clone() Answers {
	out := make(Answers, len(a))
	for id, v := range a {
		out[id] = v.Clone()
	}
	return out
}

// IDs returns the ids of the answered questions, sorted.
func (a Answers) IDs() []string { return slices.Sorted(maps.Keys(a)) }
