// Fastkiosk is the kiosk without its window, for crash tests: the same box of
// outbox, client and station, told on standard input to file requests, and
// stopping where it is told so that it can be killed just there.
//
//	submit N             file request N; prints "receipt N FOLIO CODE ID"
//	submit N before      stop for ever before the commit; prints "before N"
//	submit N after       stop for ever between commit and receipt; prints "after N ID"
//	picture N            file a street report with a picture; prints as submit does
//	drain                print "drained" once the hub has acknowledged every request
//	quit
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"chasqui/assets"
	"chasqui/kiosk"
	"chasqui/kiosk/catalog"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/station"
	"chasqui/locales"
	"chasqui/sync/outbox"
	"chasqui/sync/seal"
	"chasqui/sync/wire"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fastkiosk:", err)
		os.Exit(1)
	}
}

func run() error {
	data := flag.String("data", "", "the kiosk's data folder")
	hub := flag.String("hub", "", "the hub's address")
	canary := flag.String("canary", "", "a word typed into every question that takes text")
	naked := flag.Bool("naked", false, "a control: seal nothing")
	flag.Parse()

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	services, err := catalog.Load(assets.Services(), nil)
	if err != nil {
		return err
	}
	halt := &halting{}
	cfg := station.BoxConfig{
		Data: *data, Hub: *hub, Catalog: services, Version: "fastkiosk", Words: words,
		Log:        slog.New(slog.NewTextHandler(os.Stderr, nil)),
		WrapOutbox: func(o outbox.Outbox) outbox.Outbox { halt.Outbox = o; return halt },
	}
	if *naked {
		cfg.NewEnvelope = func(seal.About, []wire.Recipient) (station.Envelope, error) { return identity{}, nil }
	}
	box, err := station.OpenBox(ctx, cfg)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- box.Run(ctx) }()
	fmt.Println("ready")
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		f := strings.Fields(input.Text())
		switch {
		case len(f) >= 2 && f[0] == "submit":
			halt.name.Store(f[1])
			halt.at.Store(strings.Join(f[2:], ""))
			if err := submit(ctx, box, services, "certificado-residencia", f[1], *canary); err != nil {
				fmt.Println("failed", f[1], err)
			}
		case len(f) == 2 && f[0] == "picture":
			if err := submit(ctx, box, services, "aviso-via-publica", f[1], *canary); err != nil {
				fmt.Println("failed", f[1], err)
			}
		case len(f) == 1 && f[0] == "drain":
			for box.Station.Status().Unsent > 0 {
				box.Station.Refresh(ctx)
				time.Sleep(10 * time.Millisecond)
			}
			fmt.Println("drained")
		case len(f) == 1 && f[0] == "quit":
			stop()
			if err := <-done; err != nil {
				return err
			}
			return box.Close()
		}
	}
	return input.Err()
}

func words(language, key string, args ...any) string { return locales.In(language).Text(key, args...) }

// submit does what the pages do: begin, answer each question, confirm.
func submit(ctx context.Context, box *station.Box, services *catalog.Catalog, id, n, canary string) error {
	s := box.Station
	session := kiosk.NewSession(uuid.NewString(), "es", kiosk.Looks{}, s.Now())
	service, ok := services.Find(id)
	if !ok {
		return fmt.Errorf("no such service")
	}
	session.Begin(service.ID(), s.Now())
	s.Emit(kiosk.Event{At: s.Now(), Name: wire.EventStarted, Service: service.ID(), ServiceVersion: service.Version(), Channel: session.Channel(), Language: "es"})
	f := flow.New(service, "es", s.Office(), s.Now(), func(key string, args ...any) string { return words("es", key, args...) })
	for q, more := f.First(session.Answers()); more; q, more = f.Next(session.Answers(), q.ID) {
		v, trouble := f.Check(q.ID, sample(q, canary), session.Answers())
		if trouble != nil {
			return fmt.Errorf("question %s: %s", q.ID, trouble.Message)
		}
		session.SetAnswer(q.ID, v)
	}
	r, err := s.Submit(ctx, session)
	if err != nil {
		return err
	}
	fmt.Println("receipt", n, string(r.Folio()), r.Code(), r.ID())
	return nil
}

// chosen answers the questions with options, by name: what stands first may lead to
// something else than a request.
var chosen = map[string]string{"purpose": "work", "category": "light"}

// sample answers a question with something valid that holds the canary.
func sample(q kiosk.Question, canary string) kiosk.Value {
	switch q.Type {
	case kiosk.TypeYesNo:
		return kiosk.Value{Text: "yes"}
	case kiosk.TypeOneOf:
		return kiosk.Value{Text: chosen[q.ID]}
	case kiosk.TypeNumber:
		return kiosk.Value{Text: fmt.Sprint(q.Min)}
	case kiosk.TypePhone:
		return kiosk.Value{Text: "+56961234567"}
	case kiosk.TypeEmail:
		return kiosk.Value{Text: "persona@example.org"}
	case kiosk.TypeDocument:
		return kiosk.Value{Parts: map[string]string{"kind": "run", "number": "12345678-5"}}
	case kiosk.TypeAddress:
		return kiosk.Value{Parts: map[string]string{"region": "13", "comuna": "13101", "street": "Los Aromos 124 " + canary}}
	case kiosk.TypeFile:
		// A picture of 100 KB: four parts, and the canary inside.
		content := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte(canary+" "), 100_000/(len(canary)+1))...)
		return kiosk.Value{File: &kiosk.File{Name: "hoyo.png", Media: "image/png", Size: int64(len(content)), Content: content}}
	}
	return kiosk.Value{Text: "Persona " + canary}
}

// halting is an outbox that stops for ever where it is told, so that the process
// can be killed just there.
type halting struct {
	outbox.Outbox
	name, at atomic.Value
}

// Commit implements outbox.Outbox. Only the commit of a request is stopped.
func (h *halting) Commit(ctx context.Context, c outbox.Change) ([]wire.Header, error) {
	request := len(c.Items) > 0 && c.Items[0].Kind == wire.KindRequest
	at, _ := h.at.Load().(string)
	if request && at == "before" {
		fmt.Println("before", h.name.Load())
		select {}
	}
	headers, err := h.Outbox.Commit(ctx, c)
	if request && err == nil && at == "after" {
		fmt.Println("after", h.name.Load(), headers[0].ID)
		select {}
	}
	return headers, err
}

// identity is the control: an envelope that hides nothing.
type identity struct{}

func (identity) SealFile(_ string, content []byte) ([]byte, error) { return content, nil }
func (identity) Seal(plaintext []byte) ([]byte, error)             { return append([]byte(nil), plaintext...), nil }
