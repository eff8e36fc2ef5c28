package camera

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"
)

// kernel is the system's way to its cameras.
type kernel interface {
	// nodes lists the devices that may be cameras, in their order.
	nodes() []node
	open(path string) (handle, error)
}

// node is a device file. born differs when another device has taken its name.
type node struct {
	path string
	born string
}

// handle is an open device.
type handle interface {
	// ioctl puts a question of V4L2 in the form of linux/videodev2.h.
	ioctl(request uint32, argument []byte) error
	mmap(offset int64, length int) ([]byte, error)
	munmap(memory []byte) error
	// poll waits until there is a frame or an error to fetch, or for a while.
	poll(wait time.Duration) error
	close() error
}

// The questions of V4L2 on a machine of 64 bits. The size of the argument is in
// the number: its 14 bits from the 16th.
const (
	queryCapability = 0x80685600
	enumFormat      = 0xc0405602
	setFormat       = 0xc0d05605
	requestBuffers  = 0xc0145608
	queryBuffer     = 0xc0585609
	queueBuffer     = 0xc058560f
	dequeueBuffer   = 0xc0585611
	streamOn        = 0x40045612
	streamOff       = 0x40045613
)

// Where what stands in the arguments.
const (
	capabilityAll    = 84 // v4l2_capability.capabilities
	capabilityDevice = 88 // .device_caps

	fmtdescType   = 4  // v4l2_fmtdesc.type
	fmtdescFormat = 44 // .pixelformat

	formatType   = 0  // v4l2_format.type
	formatWidth  = 8  // .fmt.pix.width, and so on
	formatHeight = 12 //
	formatPixel  = 16
	formatField  = 20
	formatStride = 24

	buffersCount  = 0 // v4l2_requestbuffers.count
	buffersType   = 4
	buffersMemory = 8

	bufferIndex  = 0 // v4l2_buffer.index
	bufferType   = 4
	bufferUsed   = 8
	bufferFlags  = 12
	bufferMemory = 60
	bufferOffset = 64
	bufferLength = 72
)

// Values of V4L2.
const (
	videoCapture   = 1          // V4L2_BUF_TYPE_VIDEO_CAPTURE
	memoryMapped   = 1          // V4L2_MEMORY_MMAP
	fieldNone      = 1          // V4L2_FIELD_NONE
	canCapture     = 0x00000001 // V4L2_CAP_VIDEO_CAPTURE
	canStream      = 0x04000000 // V4L2_CAP_STREAMING
	hasDeviceCaps  = 0x80000000 // V4L2_CAP_DEVICE_CAPS
	frameSpoilt    = 0x00000040 // V4L2_BUF_FLAG_ERROR
	wantBuffers    = 4
	mostFormats    = 64
	mostFrameBytes = 64 << 20
)

// pixels is how a frame's bytes are to be read.
type pixels uint32

// The formats that are read, in the order in which they are asked for: over USB 2
// only the packed ones leave room for 1280×720 at a steady pace.
const (
	pixelsMJPEG pixels = 'M' | 'J'<<8 | 'P'<<16 | 'G'<<24
	pixelsJPEG  pixels = 'J' | 'P'<<8 | 'E'<<16 | 'G'<<24
	pixelsYUYV  pixels = 'Y' | 'U'<<8 | 'Y'<<16 | 'V'<<24
)

var readable = []pixels{pixelsMJPEG, pixelsJPEG, pixelsYUYV}

// layout is what a camera was brought to.
type layout struct {
	pixels        pixels
	width, height int
	stride        int // bytes a line, of a format that has lines
}

var (
	errNothingYet = errors.New("no frame yet")
	errBroken     = errors.New("a broken frame")
)

// argument is the argument of a question, filled at offsets.
type argument []byte

func newArgument(request uint32) argument      { return make(argument, request>>16&0x3fff) }
func (a argument) put(at int, value uint32)    { binary.NativeEndian.PutUint32(a[at:], value) }
func (a argument) get(at int) uint32           { return binary.NativeEndian.Uint32(a[at:]) }
func ask(h handle, r uint32, a argument) error { return h.ioctl(r, a) }

// capture reports whether a device takes pictures. One camera often has two
// devices, of which the second only tells about the first's pictures.
func capture(h handle) bool {
	a := newArgument(queryCapability)
	if ask(h, queryCapability, a) != nil {
		return false
	}
	can := a.get(capabilityAll)
	if can&hasDeviceCaps != 0 {
		can = a.get(capabilityDevice)
	}
	return can&canCapture != 0 && can&canStream != 0
}

// stream is a camera that runs.
type stream struct {
	handle  handle
	layout  layout
	buffers [][]byte
}

// start brings a camera to a layout and starts it.
func start(h handle) (*stream, error) {
	if !capture(h) {
		return nil, errors.New("the device takes no pictures")
	}
	l, err := negotiate(h)
	if err != nil {
		return nil, err
	}
	s := &stream{handle: h, layout: l}
	if err := s.mapBuffers(); err != nil {
		return nil, errors.Join(err, s.unmap())
	}
	on := newArgument(streamOn)
	on.put(0, videoCapture)
	if err := ask(h, streamOn, on); err != nil {
		return nil, errors.Join(fmt.Errorf("start the camera: %w", err), s.unmap())
	}
	return s, nil
}

// negotiate asks for the best format that can be read. The camera answers with
// the nearest size that it has.
func negotiate(h handle) (layout, error) {
	var offered []pixels
	for i := range uint32(mostFormats) {
		a := newArgument(enumFormat)
		a.put(0, i)
		a.put(fmtdescType, videoCapture)
		if ask(h, enumFormat, a) != nil {
			break
		}
		offered = append(offered, pixels(a.get(fmtdescFormat)))
	}
	last := error(nil)
	for _, p := range readable {
		if !slices.Contains(offered, p) {
			continue
		}
		l, err := bring(h, p)
		if err == nil {
			return l, nil
		}
		last = err
	}
	if last != nil {
		return layout{}, last
	}
	return layout{}, fmt.Errorf("the camera offers neither MJPEG nor YUYV, but %q", offered)
}

// bring asks for one format.
func bring(h handle, p pixels) (layout, error) {
	a := newArgument(setFormat)
	a.put(formatType, videoCapture)
	a.put(formatWidth, wantWidth)
	a.put(formatHeight, wantHeight)
	a.put(formatPixel, uint32(p))
	a.put(formatField, fieldNone)
	if err := ask(h, setFormat, a); err != nil {
		return layout{}, fmt.Errorf("set the format %s: %w", p, err)
	}
	l := layout{
		pixels: pixels(a.get(formatPixel)), width: int(a.get(formatWidth)), height: int(a.get(formatHeight)), stride: int(a.get(formatStride)),
	}
	if !slices.Contains(readable, l.pixels) {
		return layout{}, fmt.Errorf("the camera was asked for %s and gives %s", p, l.pixels)
	}
	if err := l.check(); err != nil {
		return layout{}, fmt.Errorf("the camera gives a strange format: %w", err)
	}
	return l, nil
}

// String returns the four letters of a format.
func (p pixels) String() string {
	return string([]byte{byte(p), byte(p >> 8), byte(p >> 16), byte(p >> 24)}) // #nosec G115 -- one byte each
}

// mapBuffers has the camera's buffers mapped into memory and hands them to it.
func (s *stream) mapBuffers() error {
	a := newArgument(requestBuffers)
	a.put(buffersCount, wantBuffers)
	a.put(buffersType, videoCapture)
	a.put(buffersMemory, memoryMapped)
	if err := ask(s.handle, requestBuffers, a); err != nil {
		return fmt.Errorf("ask for buffers: %w", err)
	}
	count := a.get(buffersCount)
	if count == 0 || count > 64 {
		return fmt.Errorf("the camera has %d buffers", count)
	}
	for i := range count {
		b := buffer(queryBuffer, i)
		if err := ask(s.handle, queryBuffer, b); err != nil {
			return fmt.Errorf("ask for buffer %d: %w", i, err)
		}
		length := b.get(bufferLength)
		if length == 0 || length > mostFrameBytes {
			return fmt.Errorf("buffer %d is %d bytes long", i, length)
		}
		memory, err := s.handle.mmap(int64(b.get(bufferOffset)), int(length))
		if err != nil {
			return fmt.Errorf("map buffer %d: %w", i, err)
		}
		s.buffers = append(s.buffers, memory)
		if err := ask(s.handle, queueBuffer, buffer(queueBuffer, i)); err != nil {
			return fmt.Errorf("hand over buffer %d: %w", i, err)
		}
	}
	return nil
}

func buffer(request, index uint32) argument {
	a := newArgument(request)
	a.put(bufferIndex, index)
	a.put(bufferType, videoCapture)
	a.put(bufferMemory, memoryMapped)
	return a
}

// next hands the newest frame to use, which must copy what it keeps: older ones
// that nobody fetched are left out. errNothingYet says that none came for a while.
func (s *stream) next(wait time.Duration, use func(frame []byte) error) error {
	if err := s.handle.poll(wait); err != nil {
		return fmt.Errorf("wait for a frame: %w", err)
	}
	newest, err := s.take()
	if err != nil {
		return err
	}
	for range s.buffers {
		newer, err := s.take()
		if errors.Is(err, errNothingYet) {
			break
		}
		if err != nil {
			return err
		}
		if err := s.give(newest); err != nil {
			return err
		}
		newest = newer
	}
	used := errBroken
	if newest.get(bufferFlags)&frameSpoilt == 0 {
		memory := s.buffers[newest.get(bufferIndex)]
		used = use(memory[:min(int(newest.get(bufferUsed)), len(memory))])
	}
	if err := s.give(newest); err != nil {
		return err
	}
	return used
}

// take takes a full buffer from the camera.
func (s *stream) take() (argument, error) {
	a := buffer(dequeueBuffer, 0)
	switch err := ask(s.handle, dequeueBuffer, a); {
	case errors.Is(err, syscall.EAGAIN):
		return nil, errNothingYet
	case err != nil:
		return nil, fmt.Errorf("fetch a frame: %w", err)
	}
	if int(a.get(bufferIndex)) >= len(s.buffers) {
		return nil, fmt.Errorf("the camera hands out buffer %d of %d", a.get(bufferIndex), len(s.buffers))
	}
	return a, nil
}

// give hands a buffer back.
func (s *stream) give(a argument) error {
	if err := ask(s.handle, queueBuffer, buffer(queueBuffer, a.get(bufferIndex))); err != nil {
		return fmt.Errorf("hand a buffer back: %w", err)
	}
	return nil
}

// stop stops the camera and closes it. One that is gone is stopped already.
func (s *stream) stop() error {
	off := newArgument(streamOff)
	off.put(0, videoCapture)
	err := ask(s.handle, streamOff, off)
	if errors.Is(err, syscall.ENODEV) {
		err = nil
	}
	return errors.Join(err, s.unmap(), s.handle.close())
}

func (s *stream) unmap() error {
	var err error
	for _, memory := range s.buffers {
		err = errors.Join(err, s.handle.munmap(memory))
	}
	s.buffers = nil
	return err
}
