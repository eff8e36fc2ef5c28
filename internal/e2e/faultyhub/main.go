// Faultyhub is the real hub on a database that does wrong once: a control for
// everything that claims to notice. It runs the hub program that lies beside it,
// with the same flags, and plants a trigger in its database.
//
//	CHASQUI_FAULT=drop    one request is gone after it was acknowledged
//	CHASQUI_FAULT=double  one request is there twice
package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	_ "modernc.org/sqlite" // to plant the fault
)

// once keeps a fault from happening twice.
const once = `CREATE TABLE IF NOT EXISTS planted_fault (n INTEGER)`

var faults = map[string][]string{
	"drop": {once, `CREATE TRIGGER IF NOT EXISTS planted_drop AFTER INSERT ON deliveries
		WHEN (SELECT count(*) FROM planted_fault) = 0 AND (SELECT kind FROM items WHERE id = NEW.item) = 'request'
		BEGIN
			INSERT INTO planted_fault VALUES (1);
			DELETE FROM deliveries WHERE item = NEW.item;
			DELETE FROM items WHERE id = NEW.item;
		END`},
	"double": {once, `DROP INDEX IF EXISTS items_by_folio`, `CREATE TRIGGER IF NOT EXISTS planted_double AFTER INSERT ON items
		WHEN (SELECT count(*) FROM planted_fault) = 0 AND NEW.kind = 'request'
		BEGIN
			INSERT INTO planted_fault VALUES (1);
			INSERT INTO items (id, kiosk, epoch, seq, kind, office, municipality, unit, service, service_version, language,
				folio, code_hash, parent, created, arrived, digest, size, state, reason, changed, body)
			SELECT randomblob(16), kiosk, epoch, seq + 1000000000, kind, office, municipality, unit, service, service_version, language,
				folio, code_hash, parent, created, arrived, randomblob(32), size, state, reason, changed, body
			FROM items WHERE id = NEW.id;
		END`},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "faultyhub:", err)
		os.Exit(1)
	}
}

func run() error {
	statements, ok := faults[os.Getenv("CHASQUI_FAULT")]
	if !ok {
		return errors.New("CHASQUI_FAULT must be drop or double")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	data := ""
	for i, arg := range os.Args {
		if arg == "-data" && i+1 < len(os.Args) {
			data = os.Args[i+1]
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	hub := exec.CommandContext(ctx, filepath.Join(filepath.Dir(self), "hub"), os.Args[1:]...) // #nosec G204 G702 -- the hub beside this program
	hub.Cancel = func() error { return hub.Process.Signal(syscall.SIGTERM) }
	hub.Stderr = os.Stderr
	out, err := hub.StdoutPipe()
	if err != nil {
		return err
	}
	if err := hub.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "listening on") {
			if err := plant(ctx, data, statements); err != nil {
				return errors.Join(err, hub.Process.Kill(), hub.Wait())
			}
		}
		fmt.Println(lines.Text())
	}
	err = hub.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func plant(ctx context.Context, data string, statements []string) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "hub.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("plant the fault: %w", err)
		}
	}
	return nil
}
