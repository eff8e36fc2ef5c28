package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"chasqui/internal/e2e/rig"
)

// faults are what the faulty hub can do; each is a control of the verdict.
var faults = []string{"drop", "double"}

// keepDay keeps a copy of everything for each fault, as it lies on the disks at one
// moment: it is what would be found there had the power failed.
func (d *day) keepDay(ctx context.Context, dir string) (err error) {
	for _, p := range []*rig.Process{d.kiosk, d.Hub, d.Office} {
		if err := p.Freeze(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.Thaw()) }()
	}
	for _, fault := range faults {
		// With modes: keys that others could read are refused.
		if out, err := exec.CommandContext(ctx, "cp", "-a", d.Dir, filepath.Join(dir, fault)).CombinedOutput(); err != nil { // #nosec G204 -- the demo's own folders
			return fmt.Errorf("copy the day: %w: %s", err, out)
		}
	}
	return nil
}

// controls plays the evening once for each fault, from the ledgers alone.
func (d *day) controls(ctx context.Context, dir string) error {
	d.kiosk.Kill()
	for _, fault := range faults {
		result, err := d.badEvening(ctx, filepath.Join(dir, fault), fault)
		if err != nil {
			return fmt.Errorf("control %s: %w", fault, err)
		}
		fmt.Printf("control %s: %s\n", fault, strings.TrimPrefix(result.String(), "demo: "))
		if result.judge() == nil {
			return fmt.Errorf("the verdict does not notice a hub with the fault %q", fault)
		}
	}
	return nil
}

func (d *day) badEvening(ctx context.Context, dir, fault string) (result tally, err error) {
	bad := &day{
		Rig:    &rig.Rig{Dir: dir, Bin: d.Bin, HubProgram: filepath.Join(d.Bin, "faultyhub"), Log: d.Log, Env: append(os.Environ(), "CHASQUI_FAULT="+fault)},
		screen: d.screen, catalog: d.catalog, office: d.office, saved: d.saved, codes: d.codes,
	}
	defer func() { err = errors.Join(err, bad.Stop()) }()
	for _, step := range []func(context.Context) error{bad.StartHub, bad.StartOffice} {
		if err := step(ctx); err != nil {
			return result, err
		}
	}
	if bad.road, err = rig.NewRoad(bad.HubURL); err != nil {
		return result, err
	}
	defer bad.road.Close()
	if err := bad.start(ctx); err != nil {
		return result, err
	}
	defer func() { bad.kiosk.Kill() }()
	bad.road.Open(true)
	// Somebody asks for a person: that is counted, and the kiosk tries the road anew.
	if err := bad.visitor("es").Person(ctx); err != nil {
		return result, err
	}
	result, _, err = bad.ledgers(ctx)
	return result, err
}
