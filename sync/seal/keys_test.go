package seal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"chasqui/sync/wire"
)

func TestKeysComeBackFromTheirFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "unit.key")
	k := mustKeys(t, "social", wire.RoleUnit)
	if err := k.Save(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("key file has mode %04o, want 0600", info.Mode().Perm())
	}
	got, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Unit != "social" || got.Name != k.Name || got.Role != wire.RoleUnit || !got.Signer().Equal(k.Signer()) ||
		!bytes.Equal(got.PublicSigner(), k.PublicSigner()) || got.Public().Recipient.ID != k.Recipient().ID {
		t.Errorf("loaded %v, saved %v", got, k)
	}
	e, err := NewEnvelope(sample, []wire.Recipient{k.Recipient(), office().recovery.Recipient()})
	if err != nil {
		t.Fatal(err)
	}
	body, err := e.Seal([]byte("hola"))
	if err != nil {
		t.Fatal(err)
	}
	if o, err := Open(body, sample, got); err != nil || string(o.Plaintext) != "hola" || o.Recipient != k.Recipient().ID {
		t.Errorf("loaded keys open: %v, %v", o, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) != 0 {
		t.Errorf("saving left %v", left)
	}
}

func TestABadKeyFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.key")
	if err := mustKeys(t, "social", wire.RoleUnit).Save(good); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"empty":              {"", 0o600, "not a key file"},
		"not JSON":           {"hello", 0o600, "not a key file"},
		"another version":    {strings.Replace(string(text), `"version": 1`, `"version": 2`, 1), 0o600, "version 2"},
		"no role":            {strings.Replace(string(text), `"role": "unit"`, `"role": "x"`, 1), 0o600, "role"},
		"secret cut short":   {strings.Replace(string(text), `"secret": "`, `"secret": "AAAA`, 1), 0o600, "secret key"},
		"signer cut short":   {strings.Replace(string(text), `"signer": "`, `"signer": "AAAA`, 1), 0o600, "signing key"},
		"readable by others": {string(text), 0o644, "chmod 600"},
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if err := os.WriteFile(path, []byte(test.text), test.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadKeys(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want it to name the file and %q", name, err, test.want)
		}
	}
	if _, err := LoadKeys(filepath.Join(dir, "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v, want ErrNotExist", err)
	}
	if _, err := GenerateKeys("", "x", wire.RoleUnit); err == nil {
		t.Error("keys of no unit were made")
	}
}

// Guards: String on Keys; without it a log line with %v would hold the secrets.
func TestPrintingKeysShowsNoSecret(t *testing.T) {
	k := mustKeys(t, "social", wire.RoleUnit)
	secret, err := k.private.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v", k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k)} {
		if strings.Contains(text, fmt.Sprintf("%x", secret[:8])) || strings.Contains(text, fmt.Sprint(secret[:8])) || !strings.Contains(text, "social") {
			t.Errorf("printed as %s", text)
		}
	}
}

func TestASignerIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hub.key")
	// Many at once agree on one key: whoever comes second takes what is there.
	var wg sync.WaitGroup
	seeds := make([]string, 8)
	for i := range seeds {
		wg.Go(func() {
			key, err := LoadOrCreateSigner(path)
			if err != nil {
				t.Error(err)
				return
			}
			seeds[i] = string(key.Seed())
		})
	}
	wg.Wait()
	for _, s := range seeds {
		if s != seeds[0] || len(s) != 32 {
			t.Fatal("two keys were made")
		}
	}
	key, err := ReadSigner(path)
	if err != nil || string(key.Seed()) != seeds[0] {
		t.Fatalf("read back: %v", err)
	}
	public := filepath.Join(dir, "hub.pub")
	if err := WritePublic(public, PublicOf(key)); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadPublic(public); err != nil || !got.Equal(PublicOf(key)) {
		t.Errorf("public key read back: %v", err)
	}

	if err := os.WriteFile(path, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateSigner(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a broken key: %v, want an error that names it", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "broken" {
		t.Error("a broken key was written over")
	}
	if _, err := ReadPublic(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a broken public key: %v, want an error that names it", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSigner(path); runtime.GOOS != "windows" && (err == nil || !strings.Contains(err.Error(), "chmod 600")) {
		t.Errorf("a key that others can read: %v", err)
	}
}

func FuzzParseKeys(f *testing.F) {
	path := filepath.Join(f.TempDir(), "k")
	k, err := GenerateKeys("social", "x", wire.RoleUnit)
	if err != nil {
		f.Fatal(err)
	}
	if err := k.Save(path); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"version":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := parseKeys(b)
		if (k == nil) == (err == nil) {
			t.Errorf("keys %v with error %v", k, err)
		}
		if err != nil && !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("an error of no kind: %v", err)
		}
	})
}
