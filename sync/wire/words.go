package wire

// Version is the version of the wire format that this code writes. It reads
// this version only; older ones join it in a table when there are any.
const Version = 1

// State is where an item stands, in the one table of words that the citizen's
// screen, the desk, the hub, the office's files and the boards all use. An item
// is in exactly one state.
type State string

// The states, in the order an item can pass through them.
const (
	// StateSaved: the kiosk's disk has it, durably.
	StateSaved State = "saved"
	// StateSending: its bytes are on their way at this moment.
	StateSending State = "sending"
	// StateAtHub: the hub's signed acknowledgement is on the kiosk's disk.
	StateAtHub State = "at-hub"
	// StateOpened: the office's signed word that it has opened the request.
	StateOpened State = "opened"
	// StateDecided: the office's signed word that the request was granted.
	StateDecided State = "decided"
	// StateNeedsSomething: the office's signed word that something is missing.
	StateNeedsSomething State = "needs-something"
	// StateRefused: the office's signed word that the request was refused.
	StateRefused State = "refused"
	// StatePutAside: kiosk or hub cannot carry it on as it is; a person must look.
	StatePutAside State = "put-aside"
	// StateWithdrawn: the citizen took it back.
	StateWithdrawn State = "withdrawn"
)

// States lists every state once, in the order of the table.
func States() []State {
	return []State{StateSaved, StateSending, StateAtHub, StateOpened, StateDecided,
		StateNeedsSomething, StateRefused, StatePutAside, StateWithdrawn}
}

// Valid reports whether s is a word of the table.
func (s State) Valid() bool {
	for _, known := range States() {
		if s == known {
			return true
		}
	}
	return false
}

// FromOffice reports whether s is a word that only an office may say.
func (s State) FromOffice() bool {
	switch s {
	case StateOpened, StateDecided, StateNeedsSomething, StateRefused:
		return true
	}
	return false
}

// Unsent reports whether an item in state s has yet to be acknowledged by the
// hub, so that it must be counted in "requests waiting".
func (s State) Unsent() bool { return s == StateSaved || s == StateSending }

// Lane orders what is sent first when a link is slow.
type Lane uint8

// The lanes, most urgent first.
const (
	LaneState      Lane = 0 // withdrawals and other words about requests
	LaneRequest    Lane = 1 // sealed requests
	LaneCount      Lane = 2 // hourly counts and decision records
	LaneAttachment Lane = 3 // parts of attachments
)

// Kind says what an item's body is.
type Kind string

// The kinds of item.
const (
	KindRequest    Kind = "request"    // a sealed request, for an office
	KindAttachment Kind = "attachment" // one part of a sealed file, for an office
	KindCounts     Kind = "counts"     // a CountSet as JSON, for the hub
	KindDecision   Kind = "decision"   // a Decision as JSON, for the hub

	// The amendments: sealed like a request and naming it as their Parent.
	KindCorrection Kind = "correction" // answers that replace those of the request
	KindAddition   Kind = "addition"   // something to add to the request
	KindWithdrawal Kind = "withdrawal" // the citizen takes the request back
)

// Lane returns the lane in which items of kind k travel.
func (k Kind) Lane() Lane {
	switch k {
	case KindRequest, KindCorrection, KindAddition:
		return LaneRequest
	case KindWithdrawal:
		return LaneState
	case KindAttachment:
		return LaneAttachment
	}
	return LaneCount
}

// Valid reports whether k is a kind this version knows.
func (k Kind) Valid() bool {
	switch k {
	case KindRequest, KindAttachment, KindCounts, KindDecision:
		return true
	}
	return k.Amends()
}

// Amends reports whether an item of kind k is about an earlier request, its
// Parent, and bears that request's folio.
func (k Kind) Amends() bool {
	return k == KindCorrection || k == KindAddition || k == KindWithdrawal
}

// Amendments lists the kinds that amend an earlier request, once each.
func Amendments() []Kind { return []Kind{KindCorrection, KindAddition, KindWithdrawal} }

// Kinds lists every kind once.
func Kinds() []Kind {
	return append([]Kind{KindRequest, KindAttachment, KindCounts, KindDecision}, Amendments()...)
}

// Sealed reports whether bodies of kind k are sealed to an office, so that the
// hub must route them and cannot read them.
func (k Kind) Sealed() bool { return k == KindRequest || k == KindAttachment || k.Amends() }

// Verdict is the hub's answer to one item.
type Verdict string

// The verdicts.
const (
	VerdictAccepted  Verdict = "accepted"  // stored by this exchange
	VerdictDuplicate Verdict = "duplicate" // stored before, with the same bytes
	VerdictRejected  Verdict = "rejected"  // cannot be carried on: put aside, with Code
	VerdictRetry     Verdict = "retry"     // not now; send again later
)

// The codes of a rejection or of a refused exchange. Each has a sentence in
// locales/state under "reason."+code.
const (
	CodeConflict      = "conflict"       // same id or (epoch, seq), other bytes
	CodeUnknownUnit   = "unknown-unit"   // no such unit in the directory
	CodeTooLarge      = "too-large"      // over MaxBody
	CodeMalformed     = "malformed"      // the body is not what its kind says
	CodeUnknownKind   = "unknown-kind"   // this hub does not know the kind
	CodeUnknownKiosk  = "unknown-kiosk"  // not enrolled here
	CodeRevoked       = "revoked"        // the kiosk's key was revoked
	CodeBadSignature  = "bad-signature"  // the bytes were not signed by the key on file
	CodeVersion       = "version"        // the hub does not read this version
	CodeKeysUnknown   = "keys-unknown"   // the kiosk has no keys for the unit
	CodeDamaged       = "damaged"        // the kiosk's own copy no longer matches its digest
	CodeOfficeCannot  = "office-cannot"  // the office could not open it
	CodeMissing       = "missing"        // the office asks for something that is missing
	CodeGranted       = "granted"        // granted; come for it or wait for it
	CodeNotEntitled   = "not-entitled"   // refused: the conditions are not met
	CodeCitizenAsked  = "citizen-asked"  // withdrawn at the citizen's wish
	CodeNothingToSay  = ""               // no reason needed
	CodeServiceClosed = "service-closed" // the service is no longer offered
)

// Channel is a way in which a transaction can be done.
type Channel string

// The channels of the channel mix. The kiosk is a channel of its own.
const (
	ChannelKiosk    Channel = "kiosk"
	ChannelAssisted Channel = "kiosk-assisted"
	ChannelWeb      Channel = "web"
	ChannelCounter  Channel = "counter"
	ChannelPhone    Channel = "phone"
	ChannelMail     Channel = "mail"
)

// Channels lists every channel once, digital ones first.
func Channels() []Channel {
	return []Channel{ChannelKiosk, ChannelAssisted, ChannelWeb, ChannelCounter, ChannelPhone, ChannelMail}
}

// Digital reports whether a transaction completed in channel c counts as
// digital. Assisted ones do, and are shown apart.
func (c Channel) Digital() bool {
	return c == ChannelKiosk || c == ChannelAssisted || c == ChannelWeb
}

// Valid reports whether c is a known channel.
func (c Channel) Valid() bool {
	for _, known := range Channels() {
		if c == known {
			return true
		}
	}
	return false
}
