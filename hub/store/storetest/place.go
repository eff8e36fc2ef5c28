package storetest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// Key is a signing key that only its name decides.
func Key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("key of " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Public returns the public half of a key.
func Public(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey)
	return public
}

// UnitKey is the signing key of a unit in a municipality that Directory wrote.
func UnitKey(municipality hub.Scope, unit string) ed25519.PrivateKey {
	return Key(string(municipality) + " " + unit)
}

// Directory makes a municipality's directory of units, whose root is the Key of
// its scope. Nothing can be sealed to its made-up recipients.
func Directory(municipality hub.Scope, version uint64, units ...string) wire.Directory {
	d := wire.Directory{Version: version, Municipality: string(municipality), Name: "Municipalidad de Prueba"}
	for _, unit := range units {
		own, spare := []byte("recipient of "+unit), []byte("recovery of "+unit)
		d.Units = append(d.Units, wire.Unit{
			ID: unit, Name: unit, Signers: [][]byte{Public(UnitKey(municipality, unit))},
			Recipients: []wire.Recipient{
				{ID: wire.KeyID(own), Role: wire.RoleUnit, Key: own},
				{ID: wire.KeyID(spare), Role: wire.RoleRecovery, Key: spare},
			},
		})
	}
	return d
}

// WriteDirectory signs a directory with root and writes it into a folder of the
// given name, with root's public key beside it.
func WriteDirectory(t testing.TB, municipalities, name string, d wire.Directory, root ed25519.PrivateKey) {
	t.Helper()
	statement, err := wire.Sign(wire.DomainDirectory, root, d)
	if err != nil {
		t.Fatal(err)
	}
	b, err := statement.Encode()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(municipalities, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	public := base64.StdEncoding.EncodeToString(Public(root))
	for file, content := range map[string][]byte{hub.RootFile: []byte(public + "\n"), hub.DirectoryFile: b} {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
