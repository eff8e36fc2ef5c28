package desk

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
)

func TestAPINIsHashedInThePHCForm(t *testing.T) {
	salt := []byte("0123456789abcdef")
	got, err := HashPIN("246813", bytes.NewReader(salt))
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawStdEncoding.EncodeToString
	want := "$argon2id$v=19$m=19456,t=2,p=1$" + b64(salt) + "$" + b64(argon2.IDKey([]byte("246813"), salt, 2, 19456, 1, 32))
	if got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
	if strings.Contains(got, "246813") {
		t.Error("the PIN stands in its hash")
	}
	if err := CheckHash(got); err != nil {
		t.Error(err)
	}
}

func TestTwoHashesOfOnePINDiffer(t *testing.T) {
	a, errA := HashPIN("246813", rand.Reader)
	b, errB := HashPIN("246813", rand.Reader)
	if errA != nil || errB != nil || a == b {
		t.Errorf("%s and %s: %v, %v", a, b, errA, errB)
	}
}

func TestWhatIsNoPINIsNotHashed(t *testing.T) {
	for _, pin := range []string{"", "123", "1234567890123", "12a4", "12 34", "١٢٣٤", "-1234"} {
		if h, err := HashPIN(pin, rand.Reader); !errors.Is(err, ErrPIN) {
			t.Errorf("%q is hashed as %q, %v", pin, h, err)
		}
	}
	if _, err := HashPIN("1234", strings.NewReader("short")); err == nil {
		t.Error("a PIN is hashed without a whole salt")
	}
}

const good = "$argon2id$v=19$m=16,t=1,p=1$c29tZXNhbHQ$" // and a hash

func cheapHash(pin string) string {
	h := hash{memory: 16, time: 1, lanes: 1, salt: []byte("somesalt")}
	h.sum = h.of(pin, 16)
	return h.String()
}

func TestABadHashIsRefusedWithAReason(t *testing.T) {
	sum := base64.RawStdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 16))
	if err := CheckHash(good + sum); err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) string { return strings.Replace(good+sum, old, new, 1) }
	for bad, say := range map[string]string{
		"":                                     "the form",
		"246813":                               "the form",
		replace("argon2id", "argon2i"):         "the form",
		replace("$argon2id", "x$argon2id"):     "the form",
		good + sum + "$":                       "the form",
		replace("v=19", "v=16"):                "version",
		replace("m=16,", ""):                   "costs",
		replace("m=16,t=1", "t=1,m=16"):        "cost m",
		replace("m=16", "m=4294967295"):        "cost m",
		replace("m=16", "m=016"):               "cost m",
		replace("m=16", "m=+16"):               "cost m",
		replace("t=1", "t=0"):                  "cost t",
		replace("p=1", "p=200"):                "cost p",
		replace("p=1", "p=3"):                  "8 KiB a lane",
		replace("c29tZXNhbHQ", "c29t"):         "salt",
		replace("c29tZXNhbHQ", "c29tZXNhbHR="): "salt",
		replace("c29tZXNhbHQ", "c29tZXNhbHR"):  "salt", // bits set that mean nothing
		good + "BwcH":                          "hash",
		good + strings.Repeat("BwcH", 30):      "hash",
		good + strings.Repeat("BwcH", 300):     "the form",
	} {
		if err := CheckHash(bad); !errors.Is(err, ErrHash) || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: error %v does not say %q", bad, err, say)
		}
	}
}

// Whatever is read as a hash is written as it was read, and is cheap enough to
// check.
func FuzzParseHash(f *testing.F) {
	f.Add(cheapHash("1234"))
	f.Add("$argon2id$v=19$m=262144,t=16,p=16$c29tZXNhbHQ$BwcHBwcHBwcHBwcHBwcHBw")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parseHash(s)
		if err != nil {
			if !errors.Is(err, ErrHash) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if h.String() != s {
			t.Fatalf("%q is read as %q", s, h)
		}
		if h.memory > mostMemory || h.time > mostTime || h.lanes > mostLanes || h.lanes == 0 || h.time == 0 {
			t.Fatalf("%q costs too much or nothing", s)
		}
	})
}
