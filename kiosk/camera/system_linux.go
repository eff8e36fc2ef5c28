//go:build linux && (amd64 || arm64)

package camera

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// system is V4L2 as the kernel has it.
type system struct{}

// nodes lists /dev/video*, by number.
func (system) nodes() []node {
	paths, err := filepath.Glob("/dev/video[0-9]*")
	if err != nil {
		return nil
	}
	slices.SortFunc(paths, func(a, b string) int { return number(a) - number(b) })
	var out []node
	for _, path := range paths {
		var s unix.Stat_t
		if err := unix.Stat(path, &s); err == nil && s.Mode&unix.S_IFMT == unix.S_IFCHR {
			out = append(out, node{path: path, born: fmt.Sprint(s.Dev, s.Ino, s.Rdev, s.Ctim)})
		}
	}
	return out
}

func number(path string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(path, "/dev/video"))
	if err != nil {
		return 1 << 20
	}
	return n
}

func (system) open(path string) (handle, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
		return descriptor(fd), nil
	}
}

// descriptor is an open device.
type descriptor int

func (d descriptor) ioctl(request uint32, argument []byte) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(d), uintptr(request), uintptr(unsafe.Pointer(&argument[0]))) // #nosec G103 -- the argument is as long as the request's number says
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
			continue
		}
		return errno
	}
}

func (d descriptor) mmap(offset int64, length int) ([]byte, error) {
	return unix.Mmap(int(d), offset, length, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
}

func (descriptor) munmap(memory []byte) error { return unix.Munmap(memory) }

func (d descriptor) poll(wait time.Duration) error {
	_, err := unix.Poll([]unix.PollFd{{Fd: int32(d), Events: unix.POLLIN}}, int(wait.Milliseconds())) // #nosec G115 -- a file descriptor
	if errors.Is(err, unix.EINTR) {
		return nil // there may be a frame; the next question tells
	}
	return err
}

func (d descriptor) close() error { return unix.Close(int(d)) }
