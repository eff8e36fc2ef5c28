package station

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// VoiceSettings say how the kiosk speaks: where to, how fast, and how it notices a
// headset. Without any of them it speaks to the system's default device.
type VoiceSettings struct {
	// Off switches the voice off: no page offers one.
	Off bool `yaml:"off,omitempty"`
	// Device is the loudspeaker's name in ALSA, as "aplay -L" lists it.
	Device string `yaml:"device,omitempty"`
	// Headset says how a headset is noticed; there is none when it is left out.
	Headset HeadsetSettings `yaml:"headset,omitempty"`
	// OnFirstKey says that the voice comes on when the first action of a visit is a
	// key; it does when it is not given.
	OnFirstKey *bool `yaml:"on_first_key,omitempty"`
	// Rate is the usual rate in words a minute.
	Rate int `yaml:"rate,omitempty"`
}

// HeadsetSettings name one way of noticing a headset, and where it is heard.
type HeadsetSettings struct {
	// Card is the id of a USB sound card that is there while the headset's pad is: a
	// folder of /proc/asound.
	Card string `yaml:"card,omitempty"`
	// Switch is the input device of the socket.
	Switch string `yaml:"switch,omitempty"`
	// Always says that there is no loudspeaker.
	Always bool `yaml:"always,omitempty"`
	// Device is the headset's name in ALSA; the card's, or the loudspeaker's, when it
	// is left out.
	Device string `yaml:"device,omitempty"`
}

// The rates that an office may choose; the person's steps go from there.
const usualRate, leastVoiceRate, mostVoiceRate = 165, 100, 250

func defaultVoice() VoiceSettings { return VoiceSettings{Rate: usualRate} }

var (
	soundDevice = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.:,=-]*$`)
	soundCard   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,14}$`)
	numbered    = regexp.MustCompile(`^card[0-9]+$`)
)

// check says what is wrong, naming the field below "voice".
func (s VoiceSettings) check() error {
	wrong := func(field, say string, args ...any) error {
		return fmt.Errorf("voice.%s: %s", field, fmt.Sprintf(say, args...))
	}
	h := s.Headset
	ways := 0
	for _, given := range []bool{h.Card != "", h.Switch != "", h.Always} {
		if given {
			ways++
		}
	}
	const device = "%q is not a device of ALSA; write a name that \"aplay -L\" lists, such as plughw:CARD=PCH"
	switch {
	case s.Device != "" && !soundDevice.MatchString(s.Device):
		return wrong("device", device, s.Device)
	case s.Rate < leastVoiceRate || s.Rate > mostVoiceRate:
		return wrong("rate", "%d is not a number of words a minute from %d to %d", s.Rate, leastVoiceRate, mostVoiceRate)
	case ways > 1:
		return wrong("headset", "write one of card, switch and always: it is noticed in one way")
	case ways == 0 && h.Device != "":
		return wrong("headset", "say how the headset is noticed: card, switch or always; without that nothing is ever played to %q", h.Device)
	case h.Device != "" && !soundDevice.MatchString(h.Device):
		return wrong("headset.device", device, h.Device)
	case h.Card != "" && (!soundCard.MatchString(h.Card) || numbered.MatchString(h.Card)):
		return wrong("headset.card", "%q is not the id of a sound card; write the name in brackets that \"cat /proc/asound/cards\" shows, such as AudioNav", h.Card)
	case h.Switch != "" && (!strings.HasPrefix(h.Switch, "/dev/input/") || path.Clean(h.Switch) != h.Switch):
		return wrong("headset.switch", "%q is not an input device; write one such as /dev/input/by-path/… or /dev/input/event5", h.Switch)
	}
	return nil
}
