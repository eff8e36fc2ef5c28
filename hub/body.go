package hub

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"chasqui/sync/wire"
)

// progress is how long a machine may be silent while it sends or takes a body.
// A slow link takes minutes for a batch, so nothing is timed in total.
const progress = 30 * time.Second

// ReadBody reads what a kiosk or an office posted: its media type must be
// wire.MediaType and its length at most limit bytes. status is 0 when it was
// read; otherwise it is what to answer: 415, 413, 408 or 400.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, status int) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != wire.MediaType {
		return nil, http.StatusUnsupportedMediaType
	}
	if r.ContentLength > limit {
		return nil, http.StatusRequestEntityTooLarge
	}
	body, err = io.ReadAll(&patient{
		from:    http.MaxBytesReader(w, r.Body, limit),
		control: http.NewResponseController(w),
	})
	var long *http.MaxBytesError
	switch {
	case err == nil:
		return body, 0
	case errors.As(err, &long):
		return nil, http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, http.StatusRequestTimeout
	}
	return nil, http.StatusBadRequest
}

// WriteBody answers with a packet or statement.
func WriteBody(w http.ResponseWriter, status int, body []byte) error {
	// As long as a body of this length takes at the slowest link that is served,
	// 64 kbit/s. A server that sets no deadlines has none to move.
	const slowest = 8 << 10 // bytes a second
	patience := progress + time.Duration(len(body)/slowest)*time.Second
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience))
	w.Header().Set("Content-Type", wire.MediaType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// patient moves the read deadline on with each piece that arrives.
type patient struct {
	from    io.Reader
	control *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(progress)) // a test's recorder has none
	return p.from.Read(b)
}
