package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // to read the hub's database as an auditor would

	"chasqui/sync/wire"
)

// tally is the demo's verdict. Each figure comes from another ledger.
type tally struct {
	saved     []wire.Folio       // read off the screen
	delivered map[wire.Folio]int // rows in the hub's database
	opened    map[wire.Folio]int // lines in the office's CSV
	takeup    takeup             // on the board's HTML
}

// takeup is what the board says, and of what.
type takeup struct {
	value          string
	digital, total int
}

// lost counts the folios that people took home and no office ever opened.
func (t tally) lost() int {
	lost := 0
	for _, folio := range t.saved {
		if t.opened[folio] == 0 {
			lost++
		}
	}
	return lost
}

// doubled counts what is there more often than once, in the worse of two ledgers.
func (t tally) doubled() int {
	count := func(ledger map[wire.Folio]int) (extra int) {
		for _, n := range ledger {
			extra += n - 1
		}
		return extra
	}
	return max(count(t.delivered), count(t.opened))
}

func (t tally) String() string {
	return fmt.Sprintf("demo: saved=%d delivered=%d opened=%d lost=%d doubled=%d takeup=%s",
		len(t.saved), len(t.delivered), len(t.opened), t.lost(), t.doubled(), t.takeup)
}

func (t takeup) String() string {
	if t.value == "" {
		return "no-data"
	}
	return fmt.Sprintf("%s(%d/%d)", t.value, t.digital, t.total)
}

// verdict says, as an error, what does not hold. want is what the visitors did.
func (t tally) verdict(want takeup, requests int) error {
	var wrong []string
	say := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	say(len(t.saved) == requests, "%d folios were read off the screen, %d requests were filed", len(t.saved), requests)
	say(len(t.delivered) == requests, "the hub's database holds %d requests", len(t.delivered))
	say(len(t.opened) == requests, "the office's CSV holds %d requests", len(t.opened))
	say(t.lost() == 0, "%d were lost", t.lost())
	say(t.doubled() == 0, "%d were doubled", t.doubled())
	say(t.takeup == want, "the board says %s, what happened is %s", t.takeup, want)
	for folio := range t.opened {
		say(t.delivered[folio] > 0, "the office opened %s, which the hub does not hold", folio)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the day did not go as it should: %s", strings.Join(wrong, "; "))
	}
	return nil
}

// hubLedger counts the requests in the hub's database by folio.
func hubLedger(ctx context.Context, dir string) (map[wire.Folio]int, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "hub.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, hubQuery)
	if err != nil {
		return nil, fmt.Errorf("read the hub's database: %w", err)
	}
	defer rows.Close()
	out := map[wire.Folio]int{}
	for rows.Next() {
		var folio string
		var n int
		if err := rows.Scan(&folio, &n); err != nil {
			return nil, err
		}
		out[wire.Folio(folio)] = n
	}
	return out, rows.Err()
}

var takeupMark = regexp.MustCompile(`<data[^>]*\bid="takeup"[^>]*>`)

// boardLedger reads the take-up off the board's page.
func boardLedger(ctx context.Context, hub string) (takeup, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, hub+"/?lang=es", nil)
	if err != nil {
		return takeup{}, nil, err
	}
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		return takeup{}, nil, err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		return takeup{}, nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return takeup{}, page, fmt.Errorf("the board answers %s", resp.Status)
	}
	mark := takeupMark.Find(page)
	if mark == nil {
		return takeup{}, page, fmt.Errorf("the board shows no take-up")
	}
	t := takeup{value: attribute(mark, "value")}
	t.digital, _ = strconv.Atoi(attribute(mark, "data-digital"))
	t.total, _ = strconv.Atoi(attribute(mark, "data-total"))
	return t, page, nil
}

func attribute(tag []byte, name string) string {
	m := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindSubmatch(tag)
	if m == nil {
		return ""
	}
	return string(m[1])
}

const hubQuery = `SELECT folio, count(*) FROM items WHERE kind = 'request' GROUP BY folio`
