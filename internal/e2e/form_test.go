package e2e

import (
	"bytes"
	"encoding/json"
	"testing"

	"chasqui/kiosk"
	"chasqui/office"
	"chasqui/sync/wire"
)

// Guards that kiosk and office mean the same by a request: neither may import
// the other, so each writes the form down, and here they meet.
func TestTheOfficeReadsWhatTheKioskWrites(t *testing.T) {
	written, err := json.Marshal(kiosk.Request{
		Version: 1, ID: wire.ID{1}, Folio: "K7M402918376", Service: "s", ServiceVersion: 2, Title: "t", Unit: "u", Office: "o",
		Language: "es", Assisted: true, Outcome: "out", Created: wire.Clock{Wall: 1, Boot: "b", Mono: 2, Trusted: true},
		Kind: wire.KindCorrection, Amends: wire.ID{2},
		Answers: []kiosk.Answered{{
			Question: "q", Type: kiosk.TypeFile, Label: "l", Shown: "s", Statement: "c",
			Value: kiosk.Value{Text: "x", Parts: map[string]string{"a": "b"}, File: &kiosk.File{Name: "n", Media: "m", Size: 3},
				Many: []string{"d", "e"}, Entries: []kiosk.Answers{{"f": {Text: "y"}}}, Declined: true},
			File: &kiosk.SealedFile{Digest: wire.Digest{1}, Plain: wire.Digest{2}, Size: 4},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var read office.Request
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		t.Fatalf("the office does not know a field that the kiosk writes: %v", err)
	}
	again, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, again) {
		t.Errorf("the office loses something:\nkiosk  %s\noffice %s", written, again)
	}
}
