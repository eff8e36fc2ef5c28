package seal

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"chasqui/sync/wire"
)

// The zstd dictionaries by id. An id is never given to another content: an office
// must open what a kiosk sealed years ago.
const dictionaryID = 1

// dictionary1 is raw content: the JSON of typical requests, with invented answers
// and no person in it, the commonest text last.
//
//go:embed dictionary1.txt
var dictionary1 []byte

const packHead = 9

// newEncoder returns an encoder for one request. An encoder keeps what it has
// compressed in its window until it compresses something else: one that outlives
// the request would hold it, in the clear, for as long as the kiosk runs. The window
// is short, since a wider one costs memory and the text of a request is no longer.
func newEncoder() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil,
		zstd.WithEncoderDictRaw(dictionaryID, dictionary1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression),
		zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(256<<10))
}

// decoder is safe for concurrent use of DecodeAll.
var decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil,
		zstd.WithDecoderDictRaw(dictionaryID, dictionary1), zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(MaxPlaintext), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderLowmem(true))
})

// classOf returns the smallest size class that holds n bytes, or 0.
func classOf(n int) int {
	for _, class := range SizeClasses {
		if n <= class {
			return class
		}
	}
	return 0
}

// pack compresses a plaintext and pads it to its size class.
func pack(plaintext []byte) ([]byte, error) {
	if len(plaintext) > MaxPlaintext {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, len(plaintext), MaxPlaintext)
	}
	enc, err := newEncoder()
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	frame := enc.EncodeAll(plaintext, nil)
	defer clear(frame)
	class := classOf(packHead + len(frame))
	if class == 0 {
		return nil, fmt.Errorf("%w: %d bytes after compression, the limit is %d", ErrTooLarge, len(frame), SizeClasses[len(SizeClasses)-1]-packHead)
	}
	padded := make([]byte, class)
	padded[0] = dictionaryID
	binary.BigEndian.PutUint32(padded[1:], uint32(len(plaintext))) // #nosec G115 -- at most MaxPlaintext
	binary.BigEndian.PutUint32(padded[5:], uint32(len(frame)))     // #nosec G115 -- at most the largest class
	copy(padded[packHead:], frame)
	return padded, nil
}

// unpack undoes pack. It allocates no more than the stated length, which is
// bounded, however small the frame and however much it claims to hold.
func unpack(padded []byte) ([]byte, error) {
	if len(padded) < packHead || padded[0] != dictionaryID {
		return nil, fmt.Errorf("%w: content packed with an unknown dictionary", wire.ErrMalformed)
	}
	length, frame := binary.BigEndian.Uint32(padded[1:]), binary.BigEndian.Uint32(padded[5:])
	if length > MaxPlaintext || int64(frame) > int64(len(padded)-packHead) {
		return nil, fmt.Errorf("%w: content of %d bytes in a frame of %d", wire.ErrMalformed, length, frame)
	}
	for _, b := range padded[packHead+int(frame):] {
		if b != 0 {
			return nil, fmt.Errorf("%w: content with padding that is not zero", wire.ErrMalformed)
		}
	}
	dec, err := decoder()
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	plaintext, err := dec.DecodeAll(padded[packHead:packHead+int(frame)], make([]byte, 0, length))
	if err != nil {
		return nil, fmt.Errorf("%w: compressed content: %v", wire.ErrMalformed, err)
	}
	if len(plaintext) != int(length) {
		return nil, fmt.Errorf("%w: content of %d bytes that claims %d", wire.ErrMalformed, len(plaintext), length)
	}
	return plaintext, nil
}
