package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

// keysRoot makes DIR/root.key, which belongs on a stick in a safe, and
// DIR/root.pub, which kiosks pin.
func keysRoot(_ context.Context, c *call) error {
	set, parse := c.flags()
	out := set.String("out", "", "`folder` for root.key (secret: keep it offline) and root.pub")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"out": *out}); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o700); err != nil {
		return usageError{err}
	}
	path := filepath.Join(*out, "root.key")
	if err := absent(path); err != nil {
		return err
	}
	key, err := seal.LoadOrCreateSigner(path)
	if err != nil {
		return err
	}
	public := seal.PublicOf(key)
	if err := seal.WritePublic(filepath.Join(*out, "root.pub"), public); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "root %s\nKeep %s offline. Give root.pub to whoever enrols kiosks.\n", wire.KeyID(public), path)
	return nil
}

func keysUnit(_ context.Context, c *call) error {
	set, parse := c.flags()
	out := set.String("out", "", "`file` for the unit's secret keys; the public ones go beside it with .pub")
	unit := set.String("unit", "", "the unit's `id`, as services name it")
	name := set.String("name", "", "the unit's `name`, as people know it")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"out": *out, "unit": *unit, "name": *name}); err != nil {
		return err
	}
	return makeKeys(c, *out, *unit, *name, wire.RoleUnit)
}

func keysRecovery(_ context.Context, c *call) error {
	set, parse := c.flags()
	out := set.String("out", "", "`file` for the secret recovery key; the public one goes beside it with .pub")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"out": *out}); err != nil {
		return err
	}
	return makeKeys(c, *out, "recovery", "recovery", wire.RoleRecovery)
}

func makeKeys(c *call, out, unit, name, role string) error {
	if err := absent(out); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o700); err != nil {
		return usageError{err}
	}
	keys, err := seal.GenerateKeys(unit, name, role)
	if err != nil {
		return err
	}
	if err := keys.Save(out); err != nil {
		return err
	}
	public, err := json.MarshalIndent(keys.Public(), "", "  ")
	if err != nil {
		return err
	}
	// #nosec G306 -- public keys are for everybody
	if err := os.WriteFile(out+".pub", append(public, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s key %s of %s\n", role, keys.Recipient().ID, unit)
	return nil
}

// files collects a flag that may be given more than once.
type files []string

func (f *files) String() string     { return fmt.Sprint(*f) }
func (f *files) Set(s string) error { *f = append(*f, s); return nil }

func keysDirectory(_ context.Context, c *call) error {
	set, parse := c.flags()
	root := set.String("root", "", "the municipality's root.key `file`")
	municipality := set.String("municipality", "", "`scope`, like CL/13/13101")
	name := set.String("name", "", "the municipality's `name`")
	out := set.String("out", "", "`file` for the signed directory; one that is there is read for its version, and the new one gets the next")
	recovery := set.String("recovery", "", "public key `file` of the recovery key")
	var units files
	set.Var(&units, "unit", "public key `file` of a unit; once for each")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"root": *root, "municipality": *municipality, "name": *name, "out": *out, "recovery": *recovery}); err != nil {
		return err
	}
	if len(units) == 0 {
		return usagef("-unit is missing: name at least one unit's public key file")
	}
	key, err := seal.ReadSigner(*root)
	if err != nil {
		return usageError{err}
	}
	spare, err := readPublicKeys(*recovery, wire.RoleRecovery)
	if err != nil {
		return err
	}
	directory := wire.Directory{Version: 1, Municipality: *municipality, Name: *name, Issued: time.Now().UnixMilli()}
	if previous, err := readStatement(*out); err == nil {
		old, err := wire.OpenDirectory(previous, seal.PublicOf(key))
		if err != nil {
			return usagef("%s: %w; it was signed by another root: choose another -out", *out, err)
		}
		directory.Version = old.Version + 1
	} else if !errors.Is(err, fs.ErrNotExist) {
		return usageError{err}
	}
	for _, file := range units {
		unit, err := readPublicKeys(file, wire.RoleUnit)
		if err != nil {
			return err
		}
		directory.Units = append(directory.Units, wire.Unit{
			ID: unit.Unit, Name: unit.Name, Signers: [][]byte{unit.Signer},
			Recipients: []wire.Recipient{unit.Recipient, spare.Recipient},
		})
	}
	statement, err := wire.Sign(wire.DomainDirectory, key, directory)
	if err != nil {
		return err
	}
	if _, err := wire.OpenDirectory(statement, seal.PublicOf(key)); err != nil {
		return usageError{err}
	}
	b, err := statement.Encode()
	if err != nil {
		return err
	}
	// #nosec G306 -- the directory is public
	if err := os.WriteFile(*out, append(b, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "directory of %s, version %d, %d units\n", *municipality, directory.Version, len(directory.Units))
	return nil
}

// keysShow prints what is public of a key file or directory.
func keysShow(_ context.Context, c *call) error {
	_, parse := c.flags()
	if err := parse(); err != nil {
		return err
	}
	if len(c.args) != 1 {
		return usagef("name one file")
	}
	if keys, err := seal.LoadKeys(c.args[0]); err == nil {
		fmt.Fprintf(c.stdout, "%s key %s of %s (%s)\n", keys.Role, keys.Recipient().ID, keys.Unit, keys.Name)
		return nil
	}
	statement, err := readStatement(c.args[0])
	if err != nil {
		return usagef("%s is neither a key file nor a directory of units", c.args[0])
	}
	var d wire.Directory
	if err := statement.Peek(&d); err != nil {
		return usageError{err}
	}
	fmt.Fprintf(c.stdout, "directory of %s (%s), version %d\n", d.Municipality, d.Name, d.Version)
	for _, unit := range d.Units {
		for _, r := range unit.Recipients {
			fmt.Fprintf(c.stdout, "  %-12s %-8s key %s\n", unit.ID, r.Role, r.ID)
		}
	}
	return nil
}

func readPublicKeys(path, role string) (seal.PublicKeys, error) {
	var keys seal.PublicKeys
	b, err := os.ReadFile(path) // #nosec G304 -- the operator names the file
	if err != nil {
		return keys, usageError{err}
	}
	if err := json.Unmarshal(b, &keys); err != nil || keys.Unit == "" {
		return keys, usagef("%s is not a public key file; \"chasqui keys unit\" and \"keys recovery\" write one with .pub at the end", path)
	}
	if keys.Role != role {
		return keys, usagef("%s holds a %s key, and a %s key is needed here", path, keys.Role, role)
	}
	return keys, nil
}

func readStatement(path string) (wire.Statement, error) {
	b, err := os.ReadFile(path) // #nosec G304 -- the operator names the file
	if err != nil {
		return wire.Statement{}, err
	}
	s, err := wire.DecodeStatement(b)
	if err != nil {
		return wire.Statement{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// absent refuses to write over a key.
func absent(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return usagef("%s is there already; a key is never written over", path)
	}
	return nil
}
