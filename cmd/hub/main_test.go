package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"chasqui/hub/store/storetest"
)

func TestMain(m *testing.M) {
	if early := os.Getenv(childVariable); early != "" {
		os.Exit(child(early))
	}
	testscript.Main(m, map[string]func(){"hub": func() { os.Exit(asProcess(os.Args[1:])) }})
}

// asProcess is main, for the program that the tests run in its place.
func asProcess(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, os.Stdout, os.Stderr)
}

// The scripts in testdata are the hub as a person meets it: read them first.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"municipality": writeMunicipality,
			"freeport":     freePort,
			"await":        await,
			"get":          get,
		},
	})
}

// writeMunicipality DIR writes a root and its signed directory of two units.
func writeMunicipality(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: municipality DIR")
	}
	dir := ts.MkAbs(args[0])
	storetest.WriteDirectory(scriptT{ts: ts}, filepath.Dir(dir), filepath.Base(dir), storetest.Directory(storetest.Municipality, 1, "atencion", "social"), storetest.Key("root"))
}

// scriptT lets a helper of tests fail a script.
type scriptT struct {
	testing.TB
	ts *testscript.TestScript
}

func (s scriptT) Helper()           {}
func (s scriptT) Fatal(args ...any) { s.ts.Fatalf("%s", fmt.Sprint(args...)) }

// freePort NAME sets a variable to a port that nobody listens on.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv(args[0], port)
}

// await URL waits until something answers there.
func await(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(20 * time.Second)
	for {
		response, err := http.Get(args[0])
		if err == nil {
			ts.Check(response.Body.Close())
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("nothing answers: %v", err)
		}
		time.Sleep(10 * time.Millisecond) // a condition is awaited, with a deadline
	}
}

// get URL STATUS TEXT asks a page and looks for a text in it.
func get(ts *testscript.TestScript, _ bool, args []string) {
	response, err := http.Get(args[0])
	ts.Check(err)
	var body strings.Builder
	_, err = copyAll(&body, response.Body)
	ts.Check(err)
	if fmt.Sprint(response.StatusCode) != args[1] || !strings.Contains(body.String(), args[2]) {
		ts.Fatalf("%s: status %d:\n%s", args[0], response.StatusCode, body.String())
	}
}

func TestFlags(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string // "" for none
	}{
		"the least":           {[]string{"-data", "d"}, ""},
		"port 0":              {[]string{"-data", "d", "-listen", "127.0.0.1:0"}, ""},
		"IPv6":                {[]string{"-data", "d", "-listen", "[::1]:80"}, ""},
		"localhost":           {[]string{"-data", "d", "-listen", "localhost:80"}, ""},
		"a public address":    {[]string{"-data", "d", "-public", "https://tramites.example.cl/"}, ""},
		"no data":             {nil, "-data is missing"},
		"everywhere":          {[]string{"-data", "d", "-listen", ":8080"}, "no accounts yet"},
		"every address":       {[]string{"-data", "d", "-listen", "0.0.0.0:8080"}, "no accounts yet"},
		"a name":              {[]string{"-data", "d", "-listen", "example.cl:80"}, "no accounts yet"},
		"a near miss":         {[]string{"-data", "d", "-listen", "localhost.example.cl:80"}, "no accounts yet"},
		"no port":             {[]string{"-data", "d", "-listen", "127.0.0.1"}, "write an address and a port"},
		"not an address":      {[]string{"-data", "d", "-public", "tramites.example.cl"}, "write the whole address"},
		"a script":            {[]string{"-data", "d", "-public", "javascript:alert(1)"}, "write the whole address"},
		"with a password":     {[]string{"-data", "d", "-public", "https://a:b@example.cl"}, "write the whole address"},
		"a word too many":     {[]string{"-data", "d", "serve"}, `"serve" is not a flag`},
		"an unknown flag":     {[]string{"-port", "80"}, "hub -h"},
		"a flag with nothing": {[]string{"-data"}, "hub -h"},
	} {
		err := NewMain().ParseFlags(c.args, &strings.Builder{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := NewMain()
	if err := m.ParseFlags([]string{"-data", "d", "-public", "https://example.cl/t/"}, &strings.Builder{}); err != nil || m.Public != "https://example.cl/t" {
		t.Errorf("public %q, %v", m.Public, err)
	}
}

// Guards the graceful stop: a supervisor's SIGTERM ends the hub with status 0 and
// leaves no log of the database behind.
func TestItStopsOnSIGTERM(t *testing.T) {
	dir, _ := enrolled(t, 1)
	p := startChild(t, "hub", dir)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "hub.db-wal")); !os.IsNotExist(err) {
		t.Errorf("the database's log is still there: %v", err)
	}
}

func municipalityIn(t *testing.T, dir string) {
	t.Helper()
	storetest.WriteDirectory(t, filepath.Join(dir, municipality), "prueba", storetest.Directory(storetest.Municipality, 1, "atencion", "social"), storetest.Key("root"))
}
