// Package proc reads what Linux says of processes: memory, time on a processor, and
// who started whom.
package proc

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Memory is what a process keeps, in bytes.
type Memory struct {
	// PSS is the proportional set size: every page, those that are shared divided by
	// how many share them. It can be added up over processes.
	PSS int64
	// Anon is the part of it that no file stands behind.
	Anon int64
}

// ParseRollup reads /proc/PID/smaps_rollup (proc(5)).
func ParseRollup(b []byte) (Memory, error) {
	var m Memory
	seen := map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		name, rest, ok := strings.Cut(lines.Text(), ":")
		if !ok || name != "Pss" && name != "Pss_Anon" {
			continue
		}
		f := strings.Fields(rest)
		if len(f) != 2 || f[1] != "kB" {
			return Memory{}, fmt.Errorf("smaps_rollup: %q is not a number of kB", lines.Text())
		}
		kb, err := strconv.ParseInt(f[0], 10, 64)
		if err != nil || kb < 0 || kb > 1<<50 {
			return Memory{}, fmt.Errorf("smaps_rollup: %q is not a number of kB", lines.Text())
		}
		seen[name] = true
		if name == "Pss" {
			m.PSS = kb << 10
		} else {
			m.Anon = kb << 10
		}
	}
	if err := lines.Err(); err != nil {
		return Memory{}, fmt.Errorf("smaps_rollup: %w", err)
	}
	if !seen["Pss"] {
		return Memory{}, fmt.Errorf("smaps_rollup: it has no line Pss")
	}
	return m, nil
}

// ParseStat reads a process's parent from /proc/PID/stat. A program's name may hold
// spaces and brackets.
func ParseStat(b []byte) (parent int, err error) {
	end := bytes.LastIndexByte(b, ')')
	if end < 0 {
		return 0, fmt.Errorf("stat: %q has no name in brackets", b)
	}
	f := strings.Fields(string(b[end+1:]))
	if len(f) < 2 {
		return 0, fmt.Errorf("stat: %q ends after the name", b)
	}
	parent, err = strconv.Atoi(f[1])
	if err != nil || parent < 0 {
		return 0, fmt.Errorf("stat: %q is no parent's number", f[1])
	}
	return parent, nil
}

// ParseSchedstat reads the time on a processor from /proc/PID/task/TID/schedstat.
func ParseSchedstat(b []byte) (time.Duration, error) {
	f := strings.Fields(string(b))
	if len(f) != 3 {
		return 0, fmt.Errorf("schedstat: %q is not three numbers", b)
	}
	ns, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil || ns < 0 {
		return 0, fmt.Errorf("schedstat: %q is no time", f[0])
	}
	return time.Duration(ns), nil
}

// Tree is a process and all that it and its children have started.
type Tree []int

// TreeOf returns the tree that grows from a process now.
func TreeOf(root int) (Tree, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		b, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat")) // #nosec G304 -- a number below /proc
		if err != nil {
			continue // it ended meanwhile
		}
		parent, err := ParseStat(b)
		if err != nil {
			return nil, err
		}
		children[parent] = append(children[parent], pid)
	}
	tree := Tree{root}
	for i := 0; i < len(tree); i++ {
		tree = append(tree, children[tree[i]]...)
	}
	return tree, nil
}

// Memory adds up what the processes keep. One that has ended keeps nothing.
func (t Tree) Memory() (Memory, error) {
	var sum Memory
	for _, pid := range t {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err != nil {
			continue // it ended meanwhile, or never had memory of its own
		}
		m, err := ParseRollup(b)
		if err != nil {
			return Memory{}, err
		}
		sum.PSS += m.PSS
		sum.Anon += m.Anon
	}
	if sum.PSS == 0 {
		return Memory{}, fmt.Errorf("none of the processes %v is there", t)
	}
	return sum, nil
}

// Busy returns how long each thread of the processes has been on a processor.
func (t Tree) Busy() Busy {
	out := Busy{}
	for _, pid := range t {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
		for _, path := range tasks {
			b, err := os.ReadFile(path) // #nosec G304 -- below /proc
			if err != nil {
				continue
			}
			if d, err := ParseSchedstat(b); err == nil {
				out[path] = d
			}
		}
	}
	return out
}

// Busy is time on a processor by thread.
type Busy map[string]time.Duration

// Since returns the time spent since an earlier look. What a thread did that ended
// in between is lost.
func (b Busy) Since(before Busy) time.Duration {
	var sum time.Duration
	for thread, d := range b {
		sum += d - before[thread]
	}
	return sum
}
