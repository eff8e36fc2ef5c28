package speechtest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The programs that are played.
const (
	Synthesiser = "espeak-ng"
	Player      = "aplay"
)

// The manners of a program; see [Stage.Behave].
const (
	Well     = "well"    // as it should
	Hangs    = "hangs"   // takes nothing, gives nothing, and stays
	Crashes  = "crashes" // ends with an error before it has done anything
	Breaks   = "breaks"  // ends with an error halfway
	Stalls   = "stalls"  // stays, halfway
	Rubbish  = "rubbish" // of a synthesiser: what it writes is no sound
	Mute     = "mute"    // of a synthesiser: it writes nothing and is content
	Endless  = "endless" // of a synthesiser: it never comes to an end
	stageVar = "CHASQUI_SPEECHTEST"
)

// Rate is that of the synthesiser's sound, in samples a second.
const Rate = 22050

// Act plays a program when the test binary was started as one, and does not return
// then.
func Act() {
	name := filepath.Base(os.Args[0])
	dir := os.Getenv(stageVar)
	if dir == "" || name != Synthesiser && name != Player {
		return
	}
	manner, _ := os.ReadFile(filepath.Join(dir, "manner-"+name)) // #nosec G304 -- a test's own folder
	a := act{dir: dir, name: name, manner: string(manner)}
	var err error
	if name == Synthesiser {
		err = a.synthesise()
	} else {
		err = a.play()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0)
}

type act struct{ dir, name, manner string }

// begin opens the record of this process. Its name sorts by when it began.
func (a act) begin() (*os.File, error) {
	path := filepath.Join(a.dir, a.name, fmt.Sprintf("%020d-%d", time.Now().UnixNano(), os.Getpid()))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600) // #nosec G304 -- a test's own folder
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(os.Args[1:])
	if err != nil {
		return nil, err
	}
	_, err = f.Write(append(head, '\n'))
	return f, err
}

// end notes that the process did what it should, to its end.
func (a act) end(record *os.File) error {
	return os.WriteFile(record.Name()+".end", nil, 0o600) // #nosec G703 -- a test's own folder
}

func stay() {
	for {
		time.Sleep(time.Hour)
	}
}

// value returns what follows an option.
func value(args []string, option string) string {
	for i, a := range args {
		if a == option && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// Words are what the synthesiser was told to say.
type Words struct {
	Voice, Text string
	// Speed is in words a minute.
	Speed int
}

func (a act) synthesise() error {
	record, err := a.begin()
	if err != nil {
		return err
	}
	switch a.manner {
	case Hangs:
		stay()
	case Crashes:
		return fmt.Errorf("a played fault")
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	speed, err := strconv.Atoi(value(os.Args, "-s"))
	if err != nil || speed < 80 || speed > 450 {
		return fmt.Errorf("-s %q is no speed", value(os.Args, "-s"))
	}
	all, err := Signal(Words{Voice: value(os.Args, "-v"), Text: string(text), Speed: speed})
	if err != nil {
		return err
	}
	switch a.manner {
	case Rubbish:
		all = bytes.Repeat([]byte("no sound "), 1000)
	case Mute:
		all = nil
	case Breaks, Stalls, Endless:
		if _, err := os.Stdout.Write(all[:len(all)/2&^1]); err != nil {
			return err
		}
		for a.manner == Endless {
			if _, err := os.Stdout.Write(all[len(all)/2&^1:]); err != nil {
				return err
			}
		}
		if a.manner == Stalls {
			stay()
		}
		return fmt.Errorf("a played fault halfway")
	}
	if _, err := os.Stdout.Write(all); err != nil {
		return err
	}
	return a.end(record)
}

const (
	// loud is the signal's height, against 32,768.
	loud = 20000
	// bitLength is how many samples carry one bit.
	bitLength = 8
)

// Signal is the sound of words as the synthesiser writes it, a WAV file: first the
// words as a signal, a bit after the other, high for one and low for zero; then a
// tone, until it has taken 50 ms a letter at 165 words a minute.
func Signal(w Words) ([]byte, error) {
	message, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	message = append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...) // #nosec G115 -- a few words
	var sound []byte
	sample := func(high bool) {
		v := int16(loud)
		if !high {
			v = -loud
		}
		sound = binary.LittleEndian.AppendUint16(sound, uint16(v))
	}
	for _, b := range message {
		for bit := range 8 {
			for range bitLength {
				sample(b&(0x80>>bit) != 0)
			}
		}
	}
	for i := len(sound) / 2; i < len(w.Text)*Rate*165/20/w.Speed; i++ {
		sample(i/50%2 == 0)
	}
	// Like espeak-ng, it does not know how long it will be when it begins.
	const unknown = 0x7ffff000
	head := []byte("RIFF\x24\xf0\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	head = binary.LittleEndian.AppendUint32(head, Rate)
	head = binary.LittleEndian.AppendUint32(head, Rate*2)
	head = append(head, "\x02\x00\x10\x00data"...)
	return append(binary.LittleEndian.AppendUint32(head, unknown), sound...), nil
}

// play plays: it takes samples at the pace at which they would be heard, and keeps
// them. What it has taken is what was heard.
func (a act) play() error {
	record, err := a.begin()
	if err != nil {
		return err
	}
	manner, pace, err := a.pace()
	if err != nil {
		return err
	}
	rate, err := strconv.Atoi(value(os.Args, "-r"))
	if err != nil {
		return err
	}
	switch manner {
	case Hangs:
		stay()
	case Crashes:
		return fmt.Errorf("a played fault")
	}
	most := make([]byte, rate/5*2)
	for due := time.Now(); ; {
		b := most
		if pace > 0 {
			b = most[:rate/100*2] // a device takes a little at a time
		}
		n, err := io.ReadFull(os.Stdin, b)
		if _, err := record.Write(b[:n]); err != nil {
			return err
		}
		var wrong error
		if _, pace, wrong = a.pace(); wrong != nil {
			return wrong
		}
		if pace > 0 {
			step := time.Duration(float64(n/2) / float64(rate) / pace * float64(time.Second))
			if due = due.Add(step); time.Since(due) > step { // it was held, or nobody had time for it
				due = time.Now()
			}
			time.Sleep(time.Until(due))
		}
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return a.end(record)
		case err != nil:
			return err
		case manner == Breaks:
			return fmt.Errorf("a played fault halfway")
		case manner == Stalls:
			stay()
		}
	}
}

// pace returns the manner and the pace at this moment.
func (a act) pace() (manner string, pace float64, err error) {
	b, _ := os.ReadFile(filepath.Join(a.dir, "manner-"+a.name)) // #nosec G304 -- a test's own folder
	manner, text, ok := strings.Cut(string(b), " ")
	if ok {
		pace, err = strconv.ParseFloat(text, 64)
	}
	return manner, pace, err
}
