// Package camera takes pictures with a camera of the kiosk: it implements
// [kiosk.Camera] on V4L2, the video system of Linux, without cgo.
//
// Above the system calls everything is plain Go behind a small interface
// (kernel), so that the tests play a camera that is unplugged in the middle, busy
// or broken. The system calls themselves have not been tried by the tests: they
// need a real camera.
//
// Nothing is kept here. A picture is the caller's and in memory alone.
package camera
