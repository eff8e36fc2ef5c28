package seal

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"chasqui/sync/wire"
)

// keysVersion is the version of the key file's form.
const keysVersion = 1

// Keys are what a unit holds, or the safe for the recovery key: the private key
// that opens what is sealed to it, and the key that signs its pulls and words.
type Keys struct {
	// Unit is the unit's id in the directory, Name what people call it, Role
	// wire.RoleUnit or wire.RoleRecovery.
	Unit, Name, Role string

	private hpke.PrivateKey
	public  []byte
	signer  ed25519.PrivateKey
}

// PublicKeys are what others may know of Keys, to be listed in a directory.
type PublicKeys struct {
	Unit      string         `json:"unit"`
	Name      string         `json:"name"`
	Role      string         `json:"role"`
	Recipient wire.Recipient `json:"recipient"`
	// Signer is the Ed25519 public key, 32 bytes.
	Signer []byte `json:"signer"`
}

// keyFile is the JSON form of Keys on a disk, mode 0600.
type keyFile struct {
	Version int    `json:"version"`
	Unit    string `json:"unit"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	// Secret is the HPKE private key, Signer the Ed25519 seed, 32 bytes each.
	Secret []byte `json:"secret"`
	Signer []byte `json:"signer"`
}

// GenerateKeys makes new keys.
func GenerateKeys(unit, name, role string) (*Keys, error) {
	private, err := hpke.MLKEM768X25519().GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("generate keys of %s: %w", unit, err)
	}
	_, signer, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate keys of %s: %w", unit, err)
	}
	k := &Keys{Unit: unit, Name: name, Role: role, private: private, public: private.PublicKey().Bytes(), signer: signer}
	if err := k.check(); err != nil {
		return nil, fmt.Errorf("generate keys: %w", err)
	}
	return k, nil
}

func (k *Keys) check() error {
	if k.Unit == "" {
		return errors.New("no unit is named")
	}
	if k.Role != wire.RoleUnit && k.Role != wire.RoleRecovery {
		return fmt.Errorf("role %q is neither %q nor %q", k.Role, wire.RoleUnit, wire.RoleRecovery)
	}
	return nil
}

// LoadKeys reads a key file. It refuses one that other users of the machine may
// read. Every error names the file.
func LoadKeys(path string) (*Keys, error) {
	b, err := readSecret(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	k, err := parseKeys(b)
	clear(b)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return k, nil
}

func parseKeys(b []byte) (*Keys, error) {
	var file keyFile
	if err := json.Unmarshal(b, &file); err != nil {
		// The decoder's own message could quote the secret; say where, not what.
		return nil, fmt.Errorf("%w: not a key file", wire.ErrMalformed)
	}
	if file.Version != keysVersion {
		return nil, fmt.Errorf("%w: version %d, and this program reads version %d", wire.ErrMalformed, file.Version, keysVersion)
	}
	if len(file.Signer) != ed25519.SeedSize {
		return nil, fmt.Errorf("%w: the signing key has %d bytes, not %d", wire.ErrMalformed, len(file.Signer), ed25519.SeedSize)
	}
	private, err := hpke.MLKEM768X25519().NewPrivateKey(file.Secret)
	if err != nil {
		return nil, fmt.Errorf("%w: the secret key: %v", wire.ErrMalformed, err)
	}
	k := &Keys{
		Unit: file.Unit, Name: file.Name, Role: file.Role,
		private: private, public: private.PublicKey().Bytes(), signer: ed25519.NewKeyFromSeed(file.Signer),
	}
	if err := k.check(); err != nil {
		return nil, fmt.Errorf("%w: %v", wire.ErrMalformed, err)
	}
	return k, nil
}

// Save writes a key file, whole or not at all, readable by its owner alone.
func (k *Keys) Save(path string) error {
	secret, err := k.private.Bytes()
	if err != nil {
		return fmt.Errorf("key file %s: %w", path, err)
	}
	b, err := json.MarshalIndent(keyFile{ // #nosec G117 -- a key file holds a key
		Version: keysVersion, Unit: k.Unit, Name: k.Name, Role: k.Role, Secret: secret, Signer: k.signer.Seed(),
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("key file %s: %w", path, err)
	}
	defer clear(b)
	if err := writeFile(path, append(b, '\n'), 0o600, true); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	return nil
}

// Recipient returns the public key as a directory lists it.
func (k *Keys) Recipient() wire.Recipient {
	return wire.Recipient{ID: wire.KeyID(k.public), Role: k.Role, Key: append([]byte(nil), k.public...)}
}

// Signer returns the key that signs pulls and words.
func (k *Keys) Signer() ed25519.PrivateKey { return k.signer }

// PublicSigner returns the public half of Signer, 32 bytes.
func (k *Keys) PublicSigner() []byte { return PublicOf(k.signer) }

// Public returns what others may know.
func (k *Keys) Public() PublicKeys {
	return PublicKeys{Unit: k.Unit, Name: k.Name, Role: k.Role, Recipient: k.Recipient(), Signer: k.PublicSigner()}
}

// String names the keys without their secrets, so that a careless print is safe.
func (k *Keys) String() string {
	return fmt.Sprintf("%s key %s of %s", k.Role, wire.KeyID(k.public), k.Unit)
}

// GoString is String, for %#v.
func (k *Keys) GoString() string { return k.String() }

// PublicOf returns the public half of a signing key.
func PublicOf(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey)
	return public
}

// LoadOrCreateSigner reads the signing key in path, or makes one there if there is
// no such file. A file that cannot be read as a key is an error and stays as it is.
func LoadOrCreateSigner(path string) (ed25519.PrivateKey, error) {
	key, err := ReadSigner(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	_, key, err = ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", path, err)
	}
	err = writeFile(path, []byte(base64.StdEncoding.EncodeToString(key.Seed())+"\n"), 0o600, false)
	if errors.Is(err, fs.ErrExist) {
		return ReadSigner(path) // another program was quicker: its key is the one
	}
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return key, nil
}

// ReadSigner reads a signing key: its seed of 32 bytes in base64. It refuses a
// file that other users may read. Every error names the file.
func ReadSigner(path string) (ed25519.PrivateKey, error) {
	b, err := readSecret(path)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	defer clear(b)
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("signing key %s: %w: it should hold %d bytes in base64", path, wire.ErrMalformed, ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// WritePublic writes a public signing key in base64, for everybody to read.
func WritePublic(path string, key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize {
		return fmt.Errorf("public key %s: %w: %d bytes", path, wire.ErrMalformed, len(key))
	}
	if err := writeFile(path, []byte(base64.StdEncoding.EncodeToString(key)+"\n"), 0o644, true); err != nil {
		return fmt.Errorf("public key: %w", err)
	}
	return nil
}

// ReadPublic reads what WritePublic wrote. Every error names the file.
func ReadPublic(path string) (ed25519.PublicKey, error) {
	b, err := os.ReadFile(path) // #nosec G304 -- the operator names the file
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("public key %s: %w: it should hold %d bytes in base64", path, wire.ErrMalformed, ed25519.PublicKeySize)
	}
	return key, nil
}

// readSecret reads a file that only its owner may read.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o); run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	if info.Size() > 1<<20 {
		return nil, fmt.Errorf("%s: %w: %d bytes are too many for a key", path, wire.ErrMalformed, info.Size())
	}
	return os.ReadFile(path) // #nosec G304 -- the operator names the file
}

// writeFile writes a file whole or not at all: a temporary file beside it, synced,
// takes its place. Without replace it fails with fs.ErrExist if the file is there.
func writeFile(path string, b []byte, mode fs.FileMode, replace bool) (err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", path, err), tmp.Close())
		}
		if _, statErr := os.Lstat(tmp.Name()); statErr == nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if _, err = tmp.Write(b); err != nil {
		return err
	}
	if err = tmp.Chmod(mode); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if replace {
		err = os.Rename(tmp.Name(), path)
	} else {
		err = os.Link(tmp.Name(), path)
	}
	if err != nil {
		return err
	}
	if err = syncFolder(dir); err != nil {
		return err
	}
	return tmp.Close()
}

func syncFolder(dir string) error {
	d, err := os.Open(dir) // #nosec G304 -- the folder of a file that the operator names
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
