package client

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chasqui/sync/wire"
)

// The files of an enrolled kiosk in its data folder.
const (
	identityFile = "kiosk.json"
	keyFile      = "kiosk.key"
	// DirectoryFile holds the newest directory of units, a wire.Statement as JSON.
	DirectoryFile = "directory.json"
)

// Errors of an identity and of enrolment. Each is wrapped with what to do next.
var (
	// ErrNotEnrolled: there is no identity in the folder.
	ErrNotEnrolled = errors.New("this kiosk is not enrolled")
	// ErrAlreadyEnrolled: there is one, and it is not overwritten.
	ErrAlreadyEnrolled = errors.New("this kiosk is already enrolled")
	// ErrHubKey: the answer was not signed by the hub key given.
	ErrHubKey = errors.New("the answer is not signed by the hub key given")
	// ErrCode: the hub does not take the one-time code.
	ErrCode = errors.New("the hub does not take this one-time code")
	// ErrRoot: the hub's directory of units was not signed by the root given.
	ErrRoot = errors.New("the directory of units is not signed by the root given")
	// ErrNotHub: whatever answered is not a hub.
	ErrNotHub = errors.New("what answered is not a hub")
)

// Identity is who this kiosk is and whom it believes. It is made once, by Enrol,
// and never changes.
type Identity struct {
	// Kiosk is the name the hub gave; Office the scope path, four elements.
	Kiosk, Office string
	// FolioPrefix opens every folio made on this kiosk, three characters.
	FolioPrefix string
	// StatusKey is the key of wire.HashShortCode, 32 bytes.
	StatusKey []byte
	// HubKey and Root are pinned: they came outside the network.
	HubKey, Root ed25519.PublicKey
	// Key signs this kiosk's batches.
	Key ed25519.PrivateKey
	// Hub is the hub's URL at enrolment.
	Hub string
	// Public is the hub's public address at enrolment, or "".
	Public string
}

// Municipality returns the scope path of the municipality: the first three
// elements of Office.
func (id Identity) Municipality() string {
	parts := strings.Split(id.Office, "/")
	return strings.Join(parts[:min(3, len(parts))], "/")
}

// identityJSON is kiosk.json. The private key lies apart, in kiosk.key.
type identityJSON struct {
	Version     int    `json:"version"`
	Kiosk       string `json:"kiosk"`
	Office      string `json:"office"`
	FolioPrefix string `json:"folio_prefix"`
	StatusKey   []byte `json:"status_key"`
	HubKey      []byte `json:"hub_key"`
	Root        []byte `json:"root"`
	Hub         string `json:"hub"`
	Public      string `json:"public,omitempty"`
}

const identityVersion = 1

// LoadIdentity reads kiosk.json and kiosk.key. Without a kiosk.json it returns an
// error that wraps ErrNotEnrolled.
func LoadIdentity(dir string) (Identity, error) {
	b, err := os.ReadFile(filepath.Join(dir, identityFile)) // #nosec G304 -- the kiosk's own data folder
	if errors.Is(err, fs.ErrNotExist) {
		return Identity{}, fmt.Errorf("%w: no %s in the data folder; enrol it with a one-time code from the hub", ErrNotEnrolled, identityFile)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("read the kiosk's identity: %w", err)
	}
	var file identityJSON
	if err := json.Unmarshal(b, &file); err != nil {
		return Identity{}, fmt.Errorf("read %s: %w", identityFile, err)
	}
	key, err := readKey(filepath.Join(dir, keyFile))
	if err != nil {
		return Identity{}, err
	}
	id := Identity{
		Kiosk: file.Kiosk, Office: file.Office, FolioPrefix: file.FolioPrefix, StatusKey: file.StatusKey,
		HubKey: file.HubKey, Root: file.Root, Key: key, Hub: file.Hub, Public: file.Public,
	}
	if file.Version != identityVersion {
		return Identity{}, fmt.Errorf("%s has version %d, this program reads %d", identityFile, file.Version, identityVersion)
	}
	if err := id.check(); err != nil {
		return Identity{}, fmt.Errorf("%s: %w", identityFile, err)
	}
	return id, nil
}

func (id Identity) check() error {
	switch {
	case id.Kiosk == "" || len(id.Kiosk) > 64:
		return fmt.Errorf("%w: no name for the kiosk", wire.ErrMalformed)
	case len(strings.Split(id.Office, "/")) != 4 || strings.Contains("/"+id.Office+"/", "//"):
		return fmt.Errorf("%w: %q is not the path of an office", wire.ErrMalformed, id.Office)
	case len(id.StatusKey) != 32:
		return fmt.Errorf("%w: status key of %d bytes, not 32", wire.ErrMalformed, len(id.StatusKey))
	case len(id.HubKey) != ed25519.PublicKeySize || len(id.Root) != ed25519.PublicKeySize:
		return fmt.Errorf("%w: hub key or root is not an Ed25519 public key", wire.ErrMalformed)
	case len(id.Key) != ed25519.PrivateKeySize:
		return fmt.Errorf("%w: the kiosk's own key is missing", wire.ErrMalformed)
	}
	// A folio made from constant digits fails exactly when the prefix is not one.
	if _, err := wire.NewFolio(id.FolioPrefix, bytes.NewReader(make([]byte, 16))); err != nil {
		return err
	}
	return nil
}

func (id Identity) save(dir string) error {
	b, err := json.MarshalIndent(identityJSON{
		Version: identityVersion, Kiosk: id.Kiosk, Office: id.Office, FolioPrefix: id.FolioPrefix,
		StatusKey: id.StatusKey, HubKey: id.HubKey, Root: id.Root, Hub: id.Hub, Public: id.Public,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", identityFile, err)
	}
	return writeFile(filepath.Join(dir, identityFile), append(b, '\n'))
}

// readKey reads an Ed25519 seed in base64, the form that all signing keys of
// Chasqui have on the disk.
func readKey(path string) (ed25519.PrivateKey, error) {
	b, err := os.ReadFile(path) // #nosec G304 -- the kiosk's own data folder
	if err != nil {
		return nil, fmt.Errorf("read the kiosk's key: %w", err)
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s does not hold a key: want %d bytes in base64", filepath.Base(path), ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func writeKey(path string, key ed25519.PrivateKey) error {
	return writeFile(path, []byte(base64.StdEncoding.EncodeToString(key.Seed())+"\n"))
}
