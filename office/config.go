package office

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// ErrLocked: another office program writes into the same folder.
var ErrLocked = errors.New("another office program is at work in this folder")

// Config is what an Office is made from.
type Config struct {
	// Data is the folder of the office's own state: cursors, parts of attachments.
	Data string
	// Out is the folder into which requests are written.
	Out string
	// Hub is the hub's URL, http or https.
	Hub string
	// Municipality is the scope path of the directory in which the units are listed.
	Municipality string
	// HubKey is the hub's public key, which came outside the network.
	HubKey ed25519.PublicKey
	// Keys are the units' keys, at least one; a unit may have several while it
	// changes from one to the next.
	Keys []*seal.Keys
	// Words resolves the labels of the readable file ("office.…") and the words of
	// the state table ("state.…", "reason.…"). The keys themselves are shown when it
	// is nil.
	Words func(key string) string
	// Location is the time zone of the readable file; UTC when nil.
	Location *time.Location
	// Now is the office's clock; time.Now when nil.
	Now func() time.Time
	// Random makes nonces; crypto/rand when nil.
	Random io.Reader
	// Transport replaces the office's own connection to the hub.
	Transport http.RoundTripper
	// Poll is how long Run waits between two rounds; 5 s when 0.
	Poll time.Duration
	Log  *slog.Logger

	// crash, when set, may end a round at a named point: the kill of the tests.
	crash func(point string) error
}

func (c *Config) fill() {
	if c.Words == nil {
		c.Words = func(key string) string { return key }
	}
	if c.Location == nil {
		c.Location = time.UTC
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Poll <= 0 {
		c.Poll = 5 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.crash == nil {
		c.crash = func(string) error { return nil }
	}
}

// Check reports what in a configuration cannot be.
func (c Config) Check() error {
	switch {
	case c.Out == "" || c.Data == "":
		return errors.New("a data and an out folder are needed")
	case len(strings.Split(c.Municipality, "/")) != 3 || strings.Contains("/"+c.Municipality+"/", "//"):
		return fmt.Errorf("%q is not a municipality; it should look like CL/13/13101", c.Municipality)
	case len(c.HubKey) != ed25519.PublicKeySize:
		return fmt.Errorf("the hub key has %d bytes, not %d", len(c.HubKey), ed25519.PublicKeySize)
	case len(c.Keys) == 0:
		return errors.New("there is no unit's key")
	}
	for _, k := range c.Keys {
		if k.Role != wire.RoleUnit {
			return fmt.Errorf("the %s key of %s does not belong here but in the safe", k.Role, k.Unit)
		}
		if !isName(k.Unit) {
			return fmt.Errorf("%q cannot name a unit", k.Unit)
		}
	}
	return nil
}

// Settings are office.json.
type Settings struct {
	// Municipality is the scope path of the directory, "CL/13/13101".
	Municipality string `json:"municipality"`
	// HubKey is the content of the hub's hub.pub: 32 bytes, in base64.
	HubKey []byte `json:"hub_key"`
	// Language is that of the readable files, "es" when left out.
	Language string `json:"language,omitempty"`
}

// Load reads office.json and the key files units/*.json of a data folder. Its
// errors name the file and say what to do.
func Load(data string) (Settings, []*seal.Keys, error) {
	var s Settings
	path := filepath.Join(data, "office.json")
	b, err := os.ReadFile(path) // #nosec G304 -- the operator names the folder
	if err != nil {
		return s, nil, fmt.Errorf(`%w; it should hold {"municipality": "CL/13/13101", "hub_key": "the content of hub.pub"}`, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return s, nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(s.HubKey) != ed25519.PublicKeySize {
		return s, nil, fmt.Errorf("%s: hub_key has %d bytes, not %d; copy the content of the hub's hub.pub", path, len(s.HubKey), ed25519.PublicKeySize)
	}
	if s.Language == "" {
		s.Language = "es"
	}
	files, err := filepath.Glob(filepath.Join(data, "units", "*.json"))
	if err != nil {
		return s, nil, err
	}
	if len(files) == 0 {
		return s, nil, fmt.Errorf(`there is no key file in %s; "chasqui keys unit" makes one`, filepath.Join(data, "units"))
	}
	slices.Sort(files)
	var keys []*seal.Keys
	for _, file := range files {
		k, err := seal.LoadKeys(file)
		if err != nil {
			return s, nil, err
		}
		if k.Role != wire.RoleUnit {
			return s, nil, fmt.Errorf("%s is a %s key; it does not belong here but in the safe", file, k.Role)
		}
		keys = append(keys, k)
	}
	return s, keys, nil
}
