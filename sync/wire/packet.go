package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Domain separates what a key signs: a signature made for one purpose is never
// valid for another.
type Domain string

// The domains. The number is the version of what is signed.
const (
	DomainBatch     Domain = "chasqui batch v1"
	DomainReply     Domain = "chasqui reply v1"
	DomainDelivery  Domain = "chasqui delivery v1"
	DomainPull      Domain = "chasqui pull v1"
	DomainWord      Domain = "chasqui word v1"
	DomainDirectory Domain = "chasqui directory v1"
	DomainEnrol     Domain = "chasqui enrol v1"
)

// MediaType is the content type of packets and statements. An answer with any
// other is not from a hub.
const MediaType = "application/vnd.chasqui.v1"

// MaxPacket is the longest packet in bytes that anybody reads.
const MaxPacket = 8 << 20

// MaxItems is the most items of one packet. Frames cost five bytes each on the
// way and five times that in memory: without a bound, empty ones would make a
// reader hold far more than it was sent.
const MaxItems = 1 << 16

// The frame types of a packet.
const (
	frameHeader    = 1
	frameItem      = 2
	frameSignature = 3
)

var packetMagic = []byte{'C', 'H', 'Q', Version}

// Packet is a signed run of frames: a JSON header, encoded items, a signature
// over the domain and everything before it.
//
//	packet = "CHQ" version frame…        version is one byte
//	frame  = length type payload         length is uint32, big endian, of payload
//	types  = 1 header, 2 item, 3 signature (64 bytes, Ed25519, last)
type Packet struct {
	// Header is the JSON of a BatchHeader or a DeliveryHeader.
	Header []byte
	// Items are encoded items, see Item.Encode.
	Items [][]byte

	signed    []byte // all bytes before the signature frame
	signature []byte
}

// EncodePacket signs header and items under domain and returns the bytes.
func EncodePacket(domain Domain, key ed25519.PrivateKey, header any, items [][]byte) ([]byte, error) {
	head, err := json.Marshal(header)
	if err != nil {
		return nil, fmt.Errorf("encode packet: %w", err)
	}
	if len(head) > MaxHeader {
		return nil, fmt.Errorf("encode packet: %w: header of %d bytes", ErrMalformed, len(head))
	}
	if len(items) > MaxItems {
		return nil, fmt.Errorf("encode packet: %w: %d items, the limit is %d", ErrMalformed, len(items), MaxItems)
	}
	out := bytes.Clone(packetMagic)
	out = appendFrame(out, frameHeader, head)
	for _, item := range items {
		out = appendFrame(out, frameItem, item)
	}
	out = appendFrame(out, frameSignature, ed25519.Sign(key, signedBytes(domain, out)))
	if len(out) > MaxPacket {
		return nil, fmt.Errorf("encode packet: %w: %d bytes, the limit is %d", ErrMalformed, len(out), MaxPacket)
	}
	return out, nil
}

// DecodePacket reads the frames of a packet. It checks no signature: the header
// says whose it should be, and Verify checks it. Until then trust nothing in it.
// The packet shares memory with b.
func DecodePacket(b []byte) (*Packet, error) {
	if len(b) > MaxPacket {
		return nil, fmt.Errorf("%w: packet of %d bytes, the limit is %d", ErrMalformed, len(b), MaxPacket)
	}
	if !bytes.HasPrefix(b, packetMagic) {
		return nil, fmt.Errorf("%w: not a packet of version %d", ErrMalformed, Version)
	}
	p := &Packet{}
	for at := len(packetMagic); at < len(b); {
		if len(b)-at < 5 {
			return nil, fmt.Errorf("%w: packet ends inside a frame", ErrMalformed)
		}
		length, kind := int(binary.BigEndian.Uint32(b[at:])), b[at+4]
		if length < 0 || length > len(b)-at-5 {
			return nil, fmt.Errorf("%w: packet ends inside a frame", ErrMalformed)
		}
		payload := b[at+5 : at+5+length]
		switch {
		case kind == frameHeader && p.Header == nil && len(p.Items) == 0 && length > 0 && length <= MaxHeader:
			p.Header = payload
		case kind == frameItem && p.Header != nil && len(p.Items) < MaxItems:
			p.Items = append(p.Items, payload)
		case kind == frameSignature && p.Header != nil && length == ed25519.SignatureSize && at+5+length == len(b):
			p.signed, p.signature = b[:at], payload
			return p, nil
		default:
			return nil, fmt.Errorf("%w: frame of type %d and %d bytes out of place", ErrMalformed, kind, length)
		}
		at += 5 + length
	}
	return nil, fmt.Errorf("%w: packet without a signature", ErrMalformed)
}

// Verify reports, as an error that wraps ErrSignature, that the packet was not
// signed with key under domain.
func (p *Packet) Verify(domain Domain, key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signedBytes(domain, p.signed), p.signature) {
		return fmt.Errorf("packet: %w", ErrSignature)
	}
	return nil
}

// ParseHeader reads the packet's header into out, a pointer to its struct.
func (p *Packet) ParseHeader(out any) error {
	if err := json.Unmarshal(p.Header, out); err != nil {
		return fmt.Errorf("%w: packet header: %v", ErrMalformed, err)
	}
	return nil
}

func appendFrame(out []byte, kind byte, payload []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(payload))) // #nosec G115 -- EncodePacket refuses what is longer than MaxPacket
	out = append(out, kind)
	return append(out, payload...)
}

func signedBytes(domain Domain, b []byte) []byte {
	out := make([]byte, 0, len(domain)+1+len(b))
	out = append(out, domain...)
	out = append(out, 0)
	return append(out, b...)
}

// Statement is a small signed JSON message. Body holds the exact bytes that were
// signed, so that anybody who keeps the statement can check it again later.
type Statement struct {
	Body      []byte `json:"body"`
	Signature []byte `json:"signature"`
}

// Sign makes a statement of body, as JSON, under domain.
func Sign(domain Domain, key ed25519.PrivateKey, body any) (Statement, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return Statement{}, fmt.Errorf("sign a statement: %w", err)
	}
	return Statement{Body: b, Signature: ed25519.Sign(key, signedBytes(domain, b))}, nil
}

// Open checks the signature under domain and key and reads the body into out.
func (s Statement) Open(domain Domain, key ed25519.PublicKey, out any) error {
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signedBytes(domain, s.Body), s.Signature) {
		return fmt.Errorf("statement: %w", ErrSignature)
	}
	return s.Peek(out)
}

// Peek reads the body into out without checking the signature: to learn who
// should have signed it.
func (s Statement) Peek(out any) error {
	if err := json.Unmarshal(s.Body, out); err != nil {
		return fmt.Errorf("%w: statement: %v", ErrMalformed, err)
	}
	return nil
}

// Encode returns the statement as JSON.
func (s Statement) Encode() ([]byte, error) { return json.Marshal(s) }

// DecodeStatement reads what Encode wrote.
func DecodeStatement(b []byte) (Statement, error) {
	var s Statement
	if len(b) > MaxPacket {
		return s, fmt.Errorf("%w: statement of %d bytes", ErrMalformed, len(b))
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return Statement{}, fmt.Errorf("%w: statement: %v", ErrMalformed, err)
	}
	if len(s.Body) == 0 || len(s.Signature) != ed25519.SignatureSize {
		return Statement{}, fmt.Errorf("%w: statement without body or signature", ErrMalformed)
	}
	return s, nil
}
