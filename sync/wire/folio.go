package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"math/big"
	"strings"
)

// Folio is the number a citizen takes home, in its compact form of
// [FolioLength] characters: a prefix of three that the hub gave this kiosk, eight
// random digits, and a check character. It is made without a network.
//
// The alphabet has 29 characters, none of which looks or sounds like another
// (no B, G, I, L, O, S, Z). 29 is prime and each place has its own weight from 1
// to 12, so the check character catches every single wrong character and every
// swap of two characters.
type Folio string

const (
	folioAlphabet = "0123456789ACDEFHJKMNPQRTUVWXY"
	folioPrefix   = 3
	folioDigits   = 8
	// FolioLength is the number of characters of a compact folio.
	FolioLength = folioPrefix + folioDigits + 1
	// ShortCodeLength is the number of digits of the code that goes with a folio.
	ShortCodeLength = 6
)

// NewFolio makes a folio under a kiosk's prefix, drawing from random. The caller
// makes sure that it was not used before on this kiosk.
func NewFolio(prefix string, random io.Reader) (Folio, error) {
	if len(prefix) != folioPrefix || strings.Trim(prefix, folioAlphabet) != "" {
		return "", fmt.Errorf("%w: folio prefix %q must be %d characters of %s", ErrMalformed, prefix, folioPrefix, folioAlphabet)
	}
	digits, err := randomDigits(folioDigits, random)
	if err != nil {
		return "", fmt.Errorf("make a folio: %w", err)
	}
	body := prefix + digits
	return Folio(body + string(folioCheck(body))), nil
}

// FolioPrefix returns the n-th kiosk prefix, 0 ≤ n < 19·29² = 15,979. It starts
// with a letter so that a folio is never taken for a telephone number.
func FolioPrefix(n int) (string, error) {
	const letters = 19
	if n < 0 || n >= letters*29*29 {
		return "", fmt.Errorf("%w: no folio prefix number %d", ErrMalformed, n)
	}
	return string([]byte{folioAlphabet[10+n/(29*29)], folioAlphabet[n/29%29], folioAlphabet[n%29]}), nil
}

// ParseFolio reads a folio as people write it: any case, spaces and dashes
// anywhere, and the letters left out of the alphabet taken for the digits they
// look like.
func ParseFolio(s string) (Folio, error) {
	compact := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '.', '\t', '\u00a0':
			return -1
		}
		return r
	}, strings.ToUpper(s))
	compact = strings.NewReplacer("O", "0", "I", "1", "L", "1", "S", "5", "Z", "2", "B", "8", "G", "6").Replace(compact)
	if len(compact) != FolioLength || strings.Trim(compact, folioAlphabet) != "" {
		return "", fmt.Errorf("%w: a folio has %d letters and digits", ErrMalformed, FolioLength)
	}
	if strings.Trim(compact[folioPrefix:folioPrefix+folioDigits], "0123456789") != "" {
		return "", fmt.Errorf("%w: characters %d to %d of a folio are digits", ErrMalformed, folioPrefix+1, folioPrefix+folioDigits)
	}
	if folioCheck(compact[:FolioLength-1]) != compact[FolioLength-1] {
		return "", fmt.Errorf("%w: the folio's last character does not fit the others", ErrMalformed)
	}
	return Folio(compact), nil
}

// String returns the folio in the groups in which it is shown and read aloud:
// "K7M 4029 1837 6".
func (f Folio) String() string {
	if len(f) != FolioLength {
		return string(f)
	}
	return string(f[:3] + " " + f[3:7] + " " + f[7:11] + " " + f[11:])
}

// folioCheck returns the character that makes Σ weight·value ≡ 0 (mod 29).
func folioCheck(body string) byte {
	sum := 0
	for i := 0; i < len(body); i++ {
		sum += (i + 1) * strings.IndexByte(folioAlphabet, body[i])
	}
	// The check character stands at place 12: find c with sum + 12·c ≡ 0.
	for c := range len(folioAlphabet) {
		if (sum+FolioLength*c)%len(folioAlphabet) == 0 {
			return folioAlphabet[c]
		}
	}
	panic("unreachable: 12 has an inverse modulo the prime 29")
}

// NewShortCode makes the code that goes with a folio, [ShortCodeLength] digits.
func NewShortCode(random io.Reader) (string, error) { return randomDigits(ShortCodeLength, random) }

// GroupShortCode returns a short code as it is shown: "482 913".
func GroupShortCode(code string) string {
	if len(code) != ShortCodeLength {
		return code
	}
	return code[:3] + " " + code[3:]
}

// ParseShortCode reads a short code as people write it.
func ParseShortCode(s string) (string, error) {
	code := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(s)
	if len(code) != ShortCodeLength || strings.Trim(code, "0123456789") != "" {
		return "", fmt.Errorf("%w: the code has %d digits", ErrMalformed, ShortCodeLength)
	}
	return code, nil
}

// HashShortCode binds a short code to its folio under the key that kiosk and hub
// agreed at enrolment. The hub compares this and never learns the code
// beforehand; without the key a copy of the hub's database is no list of codes.
func HashShortCode(key []byte, folio Folio, code string) []byte {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "chasqui short code v1\x00%s\x00%s", string(folio), code)
	return mac.Sum(nil)
}

func randomDigits(n int, random io.Reader) (string, error) {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	// 16 bytes reduced modulo 10^n: the bias is below 2^-100.
	buf := make([]byte, 16)
	if _, err := io.ReadFull(random, buf); err != nil {
		return "", err
	}
	return fmt.Sprintf("%0*d", n, new(big.Int).Mod(new(big.Int).SetBytes(buf), limit)), nil
}
