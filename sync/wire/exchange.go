package wire

// The paths of the hub's interface for machines. All are POST with MediaType.
const (
	// PathExchange takes a batch (Packet, DomainBatch) from a kiosk and answers
	// with a Statement of a Reply.
	PathExchange = "/v1/exchange"
	// PathEnrol takes a Statement of an EnrolRequest, signed by the key it brings,
	// and answers with a Statement of an Enrolment.
	PathEnrol = "/v1/enrol"
	// PathPull takes a Statement of a Pull from an office and answers with a
	// delivery (Packet, DomainDelivery).
	PathPull = "/v1/office/pull"
	// PathWord takes a Statement of a Word from an office and answers 204.
	PathWord = "/v1/office/word"
	// PathStatus is the citizen's status page (GET), relative to the hub's public
	// address.
	PathStatus = "/s"
)

// BatchHeader opens a batch from a kiosk.
type BatchHeader struct {
	Version int    `json:"version"`
	Kiosk   string `json:"kiosk"`
	Epoch   Epoch  `json:"epoch"`
	// Nonce is 16 random bytes; the reply repeats it.
	Nonce []byte `json:"nonce"`
	Clock Clock  `json:"clock"`
	// Cursor is the last Reply.Cursor whose words are on the kiosk's disk.
	Cursor uint64 `json:"cursor"`
	// Directory is the version of the directory of units that the kiosk holds.
	Directory uint64 `json:"directory"`
	Health    Health `json:"health"`
}

// Health is what a kiosk says of itself at each exchange.
type Health struct {
	Program   string `json:"program"` // program version
	Unsent    int    `json:"unsent"`
	PutAside  int    `json:"put_aside"`
	OldestMS  int64  `json:"oldest_ms"` // age of the oldest unsent item, milliseconds
	FreeBytes uint64 `json:"free_bytes"`
	// Damage is a sentence for programmers when the outbox's own check failed.
	Damage string `json:"damage,omitempty"`
}

// Reply is the hub's answer to a batch, signed with the hub's key
// (DomainReply), and given only after everything accepted is committed.
type Reply struct {
	Version int `json:"version"`
	// Batch is the digest of the batch's bytes and Nonce its nonce: a reply to
	// anything else is not for this exchange.
	Batch Digest `json:"batch"`
	Nonce []byte `json:"nonce"`
	// Time is the hub's clock in Unix milliseconds.
	Time int64 `json:"time"`
	Acks []Ack `json:"acks"`
	// HighWater is the highest seq up to which the hub holds every item of the
	// batch's epoch.
	HighWater uint64 `json:"high_water"`
	// Words are offices' signed Words (DomainWord), oldest first, and Cursor the
	// position after the last of them.
	Words  []Statement `json:"words,omitempty"`
	Cursor uint64      `json:"cursor"`
	// More says that further words wait.
	More bool `json:"more,omitempty"`
	// Directory is the newest directory (DomainDirectory, the municipality's root)
	// if the kiosk's is older.
	Directory *Statement `json:"directory,omitempty"`
	// Public is the hub's public address, for links to the status page, or empty.
	Public string `json:"public,omitempty"`
	// Refused is a code when the whole exchange is refused (unknown or revoked
	// kiosk, bad signature, version); nothing of the batch was taken then.
	Refused string `json:"refused,omitempty"`
	// RetryAfterMS asks the kiosk to wait that long, in milliseconds.
	RetryAfterMS int64 `json:"retry_after_ms,omitempty"`
}

// Ack is the hub's word on one item of a batch.
type Ack struct {
	ID      ID      `json:"id"`
	Verdict Verdict `json:"verdict"`
	// Code is a reason code with VerdictRejected.
	Code string `json:"code,omitempty"`
}

// Pull asks for an office's deliveries. It is signed with the unit's signing key
// (DomainPull).
type Pull struct {
	Unit string `json:"unit"`
	// Municipality is the directory in which Unit is listed.
	Municipality string `json:"municipality"`
	// After is the delivery number up to which the office has everything.
	After uint64 `json:"after"`
	// Time is the office's clock in Unix milliseconds; the hub refuses a pull that
	// is more than ten minutes off, so that a captured one is soon worthless.
	Time int64 `json:"time"`
	// Nonce is 16 random bytes; the delivery repeats it.
	Nonce []byte `json:"nonce"`
}

// DeliveryHeader opens a delivery: a packet signed with the hub's key whose
// items are the kiosks' items as they were sent.
type DeliveryHeader struct {
	Version int    `json:"version"`
	Unit    string `json:"unit"`
	Nonce   []byte `json:"nonce"`
	// Numbers are the delivery numbers of the items, in the same order.
	Numbers []uint64 `json:"numbers"`
	More    bool     `json:"more"`
	Time    int64    `json:"time"`
}

// Word is what an office says about a request. It travels to the hub and from
// there, unchanged, to the kiosk, which checks it against the directory. It
// carries a state and a reason code and no free text: the kiosk's key lies on
// the kiosk's disk, so what travels down is readable to a thief.
type Word struct {
	Item         ID     `json:"item"`
	Folio        Folio  `json:"folio"`
	Municipality string `json:"municipality"`
	Unit         string `json:"unit"`
	State        State  `json:"state"`
	Reason       string `json:"reason,omitempty"`
	// At is the office's clock in Unix milliseconds.
	At int64 `json:"at"`
}

// EnrolRequest brings a new kiosk's public key to the hub. It is signed with
// that key (DomainEnrol) to prove that the kiosk holds it.
type EnrolRequest struct {
	Version int    `json:"version"`
	Code    string `json:"code"`
	Key     []byte `json:"key"` // Ed25519 public key, 32 bytes
}

// Enrolment is the hub's answer, signed with the hub's key (DomainEnrol). The
// kiosk pins HubKey only if it equals the one it was given outside the network.
type Enrolment struct {
	Version int    `json:"version"`
	Kiosk   string `json:"kiosk"`
	// Office is the scope path that the code was made for.
	Office      string `json:"office"`
	FolioPrefix string `json:"folio_prefix"`
	// StatusKey is the key of HashShortCode for this kiosk, 32 bytes, sealed by
	// nothing: it travels once, at enrolment.
	StatusKey []byte    `json:"status_key"`
	HubKey    []byte    `json:"hub_key"`
	Directory Statement `json:"directory"`
	Public    string    `json:"public,omitempty"`
	Time      int64     `json:"time"`
}
