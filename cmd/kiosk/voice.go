package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"chasqui/kiosk"
	"chasqui/kiosk/speech"
	"chasqui/kiosk/station"
	"chasqui/locales"
)

// openVoice makes the speaker that the office's settings and the languages' packs
// describe. A box without a sound card, or without the programs, gets one as well:
// it speaks once they are there. When there is something wrong with a folder of
// clips, the queue is closed again and the kiosk does not start.
func (m *Main) openVoice(log *slog.Logger) error {
	settings := m.box.Settings.Voice
	if settings.Off {
		m.speaker = speech.Silence{}
		return nil
	}
	voices, clips := voicesOf(m.data, locales.Known(), m.box.Settings.Languages)
	speaker, err := speech.New(speech.Config{
		Voices: voices, Clips: clips, Device: settings.Device, Rate: settings.Rate, Headset: headsetOf(settings.Headset), Log: log,
	})
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", filepath.Join(m.data, "packs"), err), m.box.Close())
	}
	m.speaker = speaker
	return nil
}

// voicesOf returns what can say the languages that the office offers: the voices of
// their packs, and the clips in the operator's folders.
func voicesOf(data string, known []locales.Language, offered []string) (map[string]string, map[string]fs.FS) {
	voices, clips := map[string]string{}, map[string]fs.FS{}
	for _, l := range known {
		if !slices.Contains(offered, l.Tag) {
			continue
		}
		if l.Voice.Espeak != "" {
			voices[l.Tag] = l.Voice.Espeak
		}
		if dir := filepath.Join(data, "packs", l.Tag, l.Voice.Clips); l.Voice.Clips != "" && isDir(dir) {
			clips[l.Tag] = os.DirFS(dir)
		}
	}
	return voices, clips
}

func headsetOf(h station.HeadsetSettings) speech.Headset {
	return speech.Headset{Card: h.Card, Switch: h.Switch, Always: h.Always, Device: h.Device}
}

// voiceState tells the desk how the voice is.
func (m *Main) voiceState() (kiosk.VoiceState, string) {
	if s, ok := m.speaker.(*speech.Speaker); ok {
		return s.State()
	}
	return kiosk.VoiceOff, ""
}

// closeVoice ends what is being said.
func (m *Main) closeVoice() {
	if s, ok := m.speaker.(*speech.Speaker); ok {
		s.Close()
	}
}
