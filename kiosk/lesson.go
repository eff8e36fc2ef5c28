package kiosk

// Lesson is a short practice lesson, in one language: every text is resolved.
type Lesson struct {
	ID    string
	Title string
	// Summary says in one sentence what one can do afterwards.
	Summary string
	// Icon is the name of an icon in assets/icons.
	Icon  string
	Steps []LessonStep
	// Facts are the sources of what is said.
	Facts []Fact
	// End is said when the lesson is done.
	End string
}

// LessonStep is one page of a lesson.
type LessonStep struct {
	ID    string
	Title string
	Text  string
	// Scan is a text to practise scanning with; it is shown as a QR code.
	Scan string
	// Message is a message to be judged, shown as a telephone would show it.
	Message string
	// Options are the answers to try; none for a page that only tells.
	Options []LessonOption
}

// LessonOption is one answer to try in a lesson. Nothing is counted about it.
type LessonOption struct {
	ID    string
	Label string
	Right bool
	// Say is what is answered: kindly, right or not.
	Say string
}
