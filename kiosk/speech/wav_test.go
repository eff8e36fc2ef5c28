package speech

import (
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chasqui/kiosk"
	"chasqui/kiosk/speech/speechtest"
)

func number(n int) string { return strconv.Itoa(n) }

// wavFile makes a WAV file; extra is a chunk before its sound.
func wavFile(kind, channels, rate, bits int, extra string, samples ...int16) []byte {
	var b bytes.Buffer
	u16 := func(v int) { b.Write(binary.LittleEndian.AppendUint16(nil, uint16(v))) }
	u32 := func(v int) { b.Write(binary.LittleEndian.AppendUint32(nil, uint32(v))) }
	b.WriteString("RIFF")
	u32(36 + len(extra) + 2*len(samples))
	b.WriteString("WAVE" + "fmt ")
	u32(16)
	for _, v := range []int{kind, channels} {
		u16(v)
	}
	u32(rate)
	u32(rate * channels * bits / 8)
	u16(channels * bits / 8)
	u16(bits)
	b.WriteString(extra + "data")
	u32(2 * len(samples))
	for _, v := range samples {
		u16(int(uint16(v)))
	}
	return b.Bytes()
}

// tone is a sound of a length and a height.
func tone(rate int, seconds float64, height int16) []int16 {
	out := make([]int16, int(float64(rate)*seconds))
	for i := range out {
		if out[i] = height; i/40%2 == 1 {
			out[i] = -height
		}
	}
	return out
}

// Guards recordings as programs save them: both sides of a stereo sound are heard, what
// stands before the sound is passed over, and what cannot be played says what to save
// instead of making a noise.
func TestASoundIsReadOrTheFileSaysWhatItIs(t *testing.T) {
	for _, c := range []struct {
		name  string
		file  []byte
		want  []int16
		wrong string
	}{
		{"mono", wavFile(1, 1, 22050, 16, "", 1, -2, 3), []int16{1, -2, 3}, ""},
		{"stereo", wavFile(1, 2, 44100, 16, "", 100, 300, -32768, -32768), []int16{200, -32768}, ""},
		{"who recorded it", wavFile(1, 1, 22050, 16, "LIST\x03\x00\x00\x00abc\x00", 7), []int16{7}, ""},
		{"cut off", wavFile(1, 1, 22050, 16, "", 1, 2)[:46], []int16{1}, ""},
		{"empty", nil, nil, "there is no sound"},
		{"MP3", []byte("ID3\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00"), nil, "not a WAV file"},
		{"eight bits", wavFile(1, 1, 22050, 8, "", 1), nil, "save it as PCM with 16 bits"},
		{"floating", wavFile(3, 1, 22050, 32, "", 1), nil, "save it as PCM with 16 bits"},
		{"six channels", wavFile(1, 6, 48000, 16, "", 1), nil, "mono or stereo"},
		{"96 kHz", wavFile(1, 1, 96000, 16, "", 1), nil, "save it with 22050"},
		{"no head", []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00"), nil, "ends before its sound"},
		{"no format", []byte("RIFF\x00\x00\x00\x00WAVEdata\x10\x00\x00\x00"), nil, "before it says of what kind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wav, err := openWAV(bytes.NewReader(c.file))
			if c.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), c.wrong) {
					t.Errorf("%v, want %q", err, c.wrong)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(wav)
			if err != nil {
				t.Fatal(err)
			}
			var got []int16
			for i := 0; i+1 < len(b); i += 2 {
				got = append(got, int16(binary.LittleEndian.Uint16(b[i:])))
			}
			if len(got) != len(c.want) || !bytes.Equal(wavFile(1, 1, 1, 16, "", got...), wavFile(1, 1, 1, 16, "", c.want...)) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// Guards the kiosk against whatever a file, or a program, gives it for a sound.
func FuzzWAV(f *testing.F) {
	f.Add(wavFile(1, 1, 22050, 16, "", 1, -2, 3))
	f.Add(wavFile(1, 2, 48000, 16, "LIST\x04\x00\x00\x00abcd", 1, 2, 3, 4))
	f.Add(wavFile(0xfffe, 1, 8000, 16, "", 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		wav, err := openWAV(bytes.NewReader(b))
		if err != nil {
			return
		}
		if wav.rate < leastRate || wav.rate > mostRate {
			t.Errorf("%d samples a second are taken", wav.rate)
		}
		out, err := io.ReadAll(wav)
		if err != nil || len(out) > len(b) {
			t.Errorf("%d bytes of sound in a file of %d: %v", len(out), len(b), err)
		}
		even(out[:len(out)&^1], wav.rate)
	})
}

// clipsFolder has clips of several kinds.
func clipsFolder() fstest.MapFS {
	return fstest.MapFS{
		ClipsFile: {Data: []byte(`# a comment
"Mari mari": uno.wav
"Kiñe  zungu, ñi pu che": palabras/dos.wav
'"Tres"': tres.wav
"Largo": largo.wav
`)},
		"uno.wav":          {Data: wavFile(1, 1, 22050, 16, "", tone(22050, 0.4, 900)...)},
		"palabras/dos.wav": {Data: wavFile(1, 2, 44100, 16, "", tone(44100*2, 0.5, 12000)...)},
		"tres.wav":         {Data: wavFile(1, 1, 8000, 16, "", tone(8000, 0.3, 5000)...)},
		"largo.wav":        {Data: wavFile(1, 1, 22050, 16, "", tone(22050, 5, 25000)...)},
	}
}

// Guards that a language without a voice of its own keeps every promise of one that
// has.
func TestASpeakerWithClipsKeepsTheContract(t *testing.T) {
	speechtest.Contract(t, speechtest.Voice{
		Programs: []string{speechtest.Player}, New: maker(Config{Clips: map[string]fs.FS{"arn": clipsFolder()}}),
		Language: "arn", Texts: [3]string{" Mari  mari\n", "Kiñe zungu, ñi pu che", `"Tres"`}, Long: "Largo",
	})
}

// Guards that clips sound no louder than the voice that the operator has set to
// 65 dBA, however they were recorded; and that a clip is taken before a voice.
func TestClipsAreAsLoudAsTheVoice(t *testing.T) {
	stage := speechtest.NewStage(t, speechtest.Synthesiser, speechtest.Player)
	s := start(t, Config{Clips: map[string]fs.FS{"arn": clipsFolder()}, Voices: map[string]string{"arn": "es-419"}})
	var all []kiosk.Utterance
	for _, text := range []string{"Mari mari", "Kiñe zungu, ñi pu che", `"Tres"`, "Largo", "No grabado."} {
		all = append(all, kiosk.Utterance{Text: text, Language: "arn"})
	}
	sounds := heard(t, stage, s, kiosk.Voice{On: true, Volume: kiosk.HighestVolume}, all...)
	for i, rate := range []int{22050, 44100, 8000, 22050} {
		if level := sounds[i].Level(); level < -20.5 || level > -19.5 || sounds[i].Rate() != rate {
			t.Errorf("clip %d has %.1f dB at %d samples a second, want -20 at %d", i+1, level, sounds[i].Rate(), rate)
		}
	}
	if w, ok := sounds[4].Words(); !ok || w.Text != "No grabado." {
		t.Errorf("what was not recorded is %q in the voice", w.Text)
	}
	if n := len(stage.Started(speechtest.Synthesiser)); n != 1 {
		t.Errorf("the voice was asked %d times", n)
	}
}

// Guards whoever records clips: what is wrong with one is said when the kiosk starts, with
// its line, and not found out by somebody who hears nothing there.
func TestAnIndexOfClipsNamesTheLineThatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, index, want string }{
		{"two files", "\"a\": uno.wav\n\"b\": [uno.wav]\n", `clips.yaml:2: "b": write the text in quotes`},
		{"no words", "\"  \": uno.wav\n", `clips.yaml:1: "  ": there are no words`},
		{"twice", "\"a b\": uno.wav\n\n\"a  b \": tres.wav\n", `clips.yaml:3: "a  b ": this text stands on line 1 already`},
		{"outside", "\"a\": ../uno.wav\n", `"../uno.wav" is not a file of this folder`},
		{"another kind", "\"a\": uno.mp3\n", `"uno.mp3" is not a file of this folder that ends in .wav`},
		{"not there", "\"a\": cuatro.wav\n", `clips.yaml:1: "a": there is no file cuatro.wav`},
		{"no sound", "\"a\": ruido.wav\n", "ruido.wav: this is not a WAV file"},
		{"empty", "\"a\": vacio.wav\n", "vacio.wav: there is no sound in it"},
		{"too long", "\"a\": eterno.wav\n", "eterno.wav: it says that it is longer than 1m0s"},
		{"a list", "- uno.wav\n", "clips.yaml:1: write one line for each clip"},
		{"not YAML", "\"a: uno.wav", "clips.yaml: not an index of clips"},
		{"good", "\"a\": uno.wav\n", ""},
		{"nothing yet", "# nothing\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := clipsFolder()
			folder["clips.yaml"] = &fstest.MapFile{Data: []byte(c.index)}
			folder["ruido.wav"] = &fstest.MapFile{Data: []byte("this is some other text")}
			folder["vacio.wav"] = &fstest.MapFile{Data: wavFile(1, 1, 22050, 16, "")}
			eterno := wavFile(1, 1, 8000, 16, "", 1)
			binary.LittleEndian.PutUint32(eterno[40:], 1<<30)
			folder["eterno.wav"] = &fstest.MapFile{Data: eterno}
			_, err := New(Config{Clips: map[string]fs.FS{"arn": folder}})
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "clips of arn")):
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := New(Config{Clips: map[string]fs.FS{"arn": fstest.MapFS{}}}); err == nil || !strings.Contains(err.Error(), "clips.yaml: there is no such file") {
		t.Errorf("%v", err)
	}
	if _, err := New(Config{Rate: 500}); err == nil {
		t.Error("500 words a minute are taken")
	}
}

// Guards that what a translator writes is taken or named, and never crashes a box.
func FuzzClips(f *testing.F) {
	f.Add([]byte("\"a\": uno.wav\n"))
	f.Add([]byte("a: &x uno.wav\nb: *x\n? [1]\n: 2\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		folder := clipsFolder()
		folder[ClipsFile] = &fstest.MapFile{Data: b}
		c, err := ReadClips(folder)
		if err != nil {
			if !strings.HasPrefix(err.Error(), ClipsFile) {
				t.Errorf("%v does not name the file", err)
			}
			return
		}
		for text, file := range c.files {
			if c.find(" "+text) != file {
				t.Errorf("%q is not found", text)
			}
		}
	})
}
