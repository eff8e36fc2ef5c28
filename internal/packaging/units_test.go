// Package packaging holds what scripts/install.sh puts on a machine to the programs
// that will read it there.
package packaging

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// most is how exposed the kiosk's unit may be, in tenths, by the reckoning of
// "systemd-analyze security" (0 is best, 10 worst); the display's must be root.
var most = map[string]int{"chasqui-kiosk.service": 20, "chasqui-x.service": 55}

// needed skips the test where a program is missing.
func needed(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("NOT TESTED: %s is missing; scripts/packages.sh test installs it", p)
		}
	}
}

// machine installs the kiosk below a folder that looks like the root of a Debian
// machine, and returns it. The programs are stand-ins: they are not run.
func machine(t *testing.T) string {
	t.Helper()
	root, bin := t.TempDir(), t.TempDir()
	executable := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{"kiosk", "chasqui"} {
		executable(filepath.Join(bin, p))
	}
	for _, p := range []string{"usr/lib/xorg/Xorg", "bin/sh"} {
		executable(filepath.Join(root, p))
	}
	if out, err := exec.Command("../../scripts/install.sh", bin, root).CombinedOutput(); err != nil {
		t.Fatalf("scripts/install.sh: %v\n%s", err, out)
	}
	// The targets that units hang on are systemd's own.
	system := "usr/lib/systemd/system"
	targets, _ := filepath.Glob("/" + system + "/*.target")
	for _, from := range targets {
		b, err := os.ReadFile(from)
		if err != nil {
			continue // masked
		}
		if err := os.WriteFile(filepath.Join(root, system, filepath.Base(from)), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

// faults returns what systemd has to say against a unit, "" for nothing. It ends well
// over lines that it ignores, so silence is what counts.
func faults(root, unit string) string {
	out, err := exec.Command("systemd-analyze", "verify", "--man=no", "--root="+root, unit).CombinedOutput()
	if err != nil {
		return fmt.Sprintf("%v\n%s", err, out)
	}
	return string(out)
}

// Guards that the units that ship are understood by systemd to the last line, and that
// they confine the kiosk as they say.
func TestTheUnitsAreSound(t *testing.T) {
	needed(t, "systemd-analyze")
	root := machine(t)
	for unit, limit := range most {
		if f := faults(root, unit); f != "" {
			t.Errorf("%s: %s", unit, f)
		}
		out, err := exec.Command("systemd-analyze", "security", "--offline=true", fmt.Sprint("--threshold=", limit), "--root="+root, unit).CombinedOutput()
		if err != nil {
			t.Errorf("%s is exposed by more than %d tenths: %v\n%s", unit, limit, err, out)
		}
	}
}

// The control: a unit with a slip in it, one that depends on what is not there, and
// one without its confinement are found out.
func TestABrokenUnitIsFoundOut(t *testing.T) {
	needed(t, "systemd-analyze")
	for name, change := range map[string][2]string{
		"a word that systemd does not know": {"Restart=always", "Restart=ever"},
		"a setting that does not exist":     {"WatchdogSec=90", "WatchdogSecs=90"},
		"a unit that is not there":          {"Requires=chasqui-x.service", "Requires=chasqui-y.service"},
		"a program that is not there":       {"/usr/bin/kiosk", "/usr/bin/kiosks"},
	} {
		root := machine(t)
		path := filepath.Join(root, "usr/lib/systemd/system/chasqui-kiosk.service")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken := strings.Replace(string(b), change[0], change[1], 1)
		if broken == string(b) {
			t.Fatalf("the unit has no %q", change[0])
		}
		if err := os.WriteFile(path, []byte(broken), 0o644); err != nil {
			t.Fatal(err)
		}
		if faults(root, "chasqui-kiosk.service") == "" {
			t.Errorf("%s was not found", name)
		}
	}
	root := machine(t)
	path := filepath.Join(root, "usr/lib/systemd/system/chasqui-kiosk.service")
	if err := os.WriteFile(path, []byte("[Service]\nExecStart=/usr/bin/kiosk -supervise\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=20", "--root="+root, "chasqui-kiosk.service").Run() == nil {
		t.Error("a unit without any confinement passes")
	}
}

// Guards that the kiosk's user and folder are made as the unit wants them: nobody can
// log in as it, it is in the groups of what it reaches, and only it reads its folder.
func TestTheUserAndItsFolderAreMade(t *testing.T) {
	needed(t, "systemd-sysusers", "systemd-tmpfiles")
	root := machine(t)
	for _, args := range [][]string{{"systemd-sysusers", "--root=" + root}, {"systemd-tmpfiles", "--root=" + root, "--create", "chasqui.conf"}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	users, err := os.ReadFile(filepath.Join(root, "etc/passwd"))
	if err != nil || !strings.Contains(string(users), ":/var/lib/chasqui:/usr/sbin/nologin") {
		t.Errorf("the user is not made as it should: %v\n%s", err, users)
	}
	groups, err := os.ReadFile(filepath.Join(root, "etc/group"))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range []string{"audio", "video", "render", "input", "lp"} {
		found := false
		for line := range strings.Lines(string(groups)) {
			f := strings.Split(strings.TrimSpace(line), ":")
			found = found || f[0] == group && len(f) == 4 && f[3] == "chasqui"
		}
		if !found {
			t.Errorf("the user is not in the group %s:\n%s", group, groups)
		}
	}
	info, err := os.Stat(filepath.Join(root, "var/lib/chasqui"))
	if err != nil || info.Mode().Perm() != fs.FileMode(0o700) {
		t.Errorf("the folder: %v, %v", info, err)
	}
}
