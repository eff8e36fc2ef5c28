package camera

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"chasqui/kiosk"
	"chasqui/kiosk/camera/cameratest"
)

func rgbToYCbCr(r, g, b uint32) (byte, byte, byte) {
	return color.RGBToYCbCr(byte(r>>8), byte(g>>8), byte(b>>8))
}

// Guards the promise of kiosk.Camera, in each format that a camera may give.
func TestTheCameraIsACamera(t *testing.T) {
	for name, formats := range map[string][]pixels{"MJPEG": {pixelsMJPEG}, "JPEG": {pixelsJPEG}, "YUYV": {pixelsYUYV}} {
		t.Run(name, func(t *testing.T) {
			cameratest.Suite(t, func(t *testing.T) cameratest.Rig {
				d := webcam("/dev/video0")
				d.formats, d.pad = formats, 32
				k, c := kernelWith(t, "", d)
				return cameratest.Rig{Camera: c, Unplug: k.unplug, Plug: k.plug}
			})
		})
	}
}

// Guards the picture itself: in every format the bars stand where they should, in
// their colours, and white paper is white.
func TestAPictureShowsWhatTheCameraSaw(t *testing.T) {
	for _, p := range []pixels{pixelsMJPEG, pixelsYUYV} {
		d := webcam("/dev/video0")
		d.formats, d.pad = []pixels{p}, 8
		_, c := kernelWith(t, "", d)
		v, err := c.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got.Bounds() != image.Rect(0, 0, 320, 180) {
			t.Fatalf("%s: bounds %v", p, got.Bounds())
		}
		want := cameratest.Picture(1)
		for x := 20; x < 320; x += 40 { // the middle of each bar
			r, g, b, _ := got.At(x, 60).RGBA()
			wr, wg, wb, _ := want.At(2*x, 120).RGBA()
			for i, pair := range [][2]uint32{{r, wr}, {g, wg}, {b, wb}} {
				if diff := int(pair[0]>>8) - int(pair[1]>>8); diff > 12 || diff < -12 {
					t.Errorf("%s: at %d colour %d is %d, want %d", p, x, i, pair[0]>>8, pair[1]>>8)
				}
			}
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	if lightRange[235] != 255 || lightRange[16] != 0 || lightRange[0] != 0 || lightRange[255] != 255 || colourRange[128] < 126 || colourRange[128] > 129 {
		t.Error("white is not white, black not black, or grey not grey")
	}
}

// Guards the view against a picture of a second ago: with a slow screen the
// newest frame counts.
func TestTheNewestFrameIsShown(t *testing.T) {
	d := webcam("/dev/video0")
	d.burst = 3
	_, c := kernelWith(t, "", d)
	v, err := c.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for range 5 {
		if _, err := v.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if d.made != 15 {
		t.Errorf("%d frames were fetched for 5 pictures, want all 15", d.made)
	}
}

// Guards a picture with a grey lower half: a frame that is cut off or marked as
// spoilt is left out, and the next one shown.
func TestABrokenFrameIsLeftOut(t *testing.T) {
	whole := func(n int) bool { return n%4 == 0 }
	for _, p := range []pixels{pixelsMJPEG, pixelsYUYV} {
		d := webcam("/dev/video0")
		d.formats = []pixels{p}
		d.frame = func(d *fakeDevice, n int) []byte {
			f := testFrame(d, n)
			switch {
			case whole(n) || n%4 == 3:
				return f
			case n%4 == 1:
				return f[:len(f)/3]
			}
			return nil
		}
		d.spoilt = func(n int) bool { return n%4 == 3 }
		_, c := kernelWith(t, "", d)
		v, err := c.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := v.Next(t.Context()); err != nil || !whole(d.made) {
				t.Errorf("%s: frame %d, %v", p, d.made, err)
			}
		}
		d.frame = func(*fakeDevice, int) []byte { return []byte("nothing of a picture") }
		if _, err := v.Next(t.Context()); !errors.Is(err, errBroken) {
			t.Errorf("%s: nothing but broken frames: %v", p, err)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestACameraThatIsSilentIsGivenUp(t *testing.T) {
	d := webcam("/dev/video0")
	d.burst = 0
	_, c := kernelWith(t, "", d)
	v, err := c.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, err := v.Next(t.Context()); err == nil || errors.Is(err, kiosk.ErrNoCamera) {
		t.Errorf("%v", err)
	}
}

func TestACameraIsUnpluggedInTheMiddle(t *testing.T) {
	d := webcam("/dev/video0")
	d.unplugAt = 2
	_, c := kernelWith(t, "", d)
	v, err := c.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := v.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Next(t.Context()); !errors.Is(err, kiosk.ErrNoCamera) {
		t.Errorf("%v", err)
	}
	if c.Present() {
		t.Error("it is still present")
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// Guards which device is taken: the first that takes pictures, or the one of the
// settings and no other.
func TestTheRightDeviceIsTaken(t *testing.T) {
	metadata := webcam("/dev/video0")
	metadata.own = 0x04a00000 // it tells about pictures and takes none
	encoder := webcam("/dev/video1")
	encoder.all, encoder.own = 0x04000000|hasDeviceCaps, 0x04000002
	old := webcam("/dev/video2")
	old.all = canCapture | canStream // from before there were device_caps
	denied := webcam("/dev/video3")
	denied.denied = true
	for _, c := range []struct {
		device  string
		devices []*fakeDevice
		want    string
	}{
		{"", []*fakeDevice{metadata, encoder, old, denied}, "/dev/video2"},
		{"/dev/video2", []*fakeDevice{webcam("/dev/video0"), old}, "/dev/video2"},
		{"/dev/video0", []*fakeDevice{metadata, old}, ""},
		{"/dev/video9", []*fakeDevice{old}, ""},
		{"", []*fakeDevice{denied}, ""},
		{"", nil, ""},
		{Off, []*fakeDevice{old}, ""},
	} {
		_, camera := kernelWith(t, c.device, c.devices...)
		got, ok := camera.find()
		if got != c.want || ok != (c.want != "") || camera.Present() != ok {
			t.Errorf("device %q: %q, want %q", c.device, got, c.want)
		}
		v, err := camera.Open(t.Context())
		if ok != (err == nil) || err != nil && !errors.Is(err, kiosk.ErrNoCamera) {
			t.Errorf("device %q: %v", c.device, err)
		}
		if err == nil {
			_ = v.Close()
		}
	}
}

// Guards "quick": a page asks at every drawing, and opening a camera wakes it.
func TestPresentOpensADeviceOnce(t *testing.T) {
	k, c := kernelWith(t, "", webcam("/dev/video0"))
	for range 10 {
		if !c.Present() {
			t.Fatal("not present")
		}
	}
	if k.opened != 1 {
		t.Errorf("opened %d times", k.opened)
	}
	k.unplug()
	if c.Present() {
		t.Error("unplugged and present")
	}
	k.plug()
	if !c.Present() || k.opened != 2 {
		t.Errorf("plugged in again: opened %d times", k.opened)
	}
}

// Guards the words for an operator: busy is not absent, and forbidden says what
// to do. Nothing stays open after a failure (the fake counts).
func TestAFailureIsExplained(t *testing.T) {
	for _, c := range []struct {
		name    string
		request uint32
		err     error
		is      error
	}{
		{"busy at the format", setFormat, syscall.EBUSY, ErrBusy},
		{"busy at the buffers", requestBuffers, syscall.EBUSY, ErrBusy},
		{"busy at the start", streamOn, syscall.EBUSY, ErrBusy},
		{"gone at the buffers", queryBuffer, syscall.ENODEV, kiosk.ErrNoCamera},
		{"gone at the start", streamOn, syscall.ENODEV, kiosk.ErrNoCamera},
		{"no room on the bus", streamOn, syscall.ENOSPC, syscall.ENOSPC},
		{"forbidden", setFormat, syscall.EACCES, fs.ErrPermission},
		{"a buffer that is refused", queueBuffer, syscall.EIO, syscall.EIO},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := webcam("/dev/video0")
			d.refuse = map[uint32]error{c.request: c.err}
			_, camera := kernelWith(t, "", d)
			_, err := camera.Open(t.Context())
			if !errors.Is(err, c.is) || errors.Is(err, kiosk.ErrNoCamera) != (c.is == kiosk.ErrNoCamera) {
				t.Fatalf("%v", err)
			}
			d.refuse = nil
			v, err := camera.Open(t.Context())
			if err != nil {
				t.Fatalf("after the failure: %v", err)
			}
			if _, err := v.Next(t.Context()); err != nil {
				t.Error(err)
			}
			if err := v.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Guards against reading a format as another: a camera may answer with what it
// was not asked for.
func TestAStrangeFormatIsRefused(t *testing.T) {
	for name, change := range map[string]func(*fakeDevice){
		"nothing that is read": func(d *fakeDevice) { d.formats = d.formats[:1] },
		"no pictures":          func(d *fakeDevice) { d.width = 0 },
		"an endless picture":   func(d *fakeDevice) { d.width, d.height = 1<<20, 1 },
		"half a pixel pair":    func(d *fakeDevice) { d.width, d.formats = 321, []pixels{pixelsYUYV} },
		"short lines":          func(d *fakeDevice) { d.pad, d.formats = -2, []pixels{pixelsYUYV} },
	} {
		t.Run(name, func(t *testing.T) {
			d := webcam("/dev/video0")
			change(d)
			_, c := kernelWith(t, "", d)
			if _, err := c.Open(t.Context()); err == nil || errors.Is(err, kiosk.ErrNoCamera) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAJPEGWithoutTablesGetsThem(t *testing.T) {
	picture := scaled(1, 64, 32)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(withTables(b.Bytes()), b.Bytes()) {
		t.Error("a JPEG with tables was changed")
	}
	bare := packMJPEG(picture)
	if _, err := jpeg.Decode(bytes.NewReader(bare)); err == nil {
		t.Fatal("the test above tests nothing: it decodes without tables")
	}
	if img, err := decodeMJPEG(bare); err != nil || img.Bounds() != picture.Bounds() {
		t.Errorf("%v", err)
	}
}

// Guards a machine's memory: a frame of a few bytes may say that it is as large
// as a city.
func TestAFrameThatLiesAboutItsSizeIsBroken(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	frame := b.Bytes()
	at := bytes.Index(frame, []byte{0xff, 0xc0})
	copy(frame[at+5:], []byte{0xff, 0xff, 0xff, 0xff})
	if _, err := decodeMJPEG(frame); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
}

func FuzzDecodeMJPEG(f *testing.F) {
	whole := packMJPEG(scaled(1, 32, 16))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte{0xff, 0xd8, 0xff, 0xff, 0xff, 0xda, 0, 0})
	f.Add([]byte{0xff, 0xd8, 0xff, 0xc0, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, frame []byte) {
		before := bytes.Clone(frame)
		img, err := decode(frame, layout{pixels: pixelsMJPEG})
		if (img == nil) == (err == nil) || err != nil && !errors.Is(err, errBroken) {
			t.Fatalf("%v, %v", img, err)
		}
		if !bytes.Equal(before, frame) {
			t.Error("the frame was written to")
		}
	})
}

func FuzzDecodeYUYV(f *testing.F) {
	f.Add(packYUYV(scaled(1, 8, 4), 16), 8, 4, 16)
	f.Add([]byte{1, 2, 3}, 2, 1, 4)
	f.Add([]byte{}, 1<<40, 1<<40, -1)
	f.Fuzz(func(t *testing.T, frame []byte, width, height, stride int) {
		img, err := decode(frame, layout{pixels: pixelsYUYV, width: width, height: height, stride: stride})
		if (img == nil) == (err == nil) || err != nil && !errors.Is(err, errBroken) {
			t.Fatalf("%v, %v", img, err)
		}
		if img != nil && img.Bounds() != image.Rect(0, 0, width, height) {
			t.Errorf("bounds %v", img.Bounds())
		}
	})
}

// Guards the numbers of V4L2, which no fake can: they are compared with those of
// the kernel's own header.
func TestTheNumbersAreTheKernels(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("gcc is not installed (Debian package gcc): the numbers of V4L2 are not compared with the kernel's")
	}
	ours := map[string]uint64{
		"VIDIOC_QUERYCAP": queryCapability, "VIDIOC_ENUM_FMT": enumFormat, "VIDIOC_S_FMT": setFormat, "VIDIOC_REQBUFS": requestBuffers,
		"VIDIOC_QUERYBUF": queryBuffer, "VIDIOC_QBUF": queueBuffer, "VIDIOC_DQBUF": dequeueBuffer, "VIDIOC_STREAMON": streamOn, "VIDIOC_STREAMOFF": streamOff,
		"offsetof(struct v4l2_capability, capabilities)": capabilityAll, "offsetof(struct v4l2_capability, device_caps)": capabilityDevice,
		"offsetof(struct v4l2_fmtdesc, type)": fmtdescType, "offsetof(struct v4l2_fmtdesc, pixelformat)": fmtdescFormat,
		"offsetof(struct v4l2_format, type)": formatType, "offsetof(struct v4l2_format, fmt.pix.width)": formatWidth,
		"offsetof(struct v4l2_format, fmt.pix.height)": formatHeight, "offsetof(struct v4l2_format, fmt.pix.pixelformat)": formatPixel,
		"offsetof(struct v4l2_format, fmt.pix.field)": formatField, "offsetof(struct v4l2_format, fmt.pix.bytesperline)": formatStride,
		"offsetof(struct v4l2_requestbuffers, count)": buffersCount, "offsetof(struct v4l2_requestbuffers, type)": buffersType,
		"offsetof(struct v4l2_requestbuffers, memory)": buffersMemory,
		"offsetof(struct v4l2_buffer, index)":          bufferIndex, "offsetof(struct v4l2_buffer, type)": bufferType, "offsetof(struct v4l2_buffer, bytesused)": bufferUsed,
		"offsetof(struct v4l2_buffer, flags)": bufferFlags, "offsetof(struct v4l2_buffer, memory)": bufferMemory, "offsetof(struct v4l2_buffer, m)": bufferOffset,
		"offsetof(struct v4l2_buffer, length)": bufferLength,
		"V4L2_BUF_TYPE_VIDEO_CAPTURE":          videoCapture, "V4L2_MEMORY_MMAP": memoryMapped, "V4L2_FIELD_NONE": fieldNone, "V4L2_CAP_VIDEO_CAPTURE": canCapture,
		"V4L2_CAP_STREAMING": canStream, "V4L2_CAP_DEVICE_CAPS": hasDeviceCaps, "V4L2_BUF_FLAG_ERROR": frameSpoilt,
		"V4L2_PIX_FMT_MJPEG": uint64(pixelsMJPEG), "V4L2_PIX_FMT_JPEG": uint64(pixelsJPEG), "V4L2_PIX_FMT_YUYV": uint64(pixelsYUYV),
	}
	var src strings.Builder
	src.WriteString("#include <linux/videodev2.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n")
	for name := range ours {
		fmt.Fprintf(&src, "printf(\"%%s=%%lu\\n\", %q, (unsigned long)(unsigned int)(%s));\n", name, name)
	}
	src.WriteString("return 0; }\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "v.c"), []byte(src.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(gcc, "-o", filepath.Join(dir, "v"), filepath.Join(dir, "v.c")).CombinedOutput(); err != nil {
		if strings.Contains(string(out), "videodev2.h") {
			t.Skip("the kernel's header is not installed (Debian package linux-libc-dev)")
		}
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command(filepath.Join(dir, "v")).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^(.*)=(\d+)$`).FindAllStringSubmatch(string(out), -1)
	if len(lines) != len(ours) {
		t.Fatalf("%d numbers, want %d", len(lines), len(ours))
	}
	for _, m := range lines {
		if n, err := strconv.ParseUint(m[2], 10, 64); err != nil || n != ours[m[1]] {
			t.Errorf("%s is %#x, the kernel says %#x", m[1], ours[m[1]], n)
		}
	}
}

// The system's own way is tried as far as a machine without a camera goes.
func TestAMachineWithoutACameraHasNone(t *testing.T) {
	c := New("/dev/null")
	if c.Present() {
		t.Error("/dev/null takes pictures")
	}
	if _, err := c.Open(t.Context()); !errors.Is(err, kiosk.ErrNoCamera) {
		t.Errorf("%v", err)
	}
	if h, err := (system{}).open("/dev/null"); err == nil {
		if capture(h) {
			t.Error("/dev/null takes pictures")
		}
		if _, err := start(h); err == nil {
			t.Error("/dev/null was started")
		}
		if err := h.close(); err != nil {
			t.Error(err)
		}
	}
}
