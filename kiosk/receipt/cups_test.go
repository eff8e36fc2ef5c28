package receipt

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chasqui/kiosk"
)

// spooler is a cupsd of the test's own: its folders, its socket, its queue
// "receipts" with Debian's PDF printer behind it. The system's is not touched.
type spooler struct {
	t      *testing.T
	folder string
	socket string
}

// the configuration of cupsd. Job files are kept, as CUPS does unless told
// otherwise, so that it is the kiosk that must remove them.
const cupsdConf = `LogLevel debug
Listen FOLDER/cups.sock
Browsing No
DefaultShared No
WebInterface No
PreserveJobFiles 86400
PreserveJobHistory Yes
ErrorPolicy abort-job
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
<Policy strict>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit Purge-Jobs Cancel-Jobs Cancel-My-Jobs>
    Order deny,allow
    Deny all
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
`

const cupsFilesConf = `ServerRoot FOLDER/root
RequestRoot FOLDER/spool
CacheDir FOLDER/cache
StateDir FOLDER/state
TempDir FOLDER/tmp
AccessLog FOLDER/log/access_log
ErrorLog FOLDER/log/error_log
PageLog FOLDER/log/page_log
User lp
Group lp
SystemGroup root
FileDevice Yes
Sandboxing relaxed
`

const cupsPDFConf = `Out FOLDER/out
AnonDirName FOLDER/out
Spool FOLDER/tmp/pdf
Log FOLDER/log
UserUMask 0022
Grp lp
`

const cupsPDFDescription = "/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd"

func startCUPS(t *testing.T) *spooler {
	t.Helper()
	cupsd, err := exec.LookPath("cupsd")
	if err != nil {
		cupsd = "/usr/sbin/cupsd"
	}
	if _, err := os.Stat(cupsd); err != nil {
		t.Skip("cupsd is not installed (Debian package cups-daemon): printing on a queue is not checked")
	}
	if _, err := os.Stat(cupsPDFDescription); err != nil {
		t.Skip("the PDF printer is not installed (Debian package printer-driver-cups-pdf): printing on a queue is not checked")
	}
	if os.Geteuid() != 0 {
		t.Skip("the PDF printer of CUPS runs as root only, and this is not root: printing on a queue is not checked")
	}
	// A socket's path must be short, and "lp" must be able to go there.
	folder, err := os.MkdirTemp("", "cups")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"root", "spool", "cache", "state", "tmp", "log", "out"} {
		if err := os.Mkdir(filepath.Join(folder, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// The filters run as "lp" and write here.
	if err := os.Chmod(filepath.Join(folder, "tmp"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"cupsd.conf": cupsdConf, "cups-files.conf": cupsFilesConf, "cups-pdf.conf": cupsPDFConf} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.ReplaceAll(content, "FOLDER", folder)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := &spooler{t: t, folder: folder, socket: filepath.Join(folder, "cups.sock")}
	s.serve(cupsd)
	s.admin("lpadmin", "-p", "receipts", "-E", "-v", "cups-pdf:/", "-P", cupsPDFDescription)
	return s
}

// serve runs cupsd until the test ends. The PDF printer reads its settings from
// /etc/cups and nowhere else, so it is given an /etc/cups of its own.
func (s *spooler) serve(cupsd string) {
	s.t.Helper()
	script := `mount --bind "$1/cups-pdf.conf" /etc/cups/cups-pdf.conf && exec "$2" -f -c "$1/cupsd.conf" -s "$1/cups-files.conf"`
	cmd := exec.Command("unshare", "-m", "sh", "-c", script, "sh", s.folder, cupsd)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
		}
	})
	up := time.NewTicker(50 * time.Millisecond)
	defer up.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if out, err := s.command("lpstat", "-r").Output(); err == nil && strings.Contains(string(out), "is running") {
			return
		}
		select {
		case err := <-ended:
			ended <- err
			if strings.Contains(said.String(), "unshare") || strings.Contains(said.String(), "mount") {
				s.t.Skipf("no mount may be made here: printing on a queue is not checked: %s", said.String())
			}
			s.t.Fatalf("cupsd ended: %v: %s", err, said.String())
		case <-up.C:
		}
	}
	s.t.Fatal("cupsd does not come up")
}

func (s *spooler) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "CUPS_SERVER="+s.socket)
	return cmd
}

// admin runs one of the operator's programs.
func (s *spooler) admin(name string, args ...string) {
	s.t.Helper()
	if out, err := s.command(name, args...).CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v: %s", name, err, out)
	}
}

func (s *spooler) printer(cfg CUPSConfig) *CUPSPrinter {
	s.t.Helper()
	cfg.Server = s.socket
	p, err := NewCUPSPrinter(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// in returns the files in a folder of the spooler's.
func (s *spooler) in(folder string) []string {
	s.t.Helper()
	var names []string
	err := filepath.WalkDir(filepath.Join(s.folder, folder), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

// spooled waits, not for long, until the spool holds no file: cupsd removes a
// purged job's when it gets to it.
func (s *spooler) spooled() []string {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(10 * time.Second); ; <-look.C {
		left := s.in("spool")
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
	}
}

// Guards the receipt on an office printer, through the real CUPS: the folio is on
// the paper, and nothing of it stays on the disk.
func TestAReceiptComesOutOfAQueue(t *testing.T) {
	pdftotext := tool(t, "pdftotext", "poppler-utils")
	s := startCUPS(t)

	t.Run("printed", func(t *testing.T) {
		p := s.printer(CUPSConfig{Queue: "receipts", Patience: time.Minute})
		p.Check(t.Context())
		if state := p.State(); state.State != kiosk.PrinterReady || state.Name != "cups receipts" {
			t.Fatalf("%+v", state)
		}
		for range 2 {
			if err := p.Print(t.Context(), samples["es"]); err != nil {
				t.Fatal(err)
			}
		}
		out := s.in("out")
		if len(out) != 2 {
			t.Fatalf("%d papers came out, want 2", len(out))
		}
		if text := run(t, pdftotext, "-enc", "UTF-8", out[0], "-"); !strings.Contains(text, "K7M 4029 1837 W") || !strings.Contains(text, "Ñuñoa") {
			t.Errorf("on the paper stands %q", text)
		}
		for _, path := range append(out, s.in("log")...) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(filepath.Base(path), "K7M") || !strings.HasSuffix(path, ".pdf") && strings.Contains(string(b), "K7M") {
				t.Errorf("%s tells the folio", path)
			}
		}
		if left := s.spooled(); len(left) != 0 {
			t.Errorf("the spool holds %v", left)
		}
	})

	t.Run("stopped", func(t *testing.T) {
		s.admin("cupsdisable", "-r", "fuera de servicio", "receipts")
		p := s.printer(CUPSConfig{Queue: "receipts"})
		var trouble *Trouble
		if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterFault || trouble.Perhaps {
			t.Errorf("%v", err)
		}
		if state := p.State(); state.State != kiosk.PrinterFault || !strings.Contains(state.Words, "fuera de servicio") {
			t.Errorf("%+v", state)
		}
		if left := s.spooled(); len(left) != 0 {
			t.Errorf("the spool holds %v", left)
		}
		s.admin("cupsenable", "receipts")
		p.Check(t.Context())
		if state := p.State(); state.State != kiosk.PrinterReady {
			t.Errorf("enabled again: %+v", state)
		}
	})

	t.Run("taking no jobs", func(t *testing.T) {
		s.admin("cupsreject", "receipts")
		defer s.admin("cupsaccept", "receipts")
		var trouble *Trouble
		if err := s.printer(CUPSConfig{Queue: "receipts"}).Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterFault || !strings.Contains(err.Error(), "cupsaccept") {
			t.Errorf("%v", err)
		}
	})

	t.Run("no such queue", func(t *testing.T) {
		p := s.printer(CUPSConfig{Queue: "nowhere"})
		var trouble *Trouble
		if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterGone || trouble.Perhaps {
			t.Errorf("%v", err)
		}
		p.Check(t.Context())
		if state := p.State(); state.State != kiosk.PrinterGone || !strings.Contains(state.Words, "nowhere") {
			t.Errorf("%+v", state)
		}
	})

	// A printer on the network that is off: CUPS tries for ever, the kiosk does not.
	t.Run("a printer that is off", func(t *testing.T) {
		s.admin("lpadmin", "-p", "far", "-E", "-v", "socket://127.0.0.1:9/", "-P", cupsPDFDescription)
		p := s.printer(CUPSConfig{Queue: "far", Patience: 3 * time.Second})
		began := time.Now()
		var trouble *Trouble
		if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || !trouble.Perhaps {
			t.Errorf("%v", err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		// The kiosk asks every half minute. What CUPS took up only after lp was cut off
		// goes then.
		p.Check(t.Context())
		if left := s.spooled(); len(left) != 0 {
			t.Errorf("the spool holds %v: it would come out when its owner has left", left)
		}
	})

	// Guards whoever comes next: a receipt that a power cut left in the spool is not
	// printed when the printer comes back; and everybody else, whose jobs are theirs.
	// A kiosk is no administrator of CUPS, and may not purge: the policy is strict.
	for _, policy := range []string{"default", "strict"} {
		t.Run("left by a power cut, "+policy, func(t *testing.T) {
			s.admin("lpadmin", "-p", policy, "-E", "-v", "cups-pdf:/", "-P", cupsPDFDescription, "-o", "printer-op-policy="+policy)
			s.admin("cupsdisable", policy)
			pdf := write(t, samples["es"])
			s.admin("lp", "-U", "somebody", "-d", policy, pdf)
			s.admin("lp", "-d", policy, pdf)
			s.printer(CUPSConfig{Queue: policy}).Check(t.Context())
			out, err := s.command("lpstat", "-o", policy).Output()
			if err != nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "somebody") {
				t.Errorf("in the queue: %q, %v", out, err)
			}
		})
	}
}

func TestCUPSThatIsNotRunningIsOff(t *testing.T) {
	tool(t, "lpstat", "cups-client")
	p, err := NewCUPSPrinter(CUPSConfig{Queue: "receipts", Server: filepath.Join(t.TempDir(), "cups.sock")})
	if err != nil {
		t.Fatal(err)
	}
	var trouble *Trouble
	if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterOff || trouble.Perhaps {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Print(ctx, samples["es"]); err == nil {
		t.Error("printed for nobody")
	}
}

func TestWithoutTheProgramsOfCUPSThePrinterIsGone(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	p, err := NewCUPSPrinter(CUPSConfig{Queue: "receipts"})
	if err != nil {
		t.Fatal(err)
	}
	var trouble *Trouble
	if err := p.Print(t.Context(), samples["es"]); !errors.As(err, &trouble) || trouble.State != kiosk.PrinterGone || !strings.Contains(err.Error(), "cups-client") {
		t.Errorf("%v", err)
	}
}

// Guards the desk's words: what CUPS says of a printer, as a state.
func TestAQueueIsRead(t *testing.T) {
	const idle, stopped = "printer r is idle.  enabled since Tue\n", "printer r disabled since Tue -\n\tUnplugged\n"
	for _, c := range []struct {
		out   string
		state kiosk.PrinterState
		words string
	}{
		{idle + "\tForm mounted:\n\tAlerts: none\n", "", ""},
		{idle + "\tAlerts: toner-low-warning\n", "", "toner-low-warning"},
		{idle + "\tAlerts: connecting-to-device\n", "", "connecting-to-device"},
		{idle + "\tAlerts: media-empty-error\n", kiosk.PrinterNoPaper, "media-empty"},
		{idle + "\tAlerts: media-empty, media-needed\n", kiosk.PrinterNoPaper, "media-empty"},
		{idle + "\tAlerts: offline-report media-empty\n", kiosk.PrinterNoPaper, "media-empty"},
		{idle + "\tAlerts: offline-report\n", kiosk.PrinterOff, "offline"},
		{idle + "\tAlerts: cover-open-error\n", kiosk.PrinterFault, "cover-open"},
		{stopped + "\tForm mounted:\n\tAlerts: paused\n", kiosk.PrinterFault, "Unplugged"},
		{stopped + "\tForm mounted:\n\tAlerts: paused media-needed-error\n", kiosk.PrinterNoPaper, "Unplugged"},
		{"", "", ""},
	} {
		words, trouble := readQueue(c.out)
		switch {
		case c.state == "" && (trouble != nil || words != c.words):
			t.Errorf("%q: %q, %v", c.out, words, trouble)
		case c.state != "" && (trouble == nil || trouble.State != c.state || !strings.Contains(trouble.Error(), c.words)):
			t.Errorf("%q: %v", c.out, trouble)
		}
	}
}

func TestAListOfJobsIsRead(t *testing.T) {
	const list = "receipts-1   root   4096   Tue\n\tStatus: \n\tAlerts: job-completed\nreceipts-12   root   4096   Tue\n\tAlerts: aborted-by-system\n\tqueued for receipts\n"
	if !listed(list, "receipts-1") || !listed(list, "receipts-12") || listed(list, "receipts-2") || listed("", "receipts-1") {
		t.Error("a job is found that is not listed, or not found that is")
	}
	for id, want := range map[string]string{"receipts-1": "job-completed", "receipts-12": "aborted-by-system", "receipts-2": ""} {
		if got := alertsOf(list, id); got != want {
			t.Errorf("%s: %q", id, got)
		}
	}
}

// Guards the command line: a setting cannot become an option of lp.
func TestAQueueThatIsNoneIsNamed(t *testing.T) {
	for _, c := range []struct {
		cfg   CUPSConfig
		field string
	}{
		{CUPSConfig{Queue: "receipts", Options: []string{"media=Custom.80x200mm", "fit-to-page", "sides=one-sided"}}, ""},
		{CUPSConfig{}, "queue:"},
		{CUPSConfig{Queue: "-h"}, "queue:"},
		{CUPSConfig{Queue: "a b"}, "queue:"},
		{CUPSConfig{Queue: "r", Options: []string{"-h evil"}}, "options:"},
		{CUPSConfig{Queue: "r", Options: []string{"media=A4 raw"}}, "options:"},
	} {
		_, err := NewCUPSPrinter(c.cfg)
		if (c.field == "") != (err == nil) || err != nil && !strings.HasPrefix(err.Error(), c.field) {
			t.Errorf("%+v: %v", c.cfg, err)
		}
	}
}
