package seal

import (
	"bytes"
	"crypto/hpke"
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"chasqui/sync/wire"
)

// Opened is a request that was opened: its plaintext, and the key to its files.
type Opened struct {
	Plaintext []byte
	// Recipient is the id of the key that opened it.
	Recipient string

	context []byte
	key     []byte
}

// parts of a body; they share memory with it.
type parts struct {
	head       []byte
	wraps      [][]byte
	commitment []byte
	nonce      []byte
	sealed     []byte
}

func parseBody(body []byte) (parts, error) {
	var p parts
	if len(body) > wire.MaxBody {
		return p, fmt.Errorf("%w: sealed body of %d bytes", wire.ErrMalformed, len(body))
	}
	if len(body) < wrapsAt || !bytes.HasPrefix(body, bodyMagic) || body[3] != formatVersion {
		return p, fmt.Errorf("%w: not a sealed body of version %d", wire.ErrMalformed, formatVersion)
	}
	n := int(body[4])
	end := wrapsAt + n*wrapLength
	if n < 2 || n > MaxRecipients || len(body) < end+keyLength+nonceLength+tagLength {
		return p, fmt.Errorf("%w: sealed body of %d bytes with %d wraps", wire.ErrMalformed, len(body), n)
	}
	p.head = body[:end]
	for i := range n {
		p.wraps = append(p.wraps, body[wrapsAt+i*wrapLength:wrapsAt+(i+1)*wrapLength])
	}
	p.commitment = body[end : end+keyLength]
	p.nonce = body[end+keyLength : end+keyLength+nonceLength]
	p.sealed = body[end+keyLength+nonceLength:]
	if classOf(len(p.sealed)-tagLength) != len(p.sealed)-tagLength {
		return p, fmt.Errorf("%w: sealed content of %d bytes is of no size class", wire.ErrMalformed, len(p.sealed))
	}
	return p, nil
}

// Open opens a body with any one of the keys. about must be what the body was
// sealed with. Errors wrap wire.ErrMalformed, ErrNotForKeys or ErrOpen.
func Open(body []byte, about About, keys ...*Keys) (*Opened, error) {
	opened, err := open(body, about, keys)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", about.ID, err)
	}
	return opened, nil
}

func open(body []byte, about About, keys []*Keys) (*Opened, error) {
	if err := about.valid(); err != nil {
		return nil, err
	}
	p, err := parseBody(body)
	if err != nil {
		return nil, err
	}
	o := &Opened{context: about.context()}
	if o.key, o.Recipient, err = p.unwrap(o.context, keys); err != nil {
		return nil, err
	}
	k, err := bodyKeys(o.key, p.head, o.context)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(k.commitment, p.commitment) != 1 {
		return nil, fmt.Errorf("%w: the key does not match its commitment", ErrOpen)
	}
	padded, err := k.aead.Open(nil, p.nonce, p.sealed, k.additional)
	if err != nil {
		return nil, fmt.Errorf("%w: the content does not match", ErrOpen)
	}
	defer clear(padded)
	if o.Plaintext, err = unpack(padded); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOpen, err)
	}
	return o, nil
}

// unwrap finds a wrap for one of the keys and takes the content key out of it.
func (p parts) unwrap(context []byte, keys []*Keys) (key []byte, recipient string, err error) {
	err = ErrNotForKeys
	for _, k := range keys {
		hint := keyHint(k.public)
		for _, wrap := range p.wraps {
			if !bytes.Equal(wrap[:keyIDLength], hint) {
				continue
			}
			if key, err = k.unwrap(wrap, context); err == nil {
				return key, wire.KeyID(k.public), nil
			}
		}
	}
	return nil, "", err
}

func (k *Keys) unwrap(wrap, context []byte) ([]byte, error) {
	enc := wrap[keyIDLength : keyIDLength+encLength]
	receiver, err := hpke.NewRecipient(enc, k.private, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(Suite+" wrap"))
	if err != nil {
		return nil, fmt.Errorf("%w: the wrapped key: %v", ErrOpen, err)
	}
	key, err := receiver.Open(context, wrap[keyIDLength+encLength:])
	if err != nil || len(key) != keyLength {
		return nil, fmt.Errorf("%w: the wrapped key does not match", ErrOpen)
	}
	return key, nil
}

// OpenFile opens an attachment that was sealed with the same envelope under
// field. Errors wrap wire.ErrMalformed or ErrOpen.
func (o *Opened) OpenFile(field string, sealed []byte) ([]byte, error) {
	if len(sealed) < fileHead+nonceLength+fileBlock+tagLength || len(sealed) > MaxFile+2*fileBlock ||
		!bytes.HasPrefix(sealed, fileMagic) || sealed[3] != formatVersion {
		return nil, fmt.Errorf("open the file of %s: %w: not a sealed file of version %d", field, wire.ErrMalformed, formatVersion)
	}
	aead, err := fileKey(o.key, o.context, field)
	if err != nil {
		return nil, fmt.Errorf("open the file of %s: %w", field, err)
	}
	head, nonce := sealed[:fileHead], sealed[fileHead:fileHead+nonceLength]
	additional := bytes.Join([][]byte{head, o.context, []byte(field)}, nil)
	padded, err := aead.Open(nil, nonce, sealed[fileHead+nonceLength:], additional)
	if err != nil {
		return nil, fmt.Errorf("open the file of %s: %w: the content does not match", field, ErrOpen)
	}
	if len(padded) < 8 || binary.BigEndian.Uint64(padded) > uint64(len(padded)-8) { // #nosec G115 -- not negative
		return nil, fmt.Errorf("open the file of %s: %w: impossible length", field, ErrOpen)
	}
	n := int(binary.BigEndian.Uint64(padded)) // #nosec G115 -- at most len(padded)
	return padded[8 : 8+n : 8+n], nil
}
