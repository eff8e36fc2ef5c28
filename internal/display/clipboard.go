package display

import (
	"errors"
	"fmt"

	"github.com/jezek/xgb/xproto"
)

// ErrClipboard says that somebody copied or pasted.
var ErrClipboard = errors.New("the clipboard was used")

// HoldClipboards takes all that can be pasted. Whoever copies takes it away, and whoever
// pastes asks for it: [Display.Clipboards] tells of both.
func (d *Display) HoldClipboards() error {
	var held []xproto.Atom
	for _, name := range []string{"PRIMARY", "SECONDARY", "CLIPBOARD"} {
		reply, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply() // #nosec G115 -- a short name
		if err != nil {
			return err
		}
		held = append(held, reply.Atom)
		if err := xproto.SetSelectionOwnerChecked(d.conn, d.own, reply.Atom, xproto.TimeCurrentTime).Check(); err != nil {
			return fmt.Errorf("take %s: %w", name, err)
		}
	}
	d.mu.Lock()
	d.held, d.used = held, nil
	d.mu.Unlock()
	return d.Clipboards()
}

// Clipboards returns an error when somebody has copied, or has asked for what could be
// pasted, since the clipboards were taken.
func (d *Display) Clipboards() error {
	if err := d.Settle(); err != nil {
		return err
	}
	d.mu.Lock()
	held, used := d.held, d.used
	d.mu.Unlock()
	if used != nil {
		return used
	}
	for _, atom := range held {
		owner, err := xproto.GetSelectionOwner(d.conn, atom).Reply()
		if err != nil {
			return err
		}
		if owner.Owner != d.own {
			return fmt.Errorf("%w: something was copied", ErrClipboard)
		}
	}
	return nil
}
