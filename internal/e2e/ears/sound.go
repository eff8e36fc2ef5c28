package ears

import "encoding/binary"

// A sound of the mouth bears the number of its words in the signs of its samples,
// which any volume but none leaves as they are: a beginning that nothing else has,
// then the number's bits, each as long as bitSamples.
const (
	bitSamples = 8
	beginning  = uint32(0xC0FFEE17)
	rate       = 22050
	// Loud is the peak of a sound as it leaves the mouth.
	Loud = 8000
)

// WAV returns a sound as espeak-ng writes it to a pipe: it does not know yet how long
// it will be, and says the most.
func WAV(number uint32) []byte {
	out := []byte("RIFF")
	out = binary.LittleEndian.AppendUint32(out, 0x7FFFF024)
	out = append(out, "WAVEfmt "...)
	out = binary.LittleEndian.AppendUint32(out, 16)
	for _, v := range []uint16{1, 1} { // plain samples, one channel
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = binary.LittleEndian.AppendUint32(out, rate*2)
	for _, v := range []uint16{2, 16} {
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	out = append(out, "data"...)
	out = binary.LittleEndian.AppendUint32(out, 0x7FFFF000)
	for _, word := range []uint32{beginning, number} {
		for bit := 31; bit >= 0; bit-- {
			v := int16(-Loud)
			if word>>bit&1 == 1 {
				v = Loud
			}
			for range bitSamples {
				out = binary.LittleEndian.AppendUint16(out, uint16(v)) // #nosec G115 -- its bits
			}
		}
	}
	return out
}

// Sound is a sound that came out at the end.
type Sound struct {
	Number uint32
	// Peak is its loudest sample: Loud, as far as nobody made it quieter.
	Peak int
}

// Sounds finds the sounds of the mouth in samples of 16 bits.
func Sounds(samples []byte) []Sound {
	const length = 2 * 32 * bitSamples
	at := func(i int) int { return int(int16(binary.LittleEndian.Uint16(samples[2*i:]))) } // #nosec G115 -- its bits
	word := func(from int) (w uint32, clear bool) {
		for bit := range 32 {
			v := at(from + bit*bitSamples + bitSamples/2)
			if v == 0 {
				return 0, false
			}
			w <<= 1
			if v > 0 {
				w |= 1
			}
		}
		return w, true
	}
	var out []Sound
	for i := 0; i+length <= len(samples)/2; i++ {
		if begun, clear := word(i); !clear || begun != beginning {
			continue
		}
		// The middle of a run of samples is looked at: the beginning is found some samples
		// early, and its last samples are its own.
		number, clear := word(i + 32*bitSamples)
		if !clear {
			continue
		}
		peak := 0
		for n := range length {
			peak = max(peak, at(i+n), -at(i+n))
		}
		out = append(out, Sound{number, peak})
		i += length - bitSamples
	}
	return out
}
