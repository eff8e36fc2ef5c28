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
//	document                 Parts "kind" (run, ipe, passport, other, none) and
//	                         "number" (a RUN as "12345678-5")
//	address                  Parts "region", "comuna" (CUT codes), "street"
//	file                     File
//
// An optional question that was passed by has the zero Value.
type Value struct {
	Text  string            `json:"text,omitempty"`
	Parts map[string]string `json:"parts,omitempty"`
	File  *File             `json:"file,omitempty"`
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
func (v Value) IsZero() bool { return v.Text == "" && len(v.Parts) == 0 && v.File == nil }

// Clone returns a copy that shares nothing but a file's content.
func (v Value) Clone() Value {
	v.Parts = maps.Clone(v.Parts)
	if v.File != nil {
		file := *v.File
		v.File = &file
	}
	return v
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
