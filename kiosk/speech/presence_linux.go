package speech

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	switches    = 0x10                                    // SW_MAX and one
	switchBytes = switches/8 + 1                          // what is asked for
	askSwitches = 2<<30 | switchBytes<<16 | 'E'<<8 | 0x1b // EVIOCGSW(switchBytes)
	headphone   = 0x02                                    // SW_HEADPHONE_INSERT
)

// inserted asks an input device whether something is plugged into the socket of its
// headphones. A device that is not there, or may not be read, has none.
func inserted(path string) bool {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	var bits [switchBytes]byte
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), askSwitches, uintptr(unsafe.Pointer(&bits[0]))) // #nosec G103 -- as long as the request's number says
	return errno == 0 && plugged(bits)
}

// plugged reads the answer: a bit a switch.
func plugged(bits [switchBytes]byte) bool { return bits[headphone/8]&(1<<(headphone%8)) != 0 }
