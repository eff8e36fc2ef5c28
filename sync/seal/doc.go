// Package seal closes what a citizen writes so that only the responsible office
// can read it: before it touches the kiosk's disk, and until the office opens it.
//
//   - An [Envelope] belongs to one request. It has a fresh content key, wrapped to
//     each recipient of the unit: the unit's own key and its recovery key.
//   - [Envelope.Seal] makes the body of the request's item, [Envelope.SealFile]
//     seals its attachments under keys derived from the same content key.
//   - [Keys] are what a unit holds: the key that opens and the key that signs.
//   - [Open] and [Opened.OpenFile] undo it, with the keys of any one recipient.
//
// The suite is [Suite]: HPKE (RFC 9180) in base mode with the KEM MLKEM768-X25519
// (X-Wing, 0x647A), HKDF-SHA256 and AES-256-GCM for the wraps; AES-256-GCM under a
// key derived from the content key for the rest; zstd before sealing, and padding
// to [SizeClasses], so that the length of a body tells a class and no more.
//
// # A body, byte by byte
//
// Numbers are big endian.
//
//	offset  length    what
//	0       3         "CHS"
//	3       1         format version, 1
//	4       1         n, the number of wraps, 2 to 16
//	5       1176 × n  the wraps
//	…       32        commitment to the content key
//	…       12        nonce, random
//	…       class+16  AES-256-GCM of the padded content, with its tag; class is one
//	                  of SizeClasses
//
// A wrap is
//
//	0       8         the recipient's key id: the first 8 bytes of the SHA-256 of
//	                  its public key
//	8       1120      HPKE encapsulated key
//	1128    48        the content key (32 bytes) sealed with Sender.Seal, and its tag
//
// The padded content is
//
//	0       1         the dictionary's id, 1
//	1       4         length of the plaintext
//	5       4         length of the zstd frame
//	9       …         the zstd frame
//	…       …         zeros up to the size class
//
// # What is bound to what
//
// The context of a request is the concatenation of
//
//	Suite, a zero byte, the item's id (16 bytes), the length of the service's id
//	(uint16), the service's id, the service's version (uint32)
//
// Each wrap is sealed with info "chasqui-1 wrap" and the context as additional
// data. Let h be the SHA-256 of everything from offset 0 to the end of the wraps.
// Then, with HKDF-SHA256 and the content key as its secret and h as its salt,
//
//	commitment = HKDF(info "chasqui-1 commit" ‖ context), 32 bytes
//	body key   = HKDF(info "chasqui-1 body" ‖ context), 32 bytes
//	file key   = HKDF(no salt, info "chasqui-1 file" ‖ context ‖ field), 32 bytes
//
// and the additional data of the body is context ‖ h ‖ commitment. AES-GCM does not
// commit to its key: without h in the additional data and the commitment, whoever
// makes a body could wrap different keys to the two recipients and have them read
// two different requests.
//
// # A file, byte by byte
//
//	0       3         "CHF"
//	3       1         format version, 1
//	4       12        nonce, random
//	16      …         AES-256-GCM of: the content's length (uint64), the content,
//	                  zeros up to a multiple of 4096 bytes; and its tag
//
// Additional data of a file: its first 4 bytes, then the context, then the field.
package seal
