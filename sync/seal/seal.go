package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"chasqui/sync/wire"
)

// Suite names how everything here is sealed. It is part of what is bound, so a
// later suite can never be taken for this one.
const Suite = "chasqui-1"

// Bounds.
const (
	// MaxPlaintext is the longest plaintext of a body in bytes, before compression.
	MaxPlaintext = 4 << 20
	// MaxFile is the longest content of a file in bytes.
	MaxFile = 64 << 20
	// MaxRecipients is the most recipients of one envelope.
	MaxRecipients = 16
)

// SizeClasses are the lengths in bytes to which the compressed content of a body
// is padded.
var SizeClasses = []int{1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10}

// Errors that callers tell apart. All are wrapped with what was being done.
var (
	// ErrNotForKeys: none of the keys given is a recipient of this body.
	ErrNotForKeys = errors.New("not sealed to these keys")
	// ErrOpen: the body was changed, belongs to another item, or was not made as it
	// should be.
	ErrOpen = errors.New("the seal does not hold")
	// ErrTooLarge: longer than can be sealed.
	ErrTooLarge = errors.New("too large to be sealed")
	// ErrRecipients: not the recipients that an envelope needs.
	ErrRecipients = errors.New("recipients")
)

const (
	formatVersion = 1
	keyLength     = 32
	nonceLength   = 12
	tagLength     = 16
	keyIDLength   = 8
	encLength     = 1120
	wrapLength    = keyIDLength + encLength + keyLength + tagLength
	wrapsAt       = 5
	fileHead      = 4
	fileBlock     = 4096
)

var (
	bodyMagic = []byte("CHS")
	fileMagic = []byte("CHF")
)

// About is what a sealed request is bound to: sealed bytes that are shown with
// another About do not open.
type About struct {
	ID             wire.ID
	Service        string
	ServiceVersion int
}

// context is the byte form of an About and the suite.
func (a About) context() []byte {
	b := append([]byte(Suite), 0)
	b = append(b, a.ID[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(a.Service))) // #nosec G115 -- checked by valid
	b = append(b, a.Service...)
	return binary.BigEndian.AppendUint32(b, uint32(a.ServiceVersion)) // #nosec G115 -- checked by valid
}

func (a About) valid() error {
	if a.ID.IsZero() || a.Service == "" || len(a.Service) > 1<<10 || a.ServiceVersion < 1 || a.ServiceVersion > 1<<30 {
		return fmt.Errorf("%w: cannot bind to item %s of service %q, version %d", wire.ErrMalformed, a.ID, a.Service, a.ServiceVersion)
	}
	return nil
}

// Envelope seals one request and its files. It holds the content key, so it
// should live no longer than the submission. It is not for concurrent use.
type Envelope struct {
	context []byte
	key     []byte
	head    []byte // magic, version, number of wraps, wraps
	sealed  bool
}

// NewEnvelope makes a content key and wraps it to each recipient. There must be
// at least two, one of them of wire.RoleRecovery and one of wire.RoleUnit, so that
// a unit that loses its key does not lose what was filed.
func NewEnvelope(about About, recipients []wire.Recipient) (*Envelope, error) {
	if err := about.valid(); err != nil {
		return nil, fmt.Errorf("new envelope: %w", err)
	}
	if err := checkRecipients(recipients); err != nil {
		return nil, fmt.Errorf("new envelope for %s: %w", about.ID, err)
	}
	e := &Envelope{context: about.context(), key: make([]byte, keyLength)}
	rand.Read(e.key)
	e.head = append(slices.Clone(bodyMagic), formatVersion, byte(len(recipients))) // #nosec G115 -- at most MaxRecipients
	for _, r := range recipients {
		wrap, err := wrapKey(r.Key, e.context, e.key)
		if err != nil {
			return nil, fmt.Errorf("new envelope for %s: key %s: %w", about.ID, r.ID, err)
		}
		e.head = append(e.head, wrap...)
	}
	return e, nil
}

func checkRecipients(recipients []wire.Recipient) error {
	if len(recipients) < 2 || len(recipients) > MaxRecipients {
		return fmt.Errorf("%w: %d of them, and 2 to %d are needed", ErrRecipients, len(recipients), MaxRecipients)
	}
	roles, seen := map[string]bool{}, map[string]bool{}
	for _, r := range recipients {
		if r.ID != wire.KeyID(r.Key) {
			return fmt.Errorf("%w: key %s does not match its id", ErrRecipients, r.ID)
		}
		if seen[r.ID] {
			return fmt.Errorf("%w: key %s is listed twice", ErrRecipients, r.ID)
		}
		seen[r.ID], roles[r.Role] = true, true
	}
	if !roles[wire.RoleUnit] || !roles[wire.RoleRecovery] {
		return fmt.Errorf("%w: a unit's key and a recovery key are needed", ErrRecipients)
	}
	return nil
}

func wrapKey(public, context, key []byte) ([]byte, error) {
	recipient, err := hpke.MLKEM768X25519().NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrRecipients, err)
	}
	enc, sender, err := hpke.NewSender(recipient, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(Suite+" wrap"))
	if err != nil {
		return nil, err
	}
	sealed, err := sender.Seal(context, key)
	if err != nil {
		return nil, err
	}
	wrap := keyHint(public)
	wrap = append(wrap, enc...)
	wrap = append(wrap, sealed...)
	if len(wrap) != wrapLength {
		return nil, fmt.Errorf("a wrap of %d bytes, not %d", len(wrap), wrapLength)
	}
	return wrap, nil
}

// keyHint is the binary form of the first half of wire.KeyID.
func keyHint(public []byte) []byte {
	sum := sha256.Sum256(public)
	return sum[:keyIDLength:keyIDLength]
}

// Seal makes the item's body from a plaintext of up to MaxPlaintext bytes. It can
// be called once: an envelope is for one request. Errors: ErrTooLarge.
func (e *Envelope) Seal(plaintext []byte) ([]byte, error) {
	if e.sealed {
		return nil, errors.New("seal a request: this envelope was used already")
	}
	padded, err := pack(plaintext)
	if err != nil {
		return nil, fmt.Errorf("seal a request: %w", err)
	}
	defer clear(padded)
	k, err := bodyKeys(e.key, e.head, e.context)
	if err != nil {
		return nil, fmt.Errorf("seal a request: %w", err)
	}
	nonce := make([]byte, nonceLength)
	rand.Read(nonce)
	body := slices.Concat(e.head, k.commitment, nonce)
	body = k.aead.Seal(body, nonce, padded, k.additional)
	e.sealed = true
	return body, nil
}

// SealFile seals an attachment of up to MaxFile bytes under a key of its own,
// derived from the content key and the field (the question's id). Sealed bytes
// shown under another field do not open. Errors: ErrTooLarge.
func (e *Envelope) SealFile(field string, content []byte) ([]byte, error) {
	if len(content) > MaxFile {
		return nil, fmt.Errorf("seal the file of %s: %w: %d bytes, the limit is %d", field, ErrTooLarge, len(content), MaxFile)
	}
	aead, err := fileKey(e.key, e.context, field)
	if err != nil {
		return nil, fmt.Errorf("seal the file of %s: %w", field, err)
	}
	padded := make([]byte, (8+len(content)+fileBlock-1)/fileBlock*fileBlock)
	defer clear(padded)
	binary.BigEndian.PutUint64(padded, uint64(len(content)))
	copy(padded[8:], content)
	nonce := make([]byte, nonceLength)
	rand.Read(nonce)
	head := append(slices.Clone(fileMagic), formatVersion)
	return aead.Seal(slices.Concat(head, nonce), nonce, padded, slices.Concat(head, e.context, []byte(field))), nil
}

// keys of a body, all from the content key and everything before the commitment.
type keysOfBody struct {
	commitment []byte
	aead       cipher.AEAD
	additional []byte
}

func bodyKeys(key, head, context []byte) (keysOfBody, error) {
	sum := sha256.Sum256(head)
	commitment, err := hkdf.Key(sha256.New, key, sum[:], Suite+" commit"+string(context), keyLength)
	if err != nil {
		return keysOfBody{}, err
	}
	bodyKey, err := hkdf.Key(sha256.New, key, sum[:], Suite+" body"+string(context), keyLength)
	if err != nil {
		return keysOfBody{}, err
	}
	aead, err := newAEAD(bodyKey)
	return keysOfBody{commitment: commitment, aead: aead, additional: slices.Concat(context, sum[:], commitment)}, err
}

func fileKey(key, context []byte, field string) (cipher.AEAD, error) {
	k, err := hkdf.Key(sha256.New, key, nil, Suite+" file"+string(context)+field, keyLength)
	if err != nil {
		return nil, err
	}
	return newAEAD(k)
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
