package measure

import (
	"chasqui/hub"
	"chasqui/sync/wire"
)

// Faces is how many faces there are to choose from, worst first.
const Faces = 5

// Satisfaction is what people answered when they were asked, once they were done,
// how it went. Who left before that was not asked.
type Satisfaction struct {
	// Faces counts the answers, worst first; Skipped who was asked and passed by.
	Faces   [Faces]uint64
	Skipped uint64
}

// Answered is how many chose a face.
func (s Satisfaction) Answered() uint64 {
	var n uint64
	for _, face := range s.Faces {
		n += face
	}
	return n
}

// Asked is how many were asked.
func (s Satisfaction) Asked() uint64 { return s.Answered() + s.Skipped }

// Good is the share of the two best faces among those who answered.
func (s Satisfaction) Good() Rate {
	return Share(s.Faces[Faces-2]+s.Faces[Faces-1], s.Answered())
}

// Response is the share of those who were asked that answered.
func (s Satisfaction) Response() Rate { return Share(s.Answered(), s.Asked()) }

func (s Satisfaction) plus(t Satisfaction) Satisfaction {
	for i := range s.Faces {
		s.Faces[i] += t.Faces[i]
	}
	s.Skipped += t.Skipped
	return s
}

// Failure is the demand that comes of something not being right the first time:
// requests about an earlier request. It is there to find causes, never as a target.
type Failure struct {
	Corrections, Additions, Withdrawals uint64
	// Finished is how many requests of their own were filed at the kiosk.
	Finished uint64
}

// Amended is how many requests were about an earlier one.
func (f Failure) Amended() uint64 { return f.Corrections + f.Additions + f.Withdrawals }

// Share is the share of them among all requests filed at the kiosk.
func (f Failure) Share() Rate { return Share(f.Amended(), f.Amended()+f.Finished) }

func (f Failure) plus(g Failure) Failure {
	return Failure{f.Corrections + g.Corrections, f.Additions + g.Additions, f.Withdrawals + g.Withdrawals, f.Finished + g.Finished}
}

// after notes what was counted about a service once it was done. It makes no day
// one on which the service was counted: whoever corrects a request has filed it
// before.
func (l *ledger) after(row hub.CountRow) {
	switch row.Event {
	case wire.EventSatisfaction:
		s := l.satisfied[row.Service]
		if row.Detail == wire.SatisfactionSkipped {
			s.Skipped += row.N
		} else if len(row.Detail) == 1 && row.Detail >= "1" && row.Detail <= "5" {
			s.Faces[row.Detail[0]-'1'] += row.N
		}
		l.satisfied[row.Service] = s
	case wire.EventAmended:
		f := l.amended[row.Service]
		switch wire.Kind(row.Detail) {
		case wire.KindCorrection:
			f.Corrections += row.N
		case wire.KindAddition:
			f.Additions += row.N
		case wire.KindWithdrawal:
			f.Withdrawals += row.N
		}
		l.amended[row.Service] = f
	}
}

// failure is a service's demand about earlier requests.
func (l *ledger) failure(service string, finished Number) Failure {
	f := l.amended[service]
	f.Finished, _ = finished.Get()
	return f
}

// totalAfter adds up over every service that there is, also those outside the
// catalogue.
func (l *ledger) totalAfter(t *Total) {
	for _, s := range l.satisfied {
		t.Satisfaction = t.Satisfaction.plus(s)
	}
	for _, f := range l.amended {
		t.Failure = t.Failure.plus(f)
	}
	t.Failure.Finished, _ = t.Finished.Get()
}
