// Package rig sets up a whole Chasqui on one machine with the real programs: a
// municipality's keys, a hub, an office with its units, an enrolled kiosk, and a
// road between kiosk and hub that can be closed. "make run", the demo and the
// end-to-end tests all stand on it, so that what people try is what is tested.
package rig

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The made-up municipality of the rig.
const (
	Municipality = "CL/13/13101"
	Office       = Municipality + "/centro"
	OfficeName   = "Municipalidad de Prueba"
	// PIN opens the front-desk mode of a rig's kiosk.
	PIN = "2468"
)

// Units are the departments that the catalogue's services name, by id, with the
// names people know.
var Units = [][2]string{
	{"atencion", "Oficina de Informaciones"}, {"social", "Departamento Social"}, {"transito", "Dirección de Tránsito"},
	{"rentas", "Departamento de Rentas y Patentes"}, {"partes", "Oficina de Partes"}, {"transparencia", "Unidad de Transparencia"},
}

// Rig is a Chasqui in a folder.
type Rig struct {
	Dir string // everything lies below it
	Bin string // where the programs are
	// HubProgram is the hub to run; bin/hub when left out. The controls of the demo
	// put a faulty one here.
	HubProgram string
	// Public is the hub's public address; the one it listens on when left out.
	Public string
	Log    io.Writer
	Env    []string

	Hub    *Process
	Office *Process
	HubURL string
}

// The folders of a rig.
func (r *Rig) HubData() string    { return filepath.Join(r.Dir, "hub") }
func (r *Rig) KioskData() string  { return filepath.Join(r.Dir, "kiosk") }
func (r *Rig) OfficeData() string { return filepath.Join(r.Dir, "office") }
func (r *Rig) OfficeOut() string  { return filepath.Join(r.Dir, "requests") }
func (r *Rig) keys() string       { return filepath.Join(r.Dir, "keys") }
func (r *Rig) program(name string) string {
	return filepath.Join(r.Bin, name)
}

// Chasqui runs the tool and returns what it printed.
func (r *Rig) Chasqui(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, r.program("chasqui"), args...) // #nosec G204 -- our own program
	cmd.Stdin = strings.NewReader(stdin)
	var out, fault bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &fault
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("chasqui %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(fault.Bytes()))
	}
	return out.String(), nil
}

// MakeKeys makes the municipality's root, its units' keys and a recovery key, and
// gives hub and office what is theirs. Done before, it does nothing.
func (r *Rig) MakeKeys(ctx context.Context) error {
	place := filepath.Join(r.HubData(), "municipalities", "prueba")
	directory := filepath.Join(place, "directory.json")
	if _, err := os.Stat(directory); err == nil {
		return nil
	}
	for _, dir := range []string{place, filepath.Join(r.OfficeData(), "units"), r.keys()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	if _, err := r.Chasqui(ctx, "", "keys", "root", "-out", r.keys()); err != nil {
		return err
	}
	sign := []string{"keys", "directory", "-root", filepath.Join(r.keys(), "root.key"), "-municipality", Municipality,
		"-name", OfficeName, "-recovery", filepath.Join(r.keys(), "recovery.json.pub"), "-out", directory}
	if _, err := r.Chasqui(ctx, "", "keys", "recovery", "-out", filepath.Join(r.keys(), "recovery.json")); err != nil {
		return err
	}
	for _, unit := range Units {
		file := filepath.Join(r.OfficeData(), "units", unit[0]+".json")
		if _, err := r.Chasqui(ctx, "", "keys", "unit", "-out", file, "-unit", unit[0], "-name", unit[1]); err != nil {
			return err
		}
		public := filepath.Join(r.keys(), unit[0]+".pub")
		if err := os.Rename(file+".pub", public); err != nil {
			return err
		}
		sign = append(sign, "-unit", public)
	}
	root, err := os.ReadFile(filepath.Join(r.keys(), "root.pub"))
	if err != nil {
		return err
	}
	// #nosec G306 -- a public key
	if err := os.WriteFile(filepath.Join(place, "root.pub"), root, 0o644); err != nil {
		return err
	}
	_, err = r.Chasqui(ctx, "", sign...)
	return err
}

// StartHub starts the hub on a free port, or on the one it had before.
func (r *Rig) StartHub(ctx context.Context) error {
	program := r.HubProgram
	if program == "" {
		program = r.program("hub")
	}
	if r.HubURL == "" {
		address, err := freeAddress()
		if err != nil {
			return err
		}
		r.HubURL = "http://" + address
	}
	if r.Public == "" {
		r.Public = r.HubURL
	}
	args := []string{"-data", r.HubData(), "-listen", strings.TrimPrefix(r.HubURL, "http://"), "-public", r.Public}
	hub, err := Start(ctx, r.Log, r.Env, "hub", program, args...)
	if err != nil {
		return err
	}
	line, _, err := hub.Await(20*time.Second, 0, func(line string) bool { return strings.Contains(line, "listening on http://") })
	if err != nil {
		return err
	}
	_, r.HubURL, _ = strings.Cut(line, "listening on ")
	r.HubURL = strings.TrimSuffix(strings.TrimSpace(r.HubURL), "/")
	r.Hub = hub
	return nil
}

// freeAddress returns a loopback address on which nobody listens at the moment.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// StartOffice starts the office. The hub must have run once, for its key.
func (r *Rig) StartOffice(ctx context.Context) error {
	key, err := os.ReadFile(filepath.Join(r.HubData(), "hub.pub"))
	if err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(key)))
	if err != nil {
		return fmt.Errorf("hub.pub: %w", err)
	}
	config, err := json.Marshal(map[string]any{"municipality": Municipality, "hub_key": raw})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.OfficeData(), "office.json"), config, 0o600); err != nil {
		return err
	}
	r.Office, err = Start(ctx, r.Log, r.Env, "office", r.program("office"),
		"-data", r.OfficeData(), "-hub", r.HubURL, "-out", r.OfficeOut(), "-poll", "500ms")
	return err
}

// Enrol makes a one-time code at the hub and enrols the kiosk with it, over the
// given address. settings are lines of office.yaml beside the usual ones. Done
// before, it does nothing.
func (r *Rig) Enrol(ctx context.Context, address string, settings ...string) error {
	if _, err := os.Stat(filepath.Join(r.KioskData(), "kiosk.json")); err == nil {
		return nil
	}
	out, err := r.Chasqui(ctx, "", "enrol", "code", "-hub-data", r.HubData(), "-office", Office)
	if err != nil {
		return err
	}
	code, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	if code == "" {
		return errors.New("chasqui enrol code printed no code")
	}
	_, err = r.Chasqui(ctx, "", "enrol", "kiosk", "-data", r.KioskData(), "-hub", address, "-code", code,
		"-hub-key", filepath.Join(r.HubData(), "hub.pub"), "-root", filepath.Join(r.keys(), "root.pub"))
	if err != nil {
		return err
	}
	hash, err := r.Chasqui(ctx, PIN+"\n", "pin")
	if err != nil {
		return err
	}
	lines := append([]string{
		"name: " + OfficeName, `region: "13"`, `comuna: "13101"`,
		fmt.Sprintf("pin: %q", strings.TrimSpace(hash)),
	}, settings...)
	return os.WriteFile(filepath.Join(r.KioskData(), "office.yaml"), []byte(strings.Join(lines, "\n")+"\n"), 0o600)
}

// StartKiosk starts the kiosk's window.
func (r *Rig) StartKiosk(ctx context.Context, env []string, args ...string) (*Process, error) {
	return Start(ctx, r.Log, env, "kiosk", r.program("kiosk"), append([]string{"-data", r.KioskData()}, args...)...)
}

// Stop ends hub and office.
func (r *Rig) Stop() error {
	var all []error
	for _, p := range []*Process{r.Office, r.Hub} {
		if p != nil {
			all = append(all, p.Stop())
		}
	}
	return errors.Join(all...)
}
