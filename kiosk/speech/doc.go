// Package speech says things aloud: it is what stands behind [kiosk.Speaker].
//
// An utterance becomes sound in two steps. A synthesiser makes samples of its
// words: a child process espeak-ng, which reads them from its standard input (never
// from its arguments, which anybody can list) and writes a WAV file to its standard
// output; or somebody has said these words before and a clip was recorded. Then the
// samples are brought to the volume asked for and handed to a player, a child
// process aplay, which plays them on the loudspeaker or in the headset. While one
// utterance is played the next is synthesised: a child of each kind at most.
//
// A run is one call of Say. The next one, Stop, and a headset that is pulled out all
// end it in the same way: its children are killed at once, and what was not said is
// forgotten. The player's device buffer is short, so that the room is silent within
// 100 ms.
//
// A child that is missing, hangs, crashes or writes rubbish costs its own utterance
// and nothing else. [Speaker.State] says how the voice is, and the log says once
// what is wrong.
package speech
