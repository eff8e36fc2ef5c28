package measure

import (
	"cmp"
	"maps"
	"slices"

	"chasqui/hub"
	"chasqui/sync/wire"
)

// cell is one service in one municipality on one day.
type cell struct {
	service           string
	day               Day
	started, finished Number
	required          []wire.Channel
	channels          map[wire.Channel]volume
}

// volume is what was counted in one channel of a cell.
type volume struct {
	n Number
	// whole says that nobody who should have counted did not.
	whole   bool
	sources []Source
	tallied []officeDay
	stated  []float64 // the coverages of imported rows
}

func (v *volume) add(n uint64, source Source) {
	v.n = v.n.plus(Counted(n))
	if !slices.Contains(v.sources, source) {
		v.sources = append(v.sources, source)
	}
}

// missing lists the required channels that were not counted, or not everywhere.
func (c cell) missing() []wire.Channel {
	var out []wire.Channel
	for _, channel := range c.required {
		if !c.channels[channel].whole {
			out = append(out, channel)
		}
	}
	return out
}

func (c cell) complete() bool { return len(c.required) > 0 && len(c.missing()) == 0 }

// cells returns a service's cells by day and municipality.
func (l *ledger) cells(service string) []cell {
	type key struct {
		municipality hub.Scope
		day          Day
	}
	found := map[key]bool{}
	for k := range l.touched {
		if k.service == service {
			found[key{municipality(k.place), k.day}] = true
		}
	}
	keys := slices.SortedFunc(maps.Keys(found), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.municipality, b.municipality))
	})
	var all []cell
	for _, k := range keys {
		all = append(all, l.cell(k.municipality, service, k.day))
	}
	return all
}

// municipality returns the municipality of a place, or the place itself when it
// lies above one.
func municipality(place hub.Scope) hub.Scope {
	if m, ok := place.Municipality(); ok {
		return m
	}
	return place
}

func (l *ledger) cell(town hub.Scope, service string, d Day) cell {
	c := cell{service: service, day: d, required: l.expected[service], channels: map[wire.Channel]volume{}}
	offices := l.offices(town, service, d)
	for _, office := range offices {
		if l.open[officeDay{office, d}] != nil {
			key := at{office, service, d}
			c.started = c.started.plus(Counted(l.started[key]))
			for _, channel := range []wire.Channel{wire.ChannelKiosk, wire.ChannelAssisted} {
				c.finished = c.finished.plus(Counted(l.finished[atChannel{key, channel}]))
			}
		}
	}
	for _, channel := range wire.Channels() {
		v := l.volume(town, offices, atChannel{at{town, service, d}, channel})
		if v.n.known {
			c.channels[channel] = v
		}
	}
	return c
}

// offices returns the offices of a town that were open on a day and have to do
// with a service: they had something of it at some time in the period.
func (l *ledger) offices(town hub.Scope, service string, d Day) []hub.Scope {
	var all []hub.Scope
	for office := range l.active[service] {
		// A town itself is an office when a kiosk stands there under its name; rows
		// that were imported for the whole town belong to no office.
		if !town.Contains(office) || (office == town && !l.kiosks[office]) {
			continue
		}
		if l.open[officeDay{office, d}] != nil || l.touched[at{office, service, d}] {
			all = append(all, office)
		}
	}
	slices.Sort(all)
	return all
}

// volume adds up one channel of a cell. An import takes the place of the tally
// of the same day: both count the same people.
func (l *ledger) volume(town hub.Scope, offices []hub.Scope, key atChannel) volume {
	var v volume
	if fromKiosk(key.channel) {
		kiosks, reported := 0, 0
		for _, office := range offices {
			if !l.kiosks[office] {
				continue
			}
			kiosks++
			if l.open[officeDay{office, key.day}] != nil {
				reported++
				v.add(l.finished[atChannel{at{office, key.service, key.day}, key.channel}], SourceKiosk)
			}
		}
		v.whole = kiosks > 0 && reported == kiosks
		return v
	}
	// An import of the whole town covers every office; only the counter is a place
	// where each office must count for itself.
	if in, ok := l.imported[key]; ok {
		v.add(in.n, SourceImport)
		v.stated = in.coverage
		v.whole = true
		return v
	}
	counted := 0
	for _, office := range offices {
		here := atChannel{at{office, key.service, key.day}, key.channel}
		if in, ok := l.imported[here]; ok {
			v.add(in.n, SourceImport)
			v.stated = append(v.stated, in.coverage...)
			counted++
		} else if n, ok := l.tallies[here]; ok {
			v.add(n, SourceTally)
			v.tallied = append(v.tallied, officeDay{office, key.day})
			counted++
		}
	}
	v.whole = counted > 0 && (key.channel != wire.ChannelCounter || counted == len(offices))
	return v
}
