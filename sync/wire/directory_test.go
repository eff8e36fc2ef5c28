package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// The keys of the samples: the municipality's root, two units' signers.
var (
	rootKey     = key(10)
	atencionKey = key(11)
	socialKey   = key(12)
)

func recipient(role string, n byte) Recipient {
	k := bytes.Repeat([]byte{n}, 1216)
	return Recipient{ID: KeyID(k), Role: role, Key: k}
}

func sampleDirectory() Directory {
	return Directory{
		Version: 3, Municipality: "CL/13/13101", Name: "Municipalidad de Prueba", Issued: 1795446245678,
		Units: []Unit{
			{ID: "atencion", Name: "Oficina de Informaciones", Recipients: []Recipient{recipient(RoleUnit, 1), recipient(RoleRecovery, 2)}, Signers: [][]byte{public(atencionKey)}},
			{ID: "social", Name: "Departamento Social", Recipients: []Recipient{recipient(RoleUnit, 3), recipient(RoleRecovery, 2)}, Signers: [][]byte{public(key(13)), public(socialKey)}},
		},
	}
}

func signed(t interface{ Fatal(...any) }, domain Domain, k ed25519.PrivateKey, body any) Statement {
	s, err := Sign(domain, k, body)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Guards promise 3, "no one but the office can read it": a hub that could make a
// directory could name its own keys in it.
func TestADirectoryHoldsUnderThePinnedRootAlone(t *testing.T) {
	d, err := OpenDirectory(signed(t, DomainDirectory, rootKey, sampleDirectory()), public(rootKey))
	if err != nil || d.Version != 3 || len(d.Units) != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	for name, s := range map[string]Statement{
		"signed by the hub":          signed(t, DomainDirectory, key(1), sampleDirectory()),
		"signed for something else":  signed(t, DomainReply, rootKey, sampleDirectory()),
		"signed by one of its units": signed(t, DomainDirectory, atencionKey, sampleDirectory()),
		"not signed":                 {Body: signed(t, DomainDirectory, rootKey, sampleDirectory()).Body},
	} {
		if d, err := OpenDirectory(s, public(rootKey)); !errors.Is(err, ErrSignature) || d.Version != 0 {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

func TestADirectoryAgainstItsOwnRulesIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Directory)
		say    string
	}{
		"no version":                 {func(d *Directory) { d.Version = 0 }, "version"},
		"no municipality":            {func(d *Directory) { d.Municipality = "" }, "municipality"},
		"a unit without a name":      {func(d *Directory) { d.Units[0].ID = "" }, "without a name"},
		"a unit twice":               {func(d *Directory) { d.Units[1].ID = "atencion" }, `"atencion" twice`},
		"no key of its own":          {func(d *Directory) { d.Units[0].Recipients = d.Units[0].Recipients[1:] }, "a key of its own"},
		"no recovery key":            {func(d *Directory) { d.Units[1].Recipients = d.Units[1].Recipients[:1] }, "a recovery key"},
		"no keys":                    {func(d *Directory) { d.Units[0].Recipients = nil }, "a key of its own"},
		"a key under another's name": {func(d *Directory) { d.Units[0].Recipients[0].Key = recipient("", 9).Key }, "does not match its id"},
		"no signer":                  {func(d *Directory) { d.Units[0].Signers = nil }, "no signing key"},
		"a signer too short":         {func(d *Directory) { d.Units[0].Signers[0] = d.Units[0].Signers[0][:31] }, "31 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleDirectory()
			test.change(&d)
			_, err := OpenDirectory(signed(t, DomainDirectory, rootKey, d), public(rootKey))
			if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), test.say) {
				t.Errorf("error %v does not say %q", err, test.say)
			}
		})
	}
	if _, err := OpenDirectory(signed(t, DomainDirectory, rootKey, "x"), public(rootKey)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a signed word for a directory: %v", err)
	}
}

func TestAUnitIsFoundByItsID(t *testing.T) {
	d := sampleDirectory()
	if u, ok := d.Find("social"); !ok || u.Name != "Departamento Social" {
		t.Errorf("%+v, %v", u, ok)
	}
	if u, ok := d.Find("transito"); ok || u.ID != "" {
		t.Errorf("%+v, %v", u, ok)
	}
}

func sampleWord() Word {
	return Word{Item: ID{1, 2, 3}, Folio: "K7M402918376", Municipality: "CL/13/13101", Unit: "social", State: StateOpened, At: 1795446245678}
}

// Guards promise 5: what a citizen reads about a request is the word of the
// office that has it, and of nobody on the way.
func TestAWordHoldsWhenItsOwnUnitSignedIt(t *testing.T) {
	d := sampleDirectory()
	for _, signer := range []ed25519.PrivateKey{socialKey, key(13)} { // either of its two
		w, err := d.OpenWord(signed(t, DomainWord, signer, sampleWord()))
		if err != nil || w != sampleWord() {
			t.Errorf("%+v, %v", w, err)
		}
	}
	change := func(f func(*Word)) Word {
		w := sampleWord()
		f(&w)
		return w
	}
	for name, s := range map[string]Statement{
		"signed by the hub":         signed(t, DomainWord, key(1), sampleWord()),
		"signed by another unit":    signed(t, DomainWord, atencionKey, sampleWord()),
		"signed as a pull":          signed(t, DomainPull, socialKey, sampleWord()),
		"another municipality":      signed(t, DomainWord, socialKey, change(func(w *Word) { w.Municipality = "CL/13/13102" })),
		"a unit that there is not":  signed(t, DomainWord, socialKey, change(func(w *Word) { w.Unit = "transito" })),
		"a unit without a name":     signed(t, DomainWord, socialKey, change(func(w *Word) { w.Unit = "" })),
		"not signed":                {Body: signed(t, DomainWord, socialKey, sampleWord()).Body},
		"another body":              {Body: signed(t, DomainWord, socialKey, change(func(w *Word) { w.State = StateRefused })).Body, Signature: signed(t, DomainWord, socialKey, sampleWord()).Signature},
		"a directory without units": signed(t, DomainWord, socialKey, sampleWord()),
	} {
		in := d
		if name == "a directory without units" {
			in = Directory{Version: 1, Municipality: "CL/13/13101"}
		}
		if w, err := in.OpenWord(s); !errors.Is(err, ErrSignature) || w != (Word{}) {
			t.Errorf("%s: %+v, %v", name, w, err)
		}
	}
	// An office may not say what is not an office's to say, even with its own key.
	for _, state := range States() {
		w, err := d.OpenWord(signed(t, DomainWord, socialKey, change(func(w *Word) { w.State = state })))
		if state.FromOffice() != (err == nil) || err != nil && (!errors.Is(err, ErrMalformed) || w != (Word{})) {
			t.Errorf("state %s: %+v, %v", state, w, err)
		}
	}
	if _, err := d.OpenWord(signed(t, DomainWord, socialKey, change(func(w *Word) { w.Item = ID{} }))); !errors.Is(err, ErrMalformed) {
		t.Errorf("a word about nothing: %v", err)
	}
	if _, err := d.OpenWord(Statement{Body: []byte("{")}); !errors.Is(err, ErrMalformed) {
		t.Errorf("half a word: %v", err)
	}
}

// Guards the deliveries: they are sealed, but which there are is nobody else's
// business.
func TestAPullHoldsWhenItsOwnUnitSignedIt(t *testing.T) {
	d := sampleDirectory()
	pull := Pull{Unit: "atencion", Municipality: "CL/13/13101", After: 5, Time: 1795446245678, Nonce: make([]byte, 16)}
	p, err := d.OpenPull(signed(t, DomainPull, atencionKey, pull))
	if err != nil || p.After != 5 || p.Unit != "atencion" {
		t.Errorf("%+v, %v", p, err)
	}
	elsewhere := pull
	elsewhere.Municipality = "CL/05/05101"
	for name, s := range map[string]Statement{
		"another unit":         signed(t, DomainPull, socialKey, pull),
		"signed as a word":     signed(t, DomainWord, atencionKey, pull),
		"another municipality": signed(t, DomainPull, atencionKey, elsewhere),
	} {
		if p, err := d.OpenPull(s); !errors.Is(err, ErrSignature) || p.Unit != "" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	if _, err := d.OpenPull(Statement{Body: []byte("[]")}); !errors.Is(err, ErrMalformed) {
		t.Errorf("a list for a pull: %v", err)
	}
}

// FuzzOpenDirectory signs what it is given: whatever the root signs, a directory
// that opens keeps its rules and can find its units.
func FuzzOpenDirectory(f *testing.F) {
	small := sampleDirectory() // short keys: the fuzzer changes a byte at a time
	for i := range small.Units {
		for j := range small.Units[i].Recipients {
			k := []byte{byte(i), byte(j)}
			small.Units[i].Recipients[j].Key, small.Units[i].Recipients[j].ID = k, KeyID(k)
		}
	}
	good, err := json.Marshal(small)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"version":1,"municipality":"CL/1/1","units":[{"id":"a","recipients":null,"signers":[null]}]}`))
	f.Add([]byte(`{"version":1,"municipality":"m"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := Statement{Body: body, Signature: ed25519.Sign(rootKey, signedBytes(DomainDirectory, body))}
		d, err := OpenDirectory(s, public(rootKey))
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		for _, u := range d.Units {
			found, ok := d.Find(u.ID)
			if !ok || len(found.Recipients) < 2 || len(found.Signers) == 0 {
				t.Fatalf("%q has the unit %+v", body, found)
			}
		}
		if _, err := OpenDirectory(Statement{Body: body, Signature: s.Signature}, public(key(1))); !errors.Is(err, ErrSignature) {
			t.Fatalf("%q opens under another root: %v", body, err)
		}
	})
}
