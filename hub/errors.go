package hub

import "errors"

// The errors that rooms of the hub tell apart; others are internal.
var (
	// ErrNotFound: there is no such thing within the scope. A thing outside the
	// scope is not found either, so that nobody learns that it exists.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: what was given cannot be right; the message says what can.
	ErrInvalid = errors.New("not valid")
	// ErrRevoked: the kiosk's key was revoked.
	ErrRevoked = errors.New("the kiosk is revoked")
	// ErrCode: the enrolment code is unknown, used or expired; which of them is
	// not said.
	ErrCode = errors.New("the enrolment code is not valid (unknown, used or expired)")
	// ErrNoPrefix: all prefixes of folios are given out.
	ErrNoPrefix = errors.New("no folio prefix is left for another kiosk")
	// ErrClosed: the store is closing; nothing was stored.
	ErrClosed = errors.New("the store is closed")
)
