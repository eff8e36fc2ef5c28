package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"chasqui/hub"
	"chasqui/hub/fleet"
	"chasqui/hub/store"
	"chasqui/kiosk/desk"
	"chasqui/sync/client"
	"chasqui/sync/seal"
)

// openStore opens the database of a hub that may be running meanwhile.
func openStore(dir string) (*store.SQLite, error) {
	s, err := store.Open(dir)
	if err != nil {
		return nil, usagef("-hub-data %s: %w", dir, err)
	}
	return s, nil
}

func enrolCode(ctx context.Context, c *call) (err error) {
	set, parse := c.flags()
	dir := set.String("hub-data", "", "the hub's data `folder`")
	office := set.String("office", "", "`scope` of the office where the kiosk will stand, like CL/13/13101/centro")
	hours := set.Float64("hours", 24, "how long the code can be used")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"hub-data": *dir, "office": *office}); err != nil {
		return err
	}
	scope, err := hub.ParseScope(*office)
	if err != nil {
		return usagef("-office: %w", err)
	}
	if !scope.IsOffice() {
		return usagef("-office %s: not an office; a kiosk stands in one, such as CL/13/13101/centro", scope)
	}
	if *hours <= 0 || *hours > 24*30 {
		return usagef("-hours %g: a code lives more than 0 and at most 720 hours", *hours)
	}
	s, err := openStore(*dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	life := time.Duration(*hours * float64(time.Hour))
	code, err := fleet.NewCode(ctx, s, scope, life)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, code)
	fmt.Fprintf(c.stderr, "For one kiosk at %s, until %s. It is not kept here and cannot be shown again.\n", scope, time.Now().Add(life).Format("2006-01-02 15:04"))
	return nil
}

func enrolRevoke(ctx context.Context, c *call) (err error) {
	set, parse := c.flags()
	dir := set.String("hub-data", "", "the hub's data `folder`")
	kiosk := set.String("kiosk", "", "the kiosk's `id`, as the board and the desk page show it")
	scope := set.String("scope", "CL", "`scope` in which the kiosk must stand")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"hub-data": *dir, "kiosk": *kiosk}); err != nil {
		return err
	}
	within, err := hub.ParseScope(*scope)
	if err != nil {
		return usagef("-scope: %w", err)
	}
	s, err := openStore(*dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Revoke(ctx, within, *kiosk, time.Now()); err != nil {
		if errors.Is(err, hub.ErrNotFound) {
			return usagef("there is no kiosk %q in %s", *kiosk, within)
		}
		return err
	}
	fmt.Fprintf(c.stdout, "kiosk %s is revoked: the hub takes nothing from it from now on\n", *kiosk)
	return nil
}

func enrolKiosk(ctx context.Context, c *call) error {
	set, parse := c.flags()
	data := set.String("data", "", "the kiosk's data `folder`, made if it is not there")
	address := set.String("hub", "", "`URL` of the hub")
	code := set.String("code", "", "the one-time `code`")
	hubKey := set.String("hub-key", "", "hub.pub `file`, brought here by hand")
	root := set.String("root", "", "the municipality's root.pub `file`, brought here by hand")
	if err := parse(); err != nil {
		return err
	}
	if err := need(map[string]string{"data": *data, "hub": *address, "code": *code, "hub-key": *hubKey, "root": *root}); err != nil {
		return err
	}
	pinnedHub, err := seal.ReadPublic(*hubKey)
	if err != nil {
		return usageError{err}
	}
	pinnedRoot, err := seal.ReadPublic(*root)
	if err != nil {
		return usageError{err}
	}
	identity, directory, err := client.Enrol(ctx, client.EnrolOptions{Dir: *data, Hub: *address, Code: *code, HubKey: pinnedHub, Root: pinnedRoot})
	if err != nil {
		if errors.Is(err, client.ErrAlreadyEnrolled) {
			return usageError{err}
		}
		return err
	}
	fmt.Fprintf(c.stdout, "kiosk %s of %s, %d units\n", identity.Kiosk, identity.Office, len(directory.Units))
	return nil
}

// pinHash reads a PIN from standard input, so that it stands in no history.
func pinHash(_ context.Context, c *call) error {
	_, parse := c.flags()
	if err := parse(); err != nil {
		return err
	}
	line, err := bufio.NewReader(c.stdin).ReadString('\n')
	if err != nil && line == "" {
		return usagef("type the PIN, four to eight digits, on standard input")
	}
	hash, err := desk.HashPIN(strings.TrimSpace(line), rand.Reader)
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintln(c.stdout, hash)
	return nil
}
