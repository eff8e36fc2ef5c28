package catalog

import "chasqui/kiosk"

// definition is service.yaml as it is written. The schema beside the services
// says which fields must be there and what they look like.
type definition struct {
	ID        string `yaml:"id"`
	Version   int    `yaml:"version"`
	Unit      string `yaml:"unit"`
	Situation string `yaml:"situation"`
	Icon      string `yaml:"icon"`
	// Hidden services are not offered by name; other pages lead to them.
	Hidden bool `yaml:"hidden"`
	// Languages are those that must be complete, Spanish among them.
	Languages       []string        `yaml:"languages"`
	DigitalComplete bool            `yaml:"digital_complete"`
	RepeatDays      int             `yaml:"repeat_days"`
	Text            headerDef       `yaml:"text"`
	Legal           legalDef        `yaml:"legal"`
	Documents       []documentDef   `yaml:"documents"`
	Channels        []channelDef    `yaml:"channels"`
	Privacy         privacyDef      `yaml:"privacy"`
	Facts           []factDef       `yaml:"facts"`
	Questions       []questionDef   `yaml:"questions"`
	Outcomes        []outcomeDef    `yaml:"outcomes"`
	Suggestions     []suggestionDef `yaml:"suggestions"`
	Tests           []testDef       `yaml:"tests"`
}

type headerDef struct {
	Title     string `yaml:"title"`
	Official  string `yaml:"official"`
	UnitName  string `yaml:"unit_name"`
	Summary   string `yaml:"summary"`
	ForWhom   string `yaml:"for_whom"`
	Cost      string `yaml:"cost"`
	TimeLimit string `yaml:"time_limit"`
	// Keywords are everyday words for it, with commas between them.
	Keywords string `yaml:"keywords"`
}

type legalDef struct {
	Text string `yaml:"text"`
	URL  string `yaml:"url"`
}

type documentDef struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
	// When is "now" for what is needed to begin here, else "later" or "".
	When string `yaml:"when"`
}

type channelDef struct {
	Channel string `yaml:"channel"`
	Level   string `yaml:"level"`
	Hours   string `yaml:"hours"`
	Place   string `yaml:"place"`
	URL     string `yaml:"url"`
	// Open are the hours once more, for a computer.
	Open []openDef `yaml:"open"`
}

// openDef is when a channel can be used: "08:30" to "14:00" on some days.
type openDef struct {
	Days []string `yaml:"days"`
	From string   `yaml:"from"`
	To   string   `yaml:"to"`
}

type privacyDef struct {
	Who     string `yaml:"who"`
	Why     string `yaml:"why"`
	HowLong string `yaml:"how_long"`
	Rights  string `yaml:"rights"`
}

type factDef struct {
	ID     string `yaml:"id"`
	About  string `yaml:"about"`
	Source string `yaml:"source"`
	URL    string `yaml:"url"`
	Read   string `yaml:"read"`
}

type questionDef struct {
	ID        string             `yaml:"id"`
	Type      kiosk.QuestionType `yaml:"type"`
	When      string             `yaml:"when"`
	Optional  bool               `yaml:"optional"`
	Sensitive bool               `yaml:"sensitive"`
	MaxLength int                `yaml:"max_length"`
	Min       int                `yaml:"min"`
	Max       int                `yaml:"max"`
	Label     string             `yaml:"label"`
	Short     string             `yaml:"short"`
	Step      string             `yaml:"step"`
	Why       string             `yaml:"why"`
	Help      string             `yaml:"help"`
	Options   []optionDef        `yaml:"options"`
	Valid     []validDef         `yaml:"valid"`
	// Statement is what a consent is given to.
	Statement string `yaml:"statement"`
	// Entry is what one entry of a group is called; Questions are asked for each.
	Entry     string        `yaml:"entry"`
	Questions []questionDef `yaml:"questions"`
	// Trouble holds this question's own words for a trouble code of package flow,
	// where the general ones would say too little.
	Trouble map[string]string `yaml:"trouble"`
}

type optionDef struct {
	ID    string `yaml:"id"`
	Label string `yaml:"label"`
	Hint  string `yaml:"hint"`
	Icon  string `yaml:"icon"`
}

// validDef is a constraint: Rule must hold, or Message says what to do.
type validDef struct {
	ID      string `yaml:"id"`
	Rule    string `yaml:"rule"`
	Message string `yaml:"message"`
}

type outcomeDef struct {
	ID     string              `yaml:"id"`
	Action kiosk.OutcomeAction `yaml:"action"`
	When   string              `yaml:"when"`
	Title  string              `yaml:"title"`
	Next   string              `yaml:"next"`
	URL    string              `yaml:"url"`
}

type suggestionDef struct {
	ID       string       `yaml:"id"`
	When     string       `yaml:"when"`
	Source   string       `yaml:"source"`
	Why      string       `yaml:"why"`
	How      string       `yaml:"how"`
	Wordings []wordingDef `yaml:"wordings"`
}

type wordingDef struct {
	ID     string `yaml:"id"`
	Title  string `yaml:"title"`
	Body   string `yaml:"body"`
	Accept string `yaml:"accept"`
	Refuse string `yaml:"refuse"`
}

// testDef is an example: these answers lead there, past these pages.
type testDef struct {
	Name    string         `yaml:"name"`
	Office  officeDef      `yaml:"office"`
	Today   string         `yaml:"today"`
	Answers map[string]any `yaml:"answers"`
	Outcome string         `yaml:"outcome"`
	Pages   []string       `yaml:"pages"`
}

type officeDef struct {
	Scope  string `yaml:"scope"`
	Region string `yaml:"region"`
	Comuna string `yaml:"comuna"`
}
