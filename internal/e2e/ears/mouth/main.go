// Mouth stands in for the two programs by which a kiosk speaks. It acts by the name
// it is called by, which is how the kiosk finds it first in PATH:
//
//   - as espeak-ng it takes the words on its standard input and answers with a short
//     sound, as a WAV file. Words can be told from the sound: it bears a number.
//   - as aplay it swallows samples, and tells which sounds came to its end.
//
// Both tell what they did over the socket that lies beside them. Package ears
// listens there.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"chasqui/internal/e2e/ears"
)

func main() {
	name := filepath.Base(os.Args[0])
	act, ok := map[string]func(options) error{"espeak-ng": speak, "aplay": play}[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "mouth: it is called %q; call it espeak-ng or aplay\n", name)
		os.Exit(2)
	}
	if err := act(parse(os.Args[1:])); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// options are what stands on a command line, by name without hyphens. Those that
// take a value may have it attached; others, and those not known here, are "".
type options map[string]string

// valued are the options of one letter that take a value, in either program.
const valued = "vsagpblkfwdDtrc"

func parse(args []string) options {
	out := options{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case strings.HasPrefix(arg, "--"):
			name, value, _ := strings.Cut(arg[2:], "=")
			out[name] = value
		case len(arg) > 2 && arg[0] == '-':
			out[arg[1:2]] = arg[2:]
		case len(arg) == 2 && arg[0] == '-' && strings.Contains(valued, arg[1:]) && i+1 < len(args):
			i++
			out[arg[1:]] = args[i]
		case len(arg) == 2 && arg[0] == '-':
			out[arg[1:]] = ""
		default:
			out[arg] = ""
		}
	}
	return out
}

func (o options) number(name string) int {
	n, err := strconv.Atoi(o[name])
	if err != nil {
		return 0
	}
	return n
}

// voices is the list that espeak-ng prints, as far as anybody asks for it.
const voices = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  en-us           --/M      English_(America)  gmw/en-US
 5  es              --/M      Spanish_(Spain)    roa/es
 5  es-419          --/M      Spanish_(Latin_America) roa/es-419
 5  ht              --/M      Haitian_Creole     roa/ht
 5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR
`

func speak(o options) error {
	if _, asked := o["version"]; asked {
		_, err := fmt.Println("eSpeak NG text-to-speech: 1.51  Data at: (none: this one speaks to a test)")
		return err
	}
	if _, asked := o["voices"]; asked {
		_, err := fmt.Print(voices)
		return err
	}
	words, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	number, err := ears.Report(folder(), ears.Message{
		Voice: o["v"], Rate: o.number("s"), Amplitude: o.number("a"), Text: strings.TrimSpace(string(words)),
	})
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(ears.WAV(number))
	return err
}

func play(o options) error {
	if _, asked := o["l"]; asked {
		return nil
	}
	if _, asked := o["L"]; asked {
		return nil
	}
	samples, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	for _, sound := range ears.Sounds(samples) {
		_, err := ears.Report(folder(), ears.Message{Number: sound.Number, Peak: sound.Peak, Device: o["D"], Played: true})
		if err != nil {
			return err
		}
	}
	return nil
}

// folder is where this program lies, and the socket with it.
func folder() string {
	path, err := os.Executable()
	if err != nil {
		return "."
	}
	return filepath.Dir(path)
}
