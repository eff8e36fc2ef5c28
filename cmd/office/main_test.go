package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"chasqui/locales"
	"chasqui/office"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"office": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
		stop()
		os.Exit(status)
	}})
}

// The scripts in testdata are the program as a person meets it: read them first.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"keys": writeKeys, "hub": startHub, "exits": exits},
	})
}

func hubKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// writeKeys DIR ROLE writes DIR/office.json, if it is not there, and a key file of
// unit social with the role.
func writeKeys(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keys DIR ROLE")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Join(dir, "units"), 0o700))
	config := filepath.Join(dir, "office.json")
	if _, err := os.Stat(config); err != nil {
		b, err := json.Marshal(office.Settings{Municipality: "CL/13/13101", HubKey: seal.PublicOf(hubKey())})
		ts.Check(err)
		ts.Check(os.WriteFile(config, b, 0o600))
	}
	keys, err := seal.GenerateKeys("social", "Departamento Social", args[1])
	ts.Check(err)
	ts.Check(keys.Save(filepath.Join(dir, "units", args[1]+".json")))
}

// startHub starts a hub that has nothing for anybody and sets $HUB.
func startHub(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s, err := wire.DecodeStatement(body)
		var pull wire.Pull
		if err != nil || s.Peek(&pull) != nil {
			http.Error(w, "", http.StatusBadRequest)
			return
		}
		packet, err := wire.EncodePacket(wire.DomainDelivery, hubKey(), wire.DeliveryHeader{
			Version: wire.Version, Unit: pull.Unit, Nonce: pull.Nonce, Time: time.Now().UnixMilli()}, nil)
		if err != nil {
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", wire.MediaType)
		_, _ = w.Write(packet)
	}))
	ts.Defer(server.Close)
	ts.Setenv("HUB", server.URL)
}

// Guards: the labels of the readable files exist in every language; without it a
// file would show keys in place of words.
func TestEveryLanguageHasTheOfficesWords(t *testing.T) {
	keys := []string{"folio", "state", "received", "filed", "doubtful-clock", "service", "version", "place", "language", "assisted",
		"outcome", "id", "yes", "no", "answers", "not-answered", "file", "file-awaited",
		"kind", "kind.correction", "kind.addition", "kind.withdrawal", "about", "amended", "statement"}
	for _, language := range locales.Languages() {
		words := locales.In(language.Tag)
		for _, key := range keys {
			if !words.Has("office." + key) {
				t.Errorf("%s lacks office.%s", language.Tag, key)
			}
		}
		for state, reasons := range office.Reasons {
			for _, reason := range append([]string{wire.CodeOfficeCannot}, reasons...) {
				if !words.Has("state."+string(state)) || (reason != "" && !words.Has("reason."+reason)) {
					t.Errorf("%s lacks the words of %s %s", language.Tag, state, reason)
				}
			}
		}
	}
}

// exits N PROGRAM ARGS… runs a program that must end with status N.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N PROGRAM ARGS...")
	}
	got, err := 0, ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("status %d, want %s", got, args[0])
	}
}
