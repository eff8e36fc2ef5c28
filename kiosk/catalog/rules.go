package catalog

// Severity says whether a finding keeps a service from being published.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// The names of the linter's rules.
const (
	ruleFile        = "file"                // a file cannot be read
	ruleYAML        = "yaml"                // not YAML, or YAML that hides something
	ruleSchema      = "schema"              // against service.schema.json
	ruleMessages    = "messages"            // not a go-i18n message file
	ruleFolder      = "folder"              // folder and id differ
	ruleDuplicate   = "duplicate"           // one name for two things
	ruleCondition   = "condition"           // CEL that does not compile or fails
	ruleCycle       = "cycle"               // a condition that looks ahead
	ruleOverlay     = "overlay"             // a town replacing what it may not
	ruleLanguage    = "no-source"           // Spanish is not among the languages
	ruleTranslation = "missing-translation" // a text that a declared language lacks
	ruleStray       = "stray-message"       // a message that no text asks for
	ruleUnit        = "no-unit"             // nobody is responsible
	ruleCost        = "no-cost"
	ruleTimeLimit   = "no-time-limit"
	ruleDocuments   = "no-documents"
	ruleHours       = "no-hours"
	ruleOpen        = "open-hours" // hours for a computer that do not add up
	ruleChannel     = "no-other-channel"
	ruleKeywords    = "no-keywords"  // no everyday words to find it by
	ruleSituation   = "no-situation" // filed where nobody looks
	ruleHidden      = "hidden-found" // hidden, and filed where people look
	ruleGroup       = "group"        // a group without bound or name
	ruleConsent     = "consent"      // a consent that is none
	ruleOptions     = "options"      // options that cannot be ticked as asked
	ruleWhy         = "no-why"
	ruleMessage     = "no-message"         // a constraint that does not say what to do
	ruleDefault     = "no-default-outcome" // some answers lead nowhere
	ruleNoPage      = "unreachable-question"
	ruleNoOutcome   = "unreachable-outcome"
	ruleUnused      = "unused-question"    // asked, and used by nobody
	ruleLong        = "too-many-questions" // over 25 on the longest path, or over 15
	ruleRead        = "hard-to-read"       // INFLESZ
	ruleSentence    = "long-sentence"      // over 25 words
	ruleFit         = "does-not-fit"       // longer than large type has room for
	ruleAcronym     = "acronym"
	ruleWord        = "unkind-word" // a word the citizen should never read
	ruleNoTest      = "outcome-without-test"
	ruleTest        = "test-failed"
	ruleSuggestion  = "suggestion" // against the rules of suggesting
	ruleSource      = "no-source-of-fact"
	ruleIcon        = "no-such-icon"
	ruleQuotes      = "curly-quotes"       // quotes that become part of the text
	ruleNoOption    = "no-such-option"     // a condition names an answer that there is not
	ruleNoSuchUnit  = "unit-unknown"       // none of the units that there are
	ruleSensitive   = "not-sensitive"      // a personal answer that is not marked
	ruleToday       = "test-without-today" // a date, and no day to hold it against
	ruleLesson      = "lesson"             // a step that nobody can get right
	ruleExplore     = "too-many-paths"     // could not try every path
)
