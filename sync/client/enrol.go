package client

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chasqui/sync/wire"
)

// EnrolOptions say what to enrol where. Dir, Hub, Code, HubKey and Root are needed.
type EnrolOptions struct {
	// Dir is the kiosk's data folder; it is made if it is not there.
	Dir string
	// Hub is the hub's URL, http or https.
	Hub string
	// Code is the one-time code, as the hub's operator read it out.
	Code string
	// HubKey and Root came outside the network: on paper or on a stick.
	HubKey, Root ed25519.PublicKey
	// HTTP is used instead of a client of our own when set.
	HTTP *http.Client
	// Random makes the kiosk's key; crypto/rand when nil.
	Random io.Reader
	// Now is the clock by which certificates are judged; time.Now when nil.
	Now func() time.Time
}

// Enrol makes this kiosk's key, brings it to the hub with the one-time code, pins
// hub key and root, and saves identity and directory in the folder. Nothing but
// the key is written until everything has been checked, and kiosk.json is written
// last: a kiosk is enrolled entirely or not at all. If the answer was lost on the
// way, calling again with the same code brings the same key.
//
// Errors wrap ErrAlreadyEnrolled, ErrCode, ErrHubKey, ErrRoot or ErrNotHub, or
// are the network's.
func Enrol(ctx context.Context, o EnrolOptions) (Identity, wire.Directory, error) {
	id, directory, err := enrol(ctx, o)
	if err != nil {
		return Identity{}, wire.Directory{}, fmt.Errorf("enrol this kiosk: %w", err)
	}
	return id, directory, nil
}

func enrol(ctx context.Context, o EnrolOptions) (Identity, wire.Directory, error) {
	var none wire.Directory
	address, err := endpoint(o.Hub, wire.PathEnrol)
	if err != nil {
		return Identity{}, none, err
	}
	if len(o.HubKey) != ed25519.PublicKeySize || len(o.Root) != ed25519.PublicKeySize {
		return Identity{}, none, errors.New("the hub's public key and the municipality's root are needed; bring them on paper or on a stick")
	}
	if _, err := os.Lstat(filepath.Join(o.Dir, identityFile)); err == nil {
		return Identity{}, none, fmt.Errorf("%w: %s is there; to start over, move the data folder away", ErrAlreadyEnrolled, identityFile)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Identity{}, none, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return Identity{}, none, err
	}
	key, err := loadOrMakeKey(filepath.Join(o.Dir, keyFile), o.Random)
	if err != nil {
		return Identity{}, none, err
	}
	public, _ := key.Public().(ed25519.PublicKey)
	statement, err := wire.Sign(wire.DomainEnrol, key, wire.EnrolRequest{Version: wire.Version, Code: strings.TrimSpace(o.Code), Key: public})
	if err != nil {
		return Identity{}, none, err
	}
	body, err := statement.Encode()
	if err != nil {
		return Identity{}, none, err
	}
	r, err := enrolPoster(o).post(ctx, address, body)
	if err != nil {
		if words, stranger := notOurHub(err); stranger {
			return Identity{}, none, fmt.Errorf("%w: %s", ErrNotHub, words)
		}
		return Identity{}, none, err
	}
	enrolment, err := openEnrolment(r, o.HubKey)
	if err != nil {
		return Identity{}, none, err
	}
	id := Identity{
		Kiosk: enrolment.Kiosk, Office: enrolment.Office, FolioPrefix: enrolment.FolioPrefix, StatusKey: enrolment.StatusKey,
		HubKey: o.HubKey, Root: o.Root, Key: key, Hub: o.Hub, Public: publicAddress(enrolment.Public),
	}
	if err := id.check(); err != nil {
		return Identity{}, none, fmt.Errorf("the hub's answer: %w", err)
	}
	directory, err := wire.OpenDirectory(enrolment.Directory, o.Root)
	if errors.Is(err, wire.ErrSignature) {
		return Identity{}, none, fmt.Errorf("%w: check that root.pub is this municipality's", ErrRoot)
	}
	if err != nil {
		return Identity{}, none, err
	}
	if directory.Municipality != id.Municipality() {
		return Identity{}, none, fmt.Errorf("%w: it is of %s and the code is for %s", ErrRoot, directory.Municipality, id.Office)
	}
	signed, err := enrolment.Directory.Encode()
	if err != nil {
		return Identity{}, none, err
	}
	if err := writeFile(filepath.Join(o.Dir, DirectoryFile), append(signed, '\n')); err != nil {
		return Identity{}, none, err
	}
	return id, directory, id.save(o.Dir)
}

// openEnrolment tells apart what can be wrong with the answer.
func openEnrolment(r response, hub ed25519.PublicKey) (wire.Enrolment, error) {
	var enrolment wire.Enrolment
	if busyStatus(r.status) {
		return enrolment, fmt.Errorf("the hub is busy (status %d); try again in a few minutes with the same code", r.status)
	}
	if !isWire(r.media) {
		return enrolment, fmt.Errorf("%w: status %d, media type %q; check the address and whether the network asks for a sign-in", ErrNotHub, r.status, r.media)
	}
	if r.status != http.StatusOK && len(bytes.TrimSpace(r.body)) == 0 {
		return enrolment, fmt.Errorf("%w (status %d): it may be used, out of date, or mistyped; ask for a new one", ErrCode, r.status)
	}
	statement, err := wire.DecodeStatement(r.body)
	if err != nil {
		return enrolment, fmt.Errorf("%w: %w", ErrNotHub, err)
	}
	if r.status != http.StatusOK {
		var refusal wire.Reply
		if statement.Open(wire.DomainReply, hub, &refusal) != nil && statement.Open(wire.DomainEnrol, hub, &enrolment) != nil {
			return wire.Enrolment{}, fmt.Errorf("%w (status %d): check that hub.pub is this hub's", ErrHubKey, r.status)
		}
		return wire.Enrolment{}, fmt.Errorf("%w (status %d %s): it may be used, out of date, or mistyped; ask for a new one", ErrCode, r.status, refusal.Refused)
	}
	if err := statement.Open(wire.DomainEnrol, hub, &enrolment); err != nil {
		return wire.Enrolment{}, fmt.Errorf("%w: check that hub.pub is this hub's", ErrHubKey)
	}
	if !bytes.Equal(enrolment.HubKey, hub) {
		return wire.Enrolment{}, fmt.Errorf("%w: the hub says that its key is another", ErrHubKey)
	}
	if enrolment.Version != wire.Version {
		return wire.Enrolment{}, fmt.Errorf("the hub speaks version %d, this program version %d", enrolment.Version, wire.Version)
	}
	return enrolment, nil
}

func enrolPoster(o EnrolOptions) *poster {
	random := o.Random
	if random == nil {
		random = rand.Reader
	}
	draw := func() float64 { return drawFrom(random) }
	if o.HTTP != nil && o.HTTP.Transport != nil {
		return newPoster(o.HTTP.Transport, draw)
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	return newPoster(newTransport((&net.Dialer{}).DialContext, nil, now), draw)
}

// loadOrMakeKey reads the key that an interrupted enrolment left, so that a code
// whose answer was lost is not lost with it, or makes one.
func loadOrMakeKey(path string, random io.Reader) (ed25519.PrivateKey, error) {
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if random == nil {
		random = rand.Reader
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("make the kiosk's key: %w", err)
	}
	key = ed25519.NewKeyFromSeed(seed)
	return key, writeKey(path, key)
}

// endpoint joins the hub's URL and a path.
func endpoint(hub, path string) (string, error) {
	u, err := url.Parse(hub)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("%q is not the URL of a hub; it should look like https://hub.example.org", hub)
	}
	return u.JoinPath(path).String(), nil // #nosec G125 -- path is one of wire's constants
}

// publicAddress returns a hub's public address if a browser could open it, or "".
func publicAddress(address string) string {
	if u, err := url.Parse(address); err != nil || len(address) > 512 || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return ""
	}
	return address
}
