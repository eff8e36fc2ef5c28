package receipt

import (
	"errors"
	"strings"
	"time"

	"chasqui/kiosk"
)

// The four questions of DLE EOT, which a printer answers at once, whatever it is
// doing, with one byte each.
const (
	askPrinter = 1
	askOffline = 2
	askError   = 3
	askPaper   = 4
)

// realTime reports whether a byte is an answer to DLE EOT: four of its bits are
// always the same.
func realTime(b byte) bool { return b&0x93 == 0x12 }

// processed reports whether a byte is an answer to GS r: two bits are zero that
// are not both zero in an answer to DLE EOT.
func processed(b byte) bool { return b&0x90 == 0 }

// answers are the bytes answered to the four questions; zero for no answer.
type answers [5]byte

// trouble reads the answers. It returns nil when a receipt can be printed.
func (a answers) trouble() *Trouble {
	is := func(question int, bits byte) bool { return a[question]&bits != 0 }
	switch {
	case is(askPaper, 0x60) || is(askOffline, 0x20):
		return &Trouble{State: kiosk.PrinterNoPaper, Err: errors.New("the printer says that it is out of paper")}
	case is(askOffline, 0x04):
		return &Trouble{State: kiosk.PrinterFault, Err: errors.New("the printer says that its cover is open")}
	case is(askError, 0x08):
		return &Trouble{State: kiosk.PrinterFault, Err: errors.New("the printer says that its cutter is stuck")}
	case is(askError, 0x20):
		return &Trouble{State: kiosk.PrinterFault, Err: errors.New("the printer says that it has an error it cannot recover from")}
	case is(askError, 0x44) || is(askOffline, 0x40):
		return &Trouble{State: kiosk.PrinterFault, Err: errors.New("the printer says that it has an error")}
	case is(askPrinter, 0x08):
		return &Trouble{State: kiosk.PrinterFault, Err: errors.New("the printer says that it is offline; somebody may be feeding paper")}
	}
	return nil
}

// words are what the answers say of a printer that prints.
func (a answers) words() string {
	if a[askPaper]&0x0c != 0 {
		return "the printer says that its paper is near the end"
	}
	return ""
}

// errSilent says that the printer did not answer a question.
var errSilent = errors.New("the printer does not answer")

// askAll puts the four questions, each for a while. A printer that does not answer
// the first is not asked the others, and the error is errSilent. done says that an
// answer to GS r came in between.
func askAll(l link, each time.Duration) (a answers, done bool, err error) {
	for question := byte(askPrinter); question <= askPaper; question++ {
		until := time.Now().Add(each)
		if _, err := l.write([]byte{0x10, 0x04, question}, until); err != nil {
			return a, done, err
		}
		b, other, err := hear(l, realTime, until)
		done = done || other
		switch {
		case errors.Is(err, errSilent) && question > askPrinter:
			continue // it knows this question not
		case err != nil:
			return a, done, err
		}
		a[question] = b
	}
	return a, done, nil
}

// hear waits for a byte that is an answer of one kind and throws away what is
// none. done says that an answer to GS r was among that.
func hear(l link, is func(byte) bool, until time.Time) (answer byte, done bool, err error) {
	for {
		b, err := l.read(until)
		if err != nil {
			return 0, done, err
		}
		if is(b) {
			return b, done, nil
		}
		done = done || processed(b)
	}
}

// describe joins what is known into words for programmers.
func describe(words ...string) string {
	var said []string
	for _, w := range words {
		if w != "" {
			said = append(said, w)
		}
	}
	return strings.Join(said, "; ")
}
