package speech

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"strconv"
	"time"

	"chasqui/kiosk"
)

// The player's device buffer, in microseconds. It is what may still be heard when
// the player has been killed, where the sound goes through a mixer; and it must
// outlast the moments in which a busy box does not come to the player.
const (
	bufferTime = "60000"
	periodTime = "15000"
)

// gain is what a volume multiplies samples with. The highest leaves them as they
// are, so that nothing is ever clipped; the default is 12 dB below.
func gain(volume int) float64 {
	volume = max(kiosk.LowestVolume, min(kiosk.HighestVolume, volume))
	return math.Pow(10, float64((volume-kiosk.HighestVolume)*kiosk.VolumeStepDB)/20)
}

// amplify multiplies samples in place.
func amplify(samples []byte, by float64) {
	for i := 0; i+1 < len(samples); i += 2 {
		v := float64(int16(binary.LittleEndian.Uint16(samples[i:]))) * by
		v = math.Max(math.MinInt16, math.Min(math.MaxInt16, math.Round(v)))
		binary.LittleEndian.PutUint16(samples[i:], uint16(int16(v)))
	}
}

// play plays a sound from its first samples to its end.
func (r *run) play(s *sound) error {
	var first []byte
	select {
	case first = <-s.samples:
	case <-r.ctx.Done():
	}
	r.gate()
	// It is looked at the last moment who would hear this.
	headset := r.s.presence.look()
	if len(first) == 0 || r.ctx.Err() != nil || s.private && !headset && !r.w.voice.Aloud || r.s.player.rests(r.s.cfg.Now()) {
		return errEnded
	}
	path, err := r.s.player.path()
	if err != nil {
		return err
	}
	args := []string{"-q", "-t", "raw", "-f", "S16_LE", "-r", strconv.Itoa(s.rate), "-c", "1", "--buffer-time=" + bufferTime, "--period-time=" + periodTime}
	device := r.s.cfg.Device
	if headset {
		device = r.s.cfg.Headset.device(device)
	}
	if device != "" {
		args = append(args, "-D", device)
	}
	in, out, err := os.Pipe()
	if err != nil {
		return err
	}
	c, err := r.start(path, args, in, nil)
	_ = in.Close()
	if err != nil {
		_ = out.Close()
		return err
	}
	r.played(c)
	defer r.played(nil)
	if err := r.feed(out, first, s); err != nil {
		_ = out.Close()
		return r.broken(c, err)
	}
	if err := out.Close(); err != nil {
		return r.broken(c, err)
	}
	if err := r.finish(c, pipe+r.s.player.patience); err != nil {
		return err
	}
	r.report(r.s.player, nil) // only now is it known to have been heard
	return nil
}

// played notes which player a pause must hold.
func (r *run) played(c *child) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.player = c; c != nil && r.goOn != nil {
		c.hold(true)
	}
}

// feed gives a sound to the player as fast as that takes it.
func (r *run) feed(out *os.File, first []byte, s *sound) error {
	by := gain(r.w.voice.Volume)
	for b := first; b != nil; {
		amplify(b, by)
		if err := r.write(out, b); err != nil {
			return err
		}
		select {
		case b = <-s.samples: // nil when it has ended
		case <-r.ctx.Done():
			return errEnded
		}
	}
	return nil
}

func (r *run) write(out *os.File, b []byte) error {
	patience := r.s.player.patience
	for len(b) > 0 {
		if err := out.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		n, err := out.Write(b)
		b = b[n:]
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return err
		case n == 0 && !r.held(patience):
			return &hung{patience}
		}
	}
	return nil
}

// broken ends a player that takes no more, and says why in its own words if it has
// any.
func (r *run) broken(c *child, err error) error {
	if r.ctx.Err() != nil {
		return errEnded
	}
	if words := lastWords(c, err); words != "" {
		return errors.New(words)
	}
	return err
}
