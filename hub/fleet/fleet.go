// Package fleet enrols kiosks and revokes them.
//
// An operator makes a one-time code for a place: eight characters that are read
// over a telephone, "K4TR-9QXM". Whoever types it at a kiosk within its hours
// binds that kiosk's own key to the place, once. The hub keeps a slow hash of the
// code, so that a copy of its database enrols nobody.
package fleet

import (
	"context"
	"crypto/ed25519"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"chasqui/hub"
	"chasqui/hub/store"
	"chasqui/sync/wire"
)

// The form of a code: letters and digits that look and sound apart, as in a folio.
const (
	alphabet   = "0123456789ACDEFHJKMNPQRTUVWXY"
	codeLength = 8
)

// The bounds of a code's life.
const (
	MinLife = time.Minute
	MaxLife = 31 * 24 * time.Hour
)

// hashing a code takes some tens of milliseconds: nothing for one enrolment, too
// much for trying the 5·10¹¹ codes against a stolen database within their hours.
const rounds = 100_000

// Clerk enrols and revokes. Random and Now may be left out.
type Clerk struct {
	Store  store.Fleet
	Random io.Reader
	Now    func() time.Time
}

// NewCode is Clerk.NewCode with the machine's own clock and randomness.
func NewCode(ctx context.Context, s store.Fleet, office hub.Scope, life time.Duration) (string, error) {
	return Clerk{Store: s}.NewCode(ctx, office, life)
}

// NewCode makes a code for one kiosk at an office that lives for MinLife to
// MaxLife. It is returned once and kept hashed.
func (c Clerk) NewCode(ctx context.Context, office hub.Scope, life time.Duration) (string, error) {
	if _, err := hub.ParseScope(string(office)); err != nil {
		return "", err
	}
	if !office.IsOffice() {
		return "", fmt.Errorf("%w: %q is not an office; a kiosk stands in one, such as CL/13/13101/centro", hub.ErrInvalid, office)
	}
	if life < MinLife || life > MaxLife {
		return "", fmt.Errorf("%w: a code lives between %s and %s, not %s", hub.ErrInvalid, MinLife, MaxLife, life)
	}
	code, err := c.draw()
	if err != nil {
		return "", fmt.Errorf("make an enrolment code: %w", err)
	}
	hash, err := hashCode(code)
	if err != nil {
		return "", fmt.Errorf("make an enrolment code: %w", err)
	}
	now := c.now()
	if err := c.Store.SaveCode(ctx, hub.Code{Hash: hash, Office: office, Created: now, Expires: now.Add(life)}); err != nil {
		return "", err
	}
	return code[:codeLength/2] + "-" + code[codeLength/2:], nil
}

// Enrol uses a code up and returns the kiosk that the key belongs to from now on.
// hub.ErrCode when the code is unknown, used by another key or expired.
func (c Clerk) Enrol(ctx context.Context, code string, key ed25519.PublicKey) (hub.Kiosk, error) {
	if len(key) != ed25519.PublicKeySize {
		return hub.Kiosk{}, fmt.Errorf("%w: a kiosk's key of %d bytes", hub.ErrInvalid, len(key))
	}
	compact, ok := compactCode(code)
	if !ok {
		return hub.Kiosk{}, hub.ErrCode
	}
	hash, err := hashCode(compact)
	if err != nil {
		return hub.Kiosk{}, fmt.Errorf("enrol a kiosk: %w", err)
	}
	statusKey := make([]byte, 32)
	if _, err := io.ReadFull(c.random(), statusKey); err != nil {
		return hub.Kiosk{}, fmt.Errorf("enrol a kiosk: %w", err)
	}
	return c.Store.Enrol(ctx, hub.Enrolling{Hash: hash, Key: key, StatusKey: statusKey, At: c.now()})
}

// Revoke stops a kiosk's key from being taken, at once and for ever.
func (c Clerk) Revoke(ctx context.Context, scope hub.Scope, kiosk string) error {
	return c.Store.Revoke(ctx, scope, kiosk, c.now())
}

func (c Clerk) draw() (string, error) {
	n := new(big.Int)
	buf := make([]byte, 24) // reduced modulo 29^8: the bias is below 2^-150
	if _, err := io.ReadFull(c.random(), buf); err != nil {
		return "", err
	}
	n.SetBytes(buf)
	base, digit := big.NewInt(int64(len(alphabet))), new(big.Int)
	code := make([]byte, codeLength)
	for i := range code {
		n.DivMod(n, base, digit)
		code[i] = alphabet[digit.Int64()]
	}
	return string(code), nil
}

// compactCode reads a code as people write it.
func compactCode(s string) (string, bool) {
	if len(s) > 4*codeLength {
		return "", false
	}
	code := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.ToUpper(s))
	code = strings.NewReplacer("O", "0", "I", "1", "L", "1", "S", "5", "Z", "2", "B", "8", "G", "6").Replace(code)
	return code, len(code) == codeLength && strings.Trim(code, alphabet) == ""
}

func hashCode(compact string) (wire.Digest, error) {
	var digest wire.Digest
	key, err := pbkdf2.Key(sha256.New, compact, []byte("chasqui enrolment code v1"), rounds, len(digest))
	if err != nil {
		return digest, err
	}
	copy(digest[:], key)
	return digest, nil
}

func (c Clerk) random() io.Reader {
	if c.Random != nil {
		return c.Random
	}
	return rand.Reader
}

func (c Clerk) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}
