package kiosk

// Utterance is one thing to be said aloud, already in words.
type Utterance struct {
	Text string
	// Language is the tag of the words' language, which the voice has too.
	Language string
	// Private says that it is about the person: an answer, a folio. It is said into
	// a headset, or after the person asked for it aloud, and never otherwise.
	Private bool
}

// Voice is how a person wants to be spoken to in this visit. The zero value is
// the office's default: silence, and the default rate and volume when it is
// switched on.
type Voice struct {
	On bool
	// Rate is the number of steps from the usual rate, from SlowestRate to FastestRate.
	Rate int
	// Volume is the number of steps of 6 dB from the default volume, which the
	// operator has set to at most 65 dBA (EN 301 549, 5.1.3.13), from LowestVolume to
	// HighestVolume. The highest is the default and 12 dB more (Section 508, 402.3.2).
	Volume int
	// Aloud is the person's yes to hearing what is private over the loudspeaker.
	Aloud bool
}

// The bounds of rate and volume: a range of 18 dB.
const (
	SlowestRate, FastestRate    = -2, 3
	LowestVolume, HighestVolume = -1, 2
	VolumeStepDB                = 6
)

// Speaker says things aloud. Its methods return at once and may be called from the
// screen's goroutine.
type Speaker interface {
	// Say says utterances one after another, in place of whatever is being said.
	Say(v Voice, all ...Utterance)
	// Stop ends what is being said, within 100 ms.
	Stop()
	// Pause holds what is being said, and lets it go on.
	Pause(on bool)
	// Speaking reports whether something is being said or held by Pause, so that
	// nobody is timed out who is listening.
	Speaking() bool
	// Headset reports whether what is said is heard in a headset alone.
	Headset() bool
	// Speaks reports whether there is a voice, or there are recorded clips, for a
	// language.
	Speaks(language string) bool
}

// VoiceState is how the voice of a kiosk is.
type VoiceState string

// The states of the voice. Each has a sentence in locales/voice under
// "voice.device."+state, for the desk.
const (
	VoiceOff     VoiceState = "off"     // the office has switched it off
	VoiceMissing VoiceState = "missing" // a program that it needs is not installed
	VoiceReady   VoiceState = "ready"   // nothing is known to be wrong
	VoiceFault   VoiceState = "fault"   // what was last said was not heard; see the words
)
