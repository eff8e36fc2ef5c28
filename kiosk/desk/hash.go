package desk

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The bounds of a PIN, in digits.
const (
	MinPIN = 4
	MaxPIN = 12
)

// ErrPIN says that what should become a PIN is none.
var ErrPIN = fmt.Errorf("a PIN has %d to %d digits and nothing else", MinPIN, MaxPIN)

// ErrHash says that a string is not an argon2id hash of this package's kind.
var ErrHash = errors.New("not an argon2id hash; make one with HashPIN")

// The cost of one try, after OWASP's password storage cheat sheet: 19 MiB, two
// passes. A kiosk's processor needs some tens of milliseconds for it.
const (
	costMemory = 19 * 1024 // KiB
	costTime   = 2
	costLanes  = 1
	saltLength = 16
	hashLength = 32
)

// What is accepted of a hash that somebody else made: enough to be worth
// something, and little enough that checking it cannot exhaust the box.
const (
	mostMemory = 256 * 1024 // KiB
	mostTime   = 16
	mostLanes  = 16
	longest    = 64 // bytes of salt or hash
)

// HashPIN returns the hash of a PIN under a salt drawn from random, as
// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". It returns ErrPIN for anything but
// MinPIN to MaxPIN digits.
func HashPIN(pin string, random io.Reader) (string, error) {
	if len(pin) < MinPIN || len(pin) > MaxPIN || strings.Trim(pin, "0123456789") != "" {
		return "", ErrPIN
	}
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("hash a PIN: %w", err)
	}
	h := hash{memory: costMemory, time: costTime, lanes: costLanes, salt: salt}
	h.sum = h.of(pin, hashLength)
	return h.String(), nil
}

// CheckHash reports, as an error that wraps ErrHash, that a string cannot be the
// hash of any PIN: to be told so when the settings are read, not at the desk.
func CheckHash(s string) error {
	_, err := parseHash(s)
	return err
}

// hash is a PHC string of argon2id.
type hash struct {
	memory, time uint32
	lanes        uint8
	salt, sum    []byte
}

func (h hash) of(pin string, length int) []byte {
	return argon2.IDKey([]byte(pin), h.salt, h.time, h.memory, h.lanes, uint32(length)) // #nosec G115 -- at most longest
}

// fits compares in constant time.
func (h hash) fits(pin string) bool {
	return subtle.ConstantTimeCompare(h.of(pin, len(h.sum)), h.sum) == 1
}

func (h hash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.lanes,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.sum))
}

func parseHash(s string) (hash, error) {
	wrong := func(what string) (hash, error) { return hash{}, fmt.Errorf("%w: %s", ErrHash, what) }
	parts := strings.Split(s, "$")
	// base64 of the standard library passes over line ends; a hash has none.
	if len(s) > 512 || strings.ContainsAny(s, "\r\n") || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return wrong("it does not have the form $argon2id$v=…$m=…,t=…,p=…$salt$hash")
	}
	if parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return wrong("it has another version")
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return wrong("its costs are not m, t and p")
	}
	var values [3]uint64
	limits := [3]uint64{mostMemory, mostTime, mostLanes}
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(costs[i], name)
		v, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || digits != strconv.FormatUint(v, 10) || v < 1 || v > limits[i] {
			return wrong(fmt.Sprintf("its cost %s is not a number from 1 to %d", strings.TrimSuffix(name, "="), limits[i]))
		}
		values[i] = v
	}
	h := hash{memory: uint32(values[0]), time: uint32(values[1]), lanes: uint8(values[2])} // #nosec G115 -- within limits
	if h.memory < 8*uint32(h.lanes) {
		return wrong("it has less than 8 KiB a lane")
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil || len(h.salt) < 8 || len(h.salt) > longest {
		return wrong("its salt is not base64 of 8 to 64 bytes")
	}
	if h.sum, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil || len(h.sum) < 16 || len(h.sum) > longest {
		return wrong("its hash is not base64 of 16 to 64 bytes")
	}
	return h, nil
}
