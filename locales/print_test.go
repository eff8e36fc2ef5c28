package locales

import (
	"testing"

	"chasqui/kiosk"
)

// Guards the desk, which is told how the printer is in words and never as a code.
func TestEveryStateOfThePrinterHasItsWords(t *testing.T) {
	states := []kiosk.PrinterState{
		kiosk.PrinterNone, kiosk.PrinterUnknown, kiosk.PrinterReady, kiosk.PrinterNoPaper, kiosk.PrinterOff, kiosk.PrinterGone, kiosk.PrinterFault,
	}
	for _, l := range complete {
		for _, state := range states {
			if !In(l.Tag).Has("printer." + string(state)) {
				t.Errorf("%s has no words for a printer that is %q", l.Tag, state)
			}
		}
	}
}
