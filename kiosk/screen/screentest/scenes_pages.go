package screentest

import (
	"time"

	"chasqui/kiosk"
	"chasqui/sync/wire"
)

// pageScenes are the pages around the questions.
func pageScenes() []Scene {
	online := func(s *Station) { s.Strip = kiosk.Status{Link: kiosk.LinkUp} }
	home := func(steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Begin(); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	service := func(id string, steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Begin(); err != nil {
				return err
			}
			if err := b.OpenService(id); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	// status follows a request that is in a state.
	known := func(f kiosk.Followed) func(*Station) {
		return func(s *Station) { s.Known = []kiosk.Followed{f} }
	}
	amended := Request(wire.StateSaved)
	amended.Heard = amended.Changed.AddDate(-1, 0, 0)
	amended.Amended = []kiosk.Amended{{Kind: wire.KindAddition, State: wire.StateAtHub, At: amended.Created}, {Kind: wire.KindCorrection, State: wire.StateSaved, At: amended.Changed}}
	missing := Request(wire.StateNeedsSomething)
	missing.Reason = wire.CodeMissing
	follow := []string{"status", "=" + Folio, next, "=" + Code, next}
	filed := func(steps ...string) func(*Bench) error {
		return func(b *Bench) error {
			if err := b.Residence(""); err != nil {
				return err
			}
			if err := b.Confirm(); err != nil {
				return err
			}
			return b.Steps(steps...)
		}
	}
	call := func(b *Bench) error { return b.Steps("strip/help", "help/call") }
	return []Scene{
		{Name: "situation", Steps: home("situation/home")},
		{Name: "service", Change: online, Steps: service("certificado-residencia")},
		{Name: "service-water", Steps: service("subsidio-agua-potable")},
		{Name: "service-more", Steps: func(b *Bench) error {
			if err := service("subsidio-agua-potable")(b); err != nil {
				return err
			}
			if _, more := b.Find("pager/next"); !more {
				return nil
			}
			return b.Tap("pager/next")
		}},
		{Name: "service-data", Steps: service("subsidio-agua-potable", "data")},
		{Name: "service-sources", Steps: service("subsidio-agua-potable", "sources")},
		{Name: "search", Steps: home("search")},
		{Name: "search-found", Change: online, Steps: home("search", "=agua")},
		{Name: "search-all", Steps: home("search", "=agua", next)},
		{Name: "search-none", Steps: home("search", "=xyzq", next)},
		{Name: "status-folio", Steps: home("status", "=K7M 4029")},
		{Name: "status-folio-trouble", Change: online, Steps: home("status", "=K7M", next)},
		{Name: "status-code", Steps: home("status", "="+Folio, next, "=482")},
		{Name: "status-unknown", Steps: home("status", "="+Folio, next, "=111111", next)},
		{Name: "status-wait", Change: func(s *Station) { s.Wait, s.URL = 14*time.Minute, "" }, Steps: home(follow...)},
		{Name: "status", Steps: home(follow...)},
		{Name: "status-amended", Change: known(amended), Steps: home(follow...)},
		{Name: "status-missing", Change: known(missing), Steps: home(follow...)},
		{Name: "status-amend", Steps: home(append(follow, next)...)},
		{Name: "status-correct", Steps: home(append(follow, next, "amend/correction")...)},
		{Name: "status-add", Steps: home(append(follow, next, "amend/addition", next)...)},
		{Name: "status-correcting", Steps: home(append(follow, next, "amend/correction", next, "choice/run", next, "=12345678-5", next)...)},
		{Name: "status-withdraw", Steps: home(append(follow, next, "amend/withdrawal")...)},
		{Name: "status-withdrawn", Steps: home(append(follow, next, "amend/withdrawal", "withdraw/yes")...)},
		{Name: "repeat", Change: func(s *Station) { s.Repeat.On = Start.AddDate(0, 0, -9) }, Steps: func(b *Bench) error {
			if err := b.Start("certificado-residencia"); err != nil {
				return err
			}
			return b.Steps("choice/none", next)
		}},
		{Name: "lessons", Steps: home("learn")},
		{Name: "lesson-scan", Steps: func(b *Bench) error {
			return b.Lesson(func(_ kiosk.Lesson, step kiosk.LessonStep) bool { return step.Scan != "" })
		}},
		{Name: "lesson-message", Steps: func(b *Bench) error { return b.Lesson(judged) }},
		{Name: "lesson-said", Steps: func(b *Bench) error {
			if err := b.Lesson(judged); err != nil {
				return err
			}
			return b.Try(false)
		}},
		{Name: "lesson-end", Steps: func(b *Bench) error {
			return b.Lesson(func(kiosk.Lesson, kiosk.LessonStep) bool { return false })
		}},
		{Name: "satisfaction", Change: func(s *Station) { s.Offered = false }, Steps: filed(finish)},
		{Name: "done-printed", Change: func(s *Station) { s.Paper.State = kiosk.PrinterReady }, Steps: filed("done/print")},
		{Name: "done-no-paper", Change: func(s *Station) { s.Paper.State, s.Jam = kiosk.PrinterNoPaper, true }, Steps: filed("done/print")},
		{Name: "done-perhaps-paper", Change: func(s *Station) { s.Paper.State, s.Perhaps = kiosk.PrinterNoPaper, true }, Steps: filed("done/print")},
		{Name: "voice", Voice: true, Steps: home("strip/voice", "voice/aloud")},
		{Name: "voice-more", Voice: true, Steps: func(b *Bench) error {
			if err := home("strip/voice")(b); err != nil {
				return err
			}
			if _, more := b.Find("pager/next"); !more {
				return nil
			}
			return b.Tap("pager/next")
		}},
		{Name: "voice-pause", Voice: true, Steps: func(b *Bench) error {
			if err := home()(b); err != nil {
				return err
			}
			b.App.SetVoice(kiosk.Voice{On: true})
			return nil
		}},
		{Name: "voice-keys", Voice: true, Steps: home("strip/voice", "voice/keys")},
		{Name: "done-listen", Voice: true, Change: func(s *Station) { s.Paper.State = kiosk.PrinterReady }, Steps: filed("done/listen")},
		{Name: "help-called", Steps: func(b *Bench) error {
			if err := b.Residence("name"); err != nil {
				return err
			}
			return call(b)
		}},
		{Name: "desk-help", Steps: func(b *Bench) error {
			if err := b.Residence("name"); err != nil {
				return err
			}
			if err := call(b); err != nil {
				return err
			}
			return b.Steps("help/desk", "="+PIN, next, "desk/help")
		}},
	}
}

// judged is a step with a message to be judged.
func judged(_ kiosk.Lesson, step kiosk.LessonStep) bool { return step.Message != "" }

// PageScenes are the scenes of the pages around the questions alone.
func PageScenes() []Scene { return pageScenes() }
