package camera

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"chasqui/kiosk/camera/cameratest"
)

// fakeKernel plays V4L2, as strictly as the real one: an argument of the wrong
// length, a buffer handed over twice, a question out of its order is an error.
type fakeKernel struct {
	t  testing.TB
	mu sync.Mutex
	// clock goes on only while somebody waits in vain.
	clock   time.Time
	devices []*fakeDevice
	opened  int
}

// fakeDevice is one device file.
type fakeDevice struct {
	path    string
	born    int
	plugged bool
	denied  bool
	// capabilities as in v4l2_capability; own are device_caps.
	all, own uint32
	formats  []pixels
	// width and height are what it has, whatever it is asked for; pad is what a line
	// has beyond its pixels.
	width, height, pad int
	// burst is how many frames come between two looks; 0 for a camera that is
	// silent.
	burst int
	// frame makes the nth frame; spoilt says whether it is marked as broken.
	frame  func(d *fakeDevice, n int) []byte
	spoilt func(n int) bool
	// unplugAt is the frame at which it is unplugged.
	unplugAt int
	// refuse makes a question fail.
	refuse map[uint32]error

	owner  *fakeHandle
	chosen pixels
	made   int
}

// webcam is a device as a USB camera has it, with MJPEG and YUYV.
func webcam(path string) *fakeDevice {
	return &fakeDevice{
		path: path, plugged: true, all: canCapture | canStream | hasDeviceCaps, own: canCapture | canStream,
		formats: []pixels{'H' | '2'<<8 | '6'<<16 | '4'<<24, pixelsYUYV, pixelsMJPEG}, width: 320, height: 180, burst: 1, frame: testFrame,
	}
}

// kernelWith returns a kernel with devices, and the camera on it.
func kernelWith(t testing.TB, device string, devices ...*fakeDevice) (*fakeKernel, *Camera) {
	k := &fakeKernel{t: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), devices: devices}
	return k, newCamera(device, k, k.now)
}

func (k *fakeKernel) now() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.clock
}

func (k *fakeKernel) nodes() []node {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []node
	for _, d := range k.devices {
		if d.plugged {
			out = append(out, node{path: d.path, born: fmt.Sprint(d.born)})
		}
	}
	return out
}

func (k *fakeKernel) open(path string) (handle, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.opened++
	for _, d := range k.devices {
		switch {
		case d.path != path || !d.plugged:
		case d.denied:
			return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
		default:
			return &fakeHandle{kernel: k, device: d, born: d.born}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.ENOENT}
}

// unplug takes the first device away.
func (k *fakeKernel) unplug() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.devices[0].plugged = false
}

// plug brings it back as another device of the same name.
func (k *fakeKernel) plug() {
	k.mu.Lock()
	defer k.mu.Unlock()
	d := k.devices[0]
	d.plugged, d.owner = true, nil
	d.born++
}

// fakeHandle is one opening of a device.
type fakeHandle struct {
	kernel  *fakeKernel
	device  *fakeDevice
	born    int
	closed  bool
	running bool
	buffers [][]byte
	mapped  int
	queue   []uint32
	ready   int
}

func (h *fakeHandle) gone() bool { return !h.device.plugged || h.device.born != h.born }

func (h *fakeHandle) ioctl(request uint32, b []byte) error {
	h.kernel.mu.Lock()
	defer h.kernel.mu.Unlock()
	a, d := argument(b), h.device
	if len(b) != int(request>>16&0x3fff) || h.closed {
		h.kernel.t.Errorf("the question %#x with %d bytes, closed: %v", request, len(b), h.closed)
		return syscall.EFAULT
	}
	if h.gone() {
		return syscall.ENODEV
	}
	if err := d.refuse[request]; err != nil {
		return err
	}
	switch request {
	case queryCapability:
		a.put(capabilityAll, d.all)
		a.put(capabilityDevice, d.own)
		return nil
	case enumFormat:
		i := int(a.get(0))
		if a.get(fmtdescType) != videoCapture || i >= len(d.formats) {
			return syscall.EINVAL
		}
		a.put(fmtdescFormat, uint32(d.formats[i]))
		return nil
	}
	if d.owner != nil && d.owner != h {
		return syscall.EBUSY
	}
	return h.stream(request, a)
}

func (h *fakeHandle) stream(request uint32, a argument) error {
	d := h.device
	switch request {
	case setFormat:
		if a.get(formatType) != videoCapture || h.running {
			return syscall.EINVAL
		}
		d.chosen = pixels(a.get(formatPixel))
		if !slices.Contains(d.formats, d.chosen) {
			d.chosen = d.formats[0]
			a.put(formatPixel, uint32(d.chosen))
		}
		a.put(formatWidth, uint32(d.width))
		a.put(formatHeight, uint32(d.height))
		a.put(formatStride, uint32(d.stride()))
	case requestBuffers:
		if a.get(buffersType) != videoCapture || a.get(buffersMemory) != memoryMapped || d.chosen == 0 {
			return syscall.EINVAL
		}
		d.owner = h
		h.buffers = make([][]byte, a.get(buffersCount))
		for i := range h.buffers {
			h.buffers[i] = make([]byte, d.width*d.height*2+d.pad*d.height+4096)
		}
	case queryBuffer, queueBuffer, dequeueBuffer:
		return h.buffer(request, a)
	case streamOn, streamOff:
		if a.get(0) != videoCapture || d.owner != h {
			return syscall.EINVAL
		}
		h.running = request == streamOn
		if !h.running {
			h.queue = nil
		}
	default:
		return syscall.ENOTTY
	}
	return nil
}

func (h *fakeHandle) buffer(request uint32, a argument) error {
	i := a.get(bufferIndex)
	if a.get(bufferType) != videoCapture || a.get(bufferMemory) != memoryMapped || int(i) >= len(h.buffers) {
		return syscall.EINVAL
	}
	switch request {
	case queryBuffer:
		a.put(bufferOffset, i<<24)
		a.put(bufferLength, uint32(len(h.buffers[i])))
	case queueBuffer:
		if slices.Contains(h.queue, i) {
			h.kernel.t.Errorf("buffer %d was handed over twice", i)
			return syscall.EINVAL
		}
		h.queue = append(h.queue, i)
	case dequeueBuffer:
		switch {
		case !h.running:
			return syscall.EINVAL
		case h.ready == 0 || len(h.queue) == 0:
			return syscall.EAGAIN
		}
		h.ready--
		i, h.queue = h.queue[0], h.queue[1:]
		d := h.device
		d.made++
		frame := d.frame(d, d.made)
		a.put(bufferIndex, i)
		a.put(bufferUsed, uint32(copy(h.buffers[i], frame)))
		a.put(bufferFlags, 0)
		if d.spoilt != nil && d.spoilt(d.made) {
			a.put(bufferFlags, frameSpoilt)
		}
	}
	return nil
}

func (h *fakeHandle) mmap(offset int64, length int) ([]byte, error) {
	h.kernel.mu.Lock()
	defer h.kernel.mu.Unlock()
	i := int(offset >> 24)
	if i >= len(h.buffers) || length != len(h.buffers[i]) {
		return nil, syscall.EINVAL
	}
	h.mapped++
	return h.buffers[i], nil
}

func (h *fakeHandle) munmap([]byte) error {
	h.kernel.mu.Lock()
	defer h.kernel.mu.Unlock()
	h.mapped--
	return nil
}

func (h *fakeHandle) poll(wait time.Duration) error {
	h.kernel.mu.Lock()
	defer h.kernel.mu.Unlock()
	d := h.device
	if d.unplugAt > 0 && d.made >= d.unplugAt {
		d.plugged = false
	}
	if h.gone() {
		return nil // the next question tells
	}
	if d.burst == 0 {
		h.kernel.clock = h.kernel.clock.Add(wait)
	}
	h.ready = min(h.ready+d.burst, len(h.queue))
	return nil
}

func (h *fakeHandle) close() error {
	h.kernel.mu.Lock()
	defer h.kernel.mu.Unlock()
	if h.closed || h.mapped != 0 {
		h.kernel.t.Errorf("closed: %v, with %d buffers still mapped", h.closed, h.mapped)
	}
	h.closed = true
	if h.device.owner == h {
		h.device.owner = nil
	}
	return nil
}

func (d *fakeDevice) stride() int {
	if d.chosen == pixelsYUYV {
		return 2*d.width + d.pad
	}
	return 0
}

// testFrame is the nth test picture, scaled down, as the chosen format has it.
func testFrame(d *fakeDevice, n int) []byte {
	picture := scaled(n, d.width, d.height)
	if d.chosen == pixelsYUYV {
		return packYUYV(picture, d.stride())
	}
	return packMJPEG(picture)
}

func scaled(n, width, height int) *image.YCbCr {
	from := cameratest.Picture(n)
	to := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio422)
	for y := range height {
		for x := range width {
			r, g, b, _ := from.At(x*cameratest.Width/width, y*cameratest.Height/height).RGBA()
			yy, cb, cr := rgbToYCbCr(r, g, b)
			to.Y[to.YOffset(x, y)] = yy
			to.Cb[to.COffset(x, y)], to.Cr[to.COffset(x, y)] = cb, cr
		}
	}
	return to
}

// packYUYV writes a picture as video: two pixels in four bytes, light from 16 to
// 235, colour from 16 to 240.
func packYUYV(p *image.YCbCr, stride int) []byte {
	out := make([]byte, stride*p.Rect.Dy())
	light := func(v byte) byte { return byte(16 + int(v)*219/255) }
	colour := func(v byte) byte { return byte(16 + int(v)*224/255) }
	for y := range p.Rect.Dy() {
		for x := 0; x < p.Rect.Dx(); x += 2 {
			at := out[y*stride+2*x:]
			at[0], at[2] = light(p.Y[p.YOffset(x, y)]), light(p.Y[p.YOffset(x+1, y)])
			at[1], at[3] = colour(p.Cb[p.COffset(x, y)]), colour(p.Cr[p.COffset(x, y)])
		}
	}
	return out
}

// packMJPEG writes a JPEG as cameras do: without its tables, and with zeros up to
// a round number of bytes after it.
func packMJPEG(p image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 90}); err != nil {
		panic(err)
	}
	bare := bytes.Replace(b.Bytes(), standardTables(), nil, 1)
	return append(bare, make([]byte, 512-len(bare)%512)...)
}
