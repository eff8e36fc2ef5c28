package receipt

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// openFlags keep a serial line from becoming the program's terminal.
const openFlags = unix.O_NOCTTY

// makeRaw has a serial line pass every byte as it is: a terminal's habits, like a
// carriage return before every line feed, would spoil a picture. What is no
// terminal is left alone. The speed is the operator's (stty).
func makeRaw(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	err = raw.Control(func(fd uintptr) {
		t, err := unix.IoctlGetTermios(int(fd), unix.TCGETS) // #nosec G115 -- a file descriptor
		if err != nil {
			return // no terminal
		}
		t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
		t.Oflag &^= unix.OPOST
		t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8 | unix.CLOCAL
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
		inner = unix.IoctlSetTermios(int(fd), unix.TCSETS, t) // #nosec G115 -- a file descriptor
	})
	return errors.Join(err, inner)
}
