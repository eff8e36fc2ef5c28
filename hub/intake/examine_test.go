package intake_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"chasqui/hub"
	"chasqui/hub/store/storetest"
	"chasqui/sync/wire"
)

// Guards the checks on each item and promise 4: every bad one is put aside with
// its code, alone; its neighbours are taken.
func TestABadItemIsPutAsideAlone(t *testing.T) {
	s := newSite(t)
	other := storetest.Enrol(t, s.store, storetest.Office, "other")
	parent := s.kiosk.Request(t, "atencion").Item.ID
	spoilHeader := func(spoil func(*wire.Item)) func(*testing.T) hub.Arrival {
		return func(t *testing.T) hub.Arrival {
			it := s.kiosk.Request(t, "atencion").Item
			spoil(&it)
			return storetest.Finish(t, it)
		}
	}
	spoilCounts := func(spoil func(*wire.CountSet)) func(*testing.T) hub.Arrival {
		return func(t *testing.T) hub.Arrival {
			a := s.kiosk.Counts(t, 1, 1, 1, wire.Count{CountKey: wire.CountKey{Channel: wire.ChannelKiosk, Event: wire.EventStarted}, N: 1})
			spoil(a.Counts)
			return rebody(t, a, a.Counts)
		}
	}
	spoilDecision := func(spoil func(*wire.Decision)) func(*testing.T) hub.Arrival {
		return func(t *testing.T) hub.Arrival {
			a := s.kiosk.Decision(t, s.kiosk.Request(t, "atencion").Item, wire.AnswerRefused)
			spoil(a.Decision)
			return rebody(t, a, a.Decision)
		}
	}
	attachment := func(spoil func(*wire.Item)) func(*testing.T) hub.Arrival {
		return spoilHeader(func(it *wire.Item) {
			it.Kind, it.Folio, it.CodeHash, it.Parent = wire.KindAttachment, "", nil, parent
			it.Part = &wire.Part{Index: 0, Of: 1, Size: 9}
			spoil(it)
		})
	}
	amendment := func(kind wire.Kind, spoil func(*wire.Item)) func(*testing.T) hub.Arrival {
		return func(t *testing.T) hub.Arrival {
			it := s.kiosk.Amend(t, kind, s.kiosk.Request(t, "atencion").Item).Item
			spoil(&it)
			return storetest.Finish(t, it)
		}
	}
	long := strings.Repeat("x", 129)
	for name, c := range map[string]struct {
		make func(*testing.T) hub.Arrival
		code string // "" for accepted
	}{
		"an attachment's part":    {attachment(func(*wire.Item) {}), ""},
		"a request of a request":  {spoilHeader(func(it *wire.Item) { it.Parent = parent }), wire.CodeMalformed},
		"a correction":            {amendment(wire.KindCorrection, func(*wire.Item) {}), ""},
		"an addition":             {amendment(wire.KindAddition, func(*wire.Item) {}), ""},
		"a withdrawal":            {amendment(wire.KindWithdrawal, func(*wire.Item) {}), ""},
		"one of nothing":          {amendment(wire.KindWithdrawal, func(it *wire.Item) { it.Parent = wire.ID{} }), wire.CodeMalformed},
		"one of itself":           {amendment(wire.KindWithdrawal, func(it *wire.Item) { it.Parent = it.ID }), wire.CodeMalformed},
		"one of no folio":         {amendment(wire.KindWithdrawal, func(it *wire.Item) { it.Folio = "" }), wire.CodeMalformed},
		"one of another's folio":  {amendment(wire.KindWithdrawal, func(it *wire.Item) { it.Folio = other.Request(t, "atencion").Item.Folio }), wire.CodeMalformed},
		"one for no unit":         {amendment(wire.KindAddition, func(it *wire.Item) { it.Unit = "" }), wire.CodeMalformed},
		"one for an unknown unit": {amendment(wire.KindAddition, func(it *wire.Item) { it.Unit = "nobody" }), wire.CodeUnknownUnit},
		"one without a body":      {amendment(wire.KindCorrection, func(it *wire.Item) { it.Body = nil }), wire.CodeMalformed},
		"one that is a part":      {amendment(wire.KindCorrection, func(it *wire.Item) { it.Part = &wire.Part{Of: 1, Size: 9} }), wire.CodeMalformed},
		"another kiosk's item":    {func(t *testing.T) hub.Arrival { return other.Request(t, "atencion") }, wire.CodeMalformed},
		"in another kiosk's name": {spoilHeader(func(it *wire.Item) { it.Kiosk = other.ID }), wire.CodeMalformed},
		"an unknown kind":         {spoilHeader(func(it *wire.Item) { it.Kind = "letter" }), wire.CodeUnknownKind},
		"an unknown unit":         {spoilHeader(func(it *wire.Item) { it.Unit = "nobody" }), wire.CodeUnknownUnit},
		"no unit":                 {spoilHeader(func(it *wire.Item) { it.Unit = "" }), wire.CodeMalformed},
		"no service":              {spoilHeader(func(it *wire.Item) { it.Service = "" }), wire.CodeMalformed},
		"another office":          {spoilHeader(func(it *wire.Item) { it.Office = "CL/13/13101/norte" }), wire.CodeMalformed},
		"another municipality":    {spoilHeader(func(it *wire.Item) { it.Office = "CL/13/131010/centro" }), wire.CodeMalformed},
		"the whole comuna":        {spoilHeader(func(it *wire.Item) { it.Office = "CL/13/13101" }), wire.CodeMalformed},
		"no office":               {spoilHeader(func(it *wire.Item) { it.Office = "" }), wire.CodeMalformed},
		"a path trick":            {spoilHeader(func(it *wire.Item) { it.Office = "CL/13/13101/centro/../x" }), wire.CodeMalformed},
		"another's folio":         {spoilHeader(func(it *wire.Item) { it.Folio = other.Request(t, "atencion").Item.Folio }), wire.CodeMalformed},
		"a folio with a typo":     {spoilHeader(func(it *wire.Item) { it.Folio = it.Folio[:11] + "A" }), wire.CodeMalformed},
		"a spoken folio":          {spoilHeader(func(it *wire.Item) { it.Folio = wire.Folio(it.Folio.String()) }), wire.CodeMalformed},
		"no folio":                {spoilHeader(func(it *wire.Item) { it.Folio = "" }), wire.CodeMalformed},
		"no code":                 {spoilHeader(func(it *wire.Item) { it.CodeHash = nil }), wire.CodeMalformed},
		"an empty body":           {spoilHeader(func(it *wire.Item) { it.Body = nil }), wire.CodeMalformed},
		"a long name":             {spoilHeader(func(it *wire.Item) { it.Language = long }), wire.CodeMalformed},
		"a seq beyond counting":   {spoilHeader(func(it *wire.Item) { it.Seq = 1 << 63 }), wire.CodeMalformed},
		"a part of nothing":       {attachment(func(it *wire.Item) { it.Parent = wire.ID{} }), wire.CodeMalformed},
		"a part without a place":  {attachment(func(it *wire.Item) { it.Part = nil }), wire.CodeMalformed},
		"a part for nobody":       {attachment(func(it *wire.Item) { it.Unit = "nobody" }), wire.CodeUnknownUnit},
		"a damaged body":          {func(t *testing.T) hub.Arrival { return damaged(s.kiosk.Request(t, "atencion")) }, wire.CodeMalformed},
		"a body that is too long": {func(t *testing.T) hub.Arrival { return tooLong(t, s.kiosk.Request(t, "atencion")) }, wire.CodeTooLarge},
		"counts of another kiosk": {spoilCounts(func(c *wire.CountSet) { c.Kiosk = other.ID }), wire.CodeMalformed},
		"counts of elsewhere":     {spoilCounts(func(c *wire.CountSet) { c.Office = "CL/13/13101/norte" }), wire.CodeMalformed},
		"counts beyond counting":  {spoilCounts(func(c *wire.CountSet) { c.Counts[0].N = 1 << 40 }), wire.CodeMalformed},
		"counts of a long name":   {spoilCounts(func(c *wire.CountSet) { c.Counts[0].Detail = long }), wire.CodeMalformed},
		"counts of no hour":       {spoilCounts(func(c *wire.CountSet) { c.Hour = 1 << 30 }), wire.CodeMalformed},
		"counts by pigeon":        {spoilCounts(func(c *wire.CountSet) { c.Counts[0].Channel = "pigeon" }), wire.CodeMalformed},
		"a decision elsewhere":    {spoilDecision(func(d *wire.Decision) { d.Folio = other.Request(t, "atencion").Item.Folio }), wire.CodeMalformed},
		"an unknown answer":       {spoilDecision(func(d *wire.Decision) { d.Answer = "perhaps" }), wire.CodeMalformed},
		"an impossible draw":      {spoilDecision(func(d *wire.Decision) { d.Draw = 1 }), wire.CodeMalformed},
		"impossible odds":         {spoilDecision(func(d *wire.Decision) { d.Arms[0].Probability = 2 }), wire.CodeMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			bad := c.make(t)
			want := wire.VerdictRejected
			if c.code == "" {
				want = wire.VerdictAccepted
			}
			reply := s.verdicts(pack(t, s.kiosk, s.kiosk.Request(t, "atencion"), bad, s.kiosk.Request(t, "social")),
				wire.VerdictAccepted, want, wire.VerdictAccepted)
			if reply.Acks[1].ID != bad.Item.ID || reply.Acks[1].Code != c.code {
				t.Errorf("acknowledgement %+v", reply.Acks[1])
			}
			aside, err := s.store.Aside(t.Context(), storetest.Office, 1000)
			if err != nil {
				t.Fatal(err)
			}
			kept := false
			for _, a := range aside {
				kept = kept || a.ID == bad.Item.ID && a.Code == c.code
			}
			if kept != (c.code != "") {
				t.Errorf("kept aside: %v", kept)
			}
		})
	}
	// Nothing that was refused reached an office or a count.
	rows, err := s.store.Counts(t.Context(), hub.World, 0, 1<<40)
	if err != nil || len(rows) != 0 {
		t.Errorf("counts %+v, %v", rows, err)
	}
}

// rebody gives an item another body.
func rebody(t *testing.T, a hub.Arrival, body any) hub.Arrival {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	a.Item.Body = b
	return storetest.Finish(t, a.Item)
}

// damaged is an item whose body no longer has its digest.
func damaged(a hub.Arrival) hub.Arrival {
	a.Bytes[len(a.Bytes)-1] ^= 1
	return a
}

// tooLong is an item that no honest encoder makes.
func tooLong(t *testing.T, a hub.Arrival) hub.Arrival {
	t.Helper()
	header, err := json.Marshal(a.Item.Header)
	if err != nil {
		t.Fatal(err)
	}
	a.Bytes = binary.BigEndian.AppendUint32(nil, uint32(len(header))) // #nosec G115 -- short
	a.Bytes = append(append(a.Bytes, header...), make([]byte, wire.MaxBody+1)...)
	return a
}

// Guards that the hub's own lack is not blamed on the item: without a directory
// requests wait on the kiosk, and everything else goes on.
func TestWithoutADirectoryRequestsWait(t *testing.T) {
	s := newSite(t)
	k := storetest.Enrol(t, s.store, storetest.Elsewhere, "b")
	request, counts := k.Request(t, "atencion"), k.Counts(t, 1, 1, 1)
	body := pack(t, k, request, counts)
	s.verdicts(body, wire.VerdictRetry, wire.VerdictAccepted)
	storetest.WriteDirectory(t, s.dir, "otra", storetest.Directory("CL/13/131010", 1, "atencion"), storetest.Key("r"))
	directories, err := hub.ReadDirectories(s.dir, s.config.Now, s.config.Log)
	if err != nil {
		t.Fatal(err)
	}
	s.config.Directories = directories
	s.handler = newHandler(s)
	s.verdicts(body, wire.VerdictAccepted, wire.VerdictDuplicate)
}

func TestTooManyItemsAreSplit(t *testing.T) {
	s := newSite(t)
	items := make([]hub.Arrival, 4097)
	for i := range items {
		items[i] = hub.Arrival{Bytes: fmt.Appendf(nil, "%d", i)}
	}
	status, reply := s.exchange(pack(t, s.kiosk, items...))
	if status != 413 || reply.Refused != wire.CodeTooLarge {
		t.Errorf("status %d, %+v", status, reply)
	}
}

// Guards boards and metrics: a detail that is not on its event's list is counted
// as another, and its hour is not lost.
func TestADetailThatNobodyKnowsIsAnother(t *testing.T) {
	s := newSite(t)
	count := func(event, detail string) wire.Count {
		return wire.Count{CountKey: wire.CountKey{Channel: wire.ChannelKiosk, Event: event, Detail: detail}, N: 2}
	}
	s.verdicts(pack(t, s.kiosk, s.kiosk.Counts(t, 1, 1, 1, count(wire.EventSatisfaction, "5"), count(wire.EventSatisfaction, "<script>"),
		count(wire.EventAmended, "withdrawal"), count(wire.EventSearch, "certificado para Rosa"))), wire.VerdictAccepted)
	rows, err := s.store.Counts(t.Context(), hub.World, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s/%s %d", r.Event, r.Detail, r.N))
	}
	if want := "amended/withdrawal 2, satisfaction/5 2, satisfaction/other 2, search/other 2"; strings.Join(got, ", ") != want {
		t.Errorf("counted %q, want %s", got, want)
	}
}
