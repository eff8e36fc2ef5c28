package speechtest

import (
	"errors"
	"fmt"
	"os/exec"
	"time"

	"chasqui/kiosk"
)

// Stopped is what came of one call of Stop.
type Stopped struct {
	// Took is the time from the call until the player was gone; what its device still
	// held may have been heard a little longer, see the speaker's buffer.
	Took time.Duration
	// After is how much the player took of the sound after Stop had returned.
	After time.Duration
}

// MeasureStop says an utterance n times, stops it each time as soon as it is heard,
// and tells what came of it. The utterance must last some seconds; the stage's
// player plays it as one would hear it.
func MeasureStop(s kiosk.Speaker, stage *Stage, u kiosk.Utterance, n int) ([]Stopped, error) {
	stage.Pace(1)
	var out []Stopped
	for len(out) < n {
		stage.Clear()
		s.Say(kiosk.Voice{On: true}, u)
		var sound Sound
		if err := await("the words were not heard", 2*time.Millisecond, func() bool {
			heard := stage.Heard()
			if len(heard) > 0 {
				sound = heard[0]
			}
			return len(sound.Samples) > 0
		}); err != nil {
			return nil, err
		}
		called := time.Now()
		s.Stop()
		returned := stage.Heard()[0]
		if err := await("the player was still there", 200*time.Microsecond, func() bool { return !living(sound.PID) }); err != nil {
			return nil, err
		}
		took := time.Since(called)
		last := stage.Heard()[0]
		if last.Ended {
			return nil, errors.New("the utterance is too short: it ended before it was stopped")
		}
		out = append(out, Stopped{Took: took, After: last.Duration() - returned.Duration()})
		if err := await("a child was left", 2*time.Millisecond, func() bool { return len(Children()) == 0 }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// MeasureKill starts a child that sleeps, n times, and tells how long each takes from
// its kill until it is gone, looked at as MeasureStop looks at a player: the least that
// ending a voice can take.
func MeasureKill(n int) ([]time.Duration, error) {
	var out []time.Duration
	for range n {
		child := exec.Command("sleep", "60")
		if err := child.Start(); err != nil {
			return nil, err
		}
		pid := child.Process.Pid
		err := await("the child did not sleep", 200*time.Microsecond, func() bool {
			p, _, ok := process(pid)
			return ok && p.Name == "sleep" && p.State == "S"
		})
		called := time.Now()
		err = errors.Join(err, child.Process.Kill())
		err = errors.Join(err, await("the child was still there", 200*time.Microsecond, func() bool { return !living(pid) }))
		out = append(out, time.Since(called))
		_ = child.Wait() // it was killed
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func await(fault string, look time.Duration, condition func() bool) error {
	for end := time.Now().Add(patience); !condition(); {
		if time.Now().After(end) {
			return fmt.Errorf("after %v %s; the children are %v", patience, fault, Children())
		}
		time.Sleep(look)
	}
	return nil
}

// patience is how long a condition is waited for: far longer than it ever takes.
const patience = 30 * time.Second
