package wire

import (
	"crypto/ed25519"
	"fmt"
)

// Directory lists the units of one municipality and the keys to which their
// requests are sealed. It is signed by the municipality's own offline root
// (DomainDirectory), which kiosks pin at enrolment: the hub passes it on and
// could not have made it.
type Directory struct {
	// Version rises by one with each issue; a kiosk never takes an older one.
	Version uint64 `json:"version"`
	// Municipality is the scope path, e.g. "CL/13/13101".
	Municipality string `json:"municipality"`
	Name         string `json:"name"`
	Units        []Unit `json:"units"`
	// Issued is Unix milliseconds.
	Issued int64 `json:"issued"`
}

// Unit is a department that handles requests.
type Unit struct {
	// ID is the word by which a service names its responsible unit.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Recipients are the keys to which everything for the unit is sealed: at least
	// one of the unit's own and one recovery key.
	Recipients []Recipient `json:"recipients"`
	// Signers are the unit's Ed25519 public keys, for Pull and Word.
	Signers [][]byte `json:"signers"`
}

// Recipient is a public key that can open what is sealed to it.
type Recipient struct {
	// ID names the key: the first 16 hex digits of the SHA-256 of Key.
	ID string `json:"id"`
	// Role is "unit" or "recovery".
	Role string `json:"role"`
	// Key is an HPKE public key of the KEM X-Wing (0x647A), 1,216 bytes.
	Key []byte `json:"key"`
}

// The roles of a recipient.
const (
	RoleUnit     = "unit"
	RoleRecovery = "recovery"
)

// OpenDirectory checks a directory against the pinned root and its own rules.
func OpenDirectory(s Statement, root ed25519.PublicKey) (Directory, error) {
	var d Directory
	if err := s.Open(DomainDirectory, root, &d); err != nil {
		return Directory{}, fmt.Errorf("directory of units: %w", err)
	}
	return d, d.check()
}

func (d Directory) check() error {
	if d.Version == 0 || d.Municipality == "" {
		return fmt.Errorf("%w: directory of units without version or municipality", ErrMalformed)
	}
	seen := map[string]bool{}
	for _, unit := range d.Units {
		if unit.ID == "" || seen[unit.ID] {
			return fmt.Errorf("%w: directory of units lists unit %q twice or without a name", ErrMalformed, unit.ID)
		}
		seen[unit.ID] = true
		roles := map[string]bool{}
		for _, r := range unit.Recipients {
			roles[r.Role] = true
			if r.ID != KeyID(r.Key) {
				return fmt.Errorf("%w: unit %s has a key that does not match its id", ErrMalformed, unit.ID)
			}
		}
		if !roles[RoleUnit] || !roles[RoleRecovery] {
			return fmt.Errorf("%w: unit %s needs a key of its own and a recovery key", ErrMalformed, unit.ID)
		}
		for _, key := range unit.Signers {
			if len(key) != ed25519.PublicKeySize {
				return fmt.Errorf("%w: unit %s has a signing key of %d bytes", ErrMalformed, unit.ID, len(key))
			}
		}
		if len(unit.Signers) == 0 {
			return fmt.Errorf("%w: unit %s has no signing key", ErrMalformed, unit.ID)
		}
	}
	return nil
}

// Find returns the unit with the given id.
func (d Directory) Find(id string) (Unit, bool) {
	for _, u := range d.Units {
		if u.ID == id {
			return u, true
		}
	}
	return Unit{}, false
}

// OpenWord checks that a word about a request was signed by the unit it names
// and reads it.
func (d Directory) OpenWord(s Statement) (Word, error) {
	var w Word
	err := d.openSigned(s, DomainWord, &w, func() (string, string) { return w.Municipality, w.Unit })
	if err != nil {
		return Word{}, fmt.Errorf("word of an office: %w", err)
	}
	if !w.State.FromOffice() || w.Item.IsZero() {
		return Word{}, fmt.Errorf("%w: %q is not an office's word", ErrMalformed, w.State)
	}
	return w, nil
}

// OpenPull checks that a pull was signed by the unit it names and reads it.
func (d Directory) OpenPull(s Statement) (Pull, error) {
	var p Pull
	err := d.openSigned(s, DomainPull, &p, func() (string, string) { return p.Municipality, p.Unit })
	if err != nil {
		return Pull{}, fmt.Errorf("pull of an office: %w", err)
	}
	return p, nil
}

func (d Directory) openSigned(s Statement, domain Domain, out any, who func() (municipality, unit string)) error {
	if err := s.Peek(out); err != nil {
		return err
	}
	municipality, name := who()
	unit, ok := d.Find(name)
	if !ok || municipality != d.Municipality {
		return fmt.Errorf("%w: no unit %q in %q", ErrSignature, name, municipality)
	}
	for _, key := range unit.Signers {
		if s.Open(domain, key, out) == nil {
			return nil
		}
	}
	return fmt.Errorf("unit %s: %w", name, ErrSignature)
}

// KeyID names a key: the first 16 hex digits of its SHA-256.
func KeyID(key []byte) string { return DigestOf(key).String()[:16] }
