package station

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"chasqui/kiosk"
	"chasqui/kiosk/desk"
	"chasqui/sync/client"
)

// SettingsFile is the name of the office's settings in the kiosk's data folder.
const SettingsFile = "office.yaml"

// Settings is the office's settings file, as an operator writes it.
type Settings struct {
	// Name is the office's name on the screen.
	Name string `yaml:"name"`
	// Region and Comuna are CUT codes, as strings: "13", "13101".
	Region string `yaml:"region"`
	Comuna string `yaml:"comuna"`
	// Language is the default; Languages those on the welcome page, in its order. A
	// language is offered only when it stands here: a partial pack is shown as one.
	Language  string   `yaml:"language"`
	Languages []string `yaml:"languages"`
	TimeZone  string   `yaml:"time_zone"`
	// ScreenWidthMM and ViewingDistanceMM are physical, in millimetres.
	ScreenWidthMM     float64 `yaml:"screen_width_mm"`
	ViewingDistanceMM float64 `yaml:"viewing_distance_mm"`
	// IdleWarnSeconds is the inactivity before the warning, IdleCountSeconds the
	// count-down before the wipe; at least 20, as EN 301 549 asks.
	IdleWarnSeconds  int `yaml:"idle_warn_seconds"`
	IdleCountSeconds int `yaml:"idle_count_seconds"`
	// MediaFolders are where a citizen's stick is mounted.
	MediaFolders []string `yaml:"media_folders"`
	// Suggestions switches suggestions on; they are on when it is not given.
	Suggestions *bool `yaml:"suggestions"`
	// PIN is the hash that "chasqui pin" prints.
	PIN string `yaml:"pin"`
	// Printer says what prints receipts; nothing does when it is left out.
	Printer PrinterSettings `yaml:"printer,omitempty"`
	// Camera is a device, "/dev/video0", or "off"; the first camera that there is
	// when it is left out.
	Camera string `yaml:"camera,omitempty"`
	// Voice says how the kiosk speaks.
	Voice VoiceSettings `yaml:"voice,omitempty"`
}

// DefaultSettings are those of an office that has said nothing but its name.
func DefaultSettings() Settings {
	on := true
	return Settings{
		Language: "es", Languages: []string{"es", "en", "pt", "ht"}, TimeZone: "America/Santiago",
		ScreenWidthMM: 345, ViewingDistanceMM: 600, IdleWarnSeconds: 60, IdleCountSeconds: 20,
		MediaFolders: []string{"/media"}, Suggestions: &on, Voice: defaultVoice(),
	}
}

// LoadSettings reads the settings file. Every error names the file and the
// field, and says what to write instead.
func LoadSettings(path string) (Settings, error) {
	b, err := os.ReadFile(path) // #nosec G304 -- the operator names the file
	if errors.Is(err, os.ErrNotExist) {
		return Settings{}, fmt.Errorf("%s: there is no such file; write one with at least name, region, comuna and pin", path)
	}
	if err != nil {
		return Settings{}, fmt.Errorf("read the settings: %w", err)
	}
	s, err := ParseSettings(b)
	if err != nil {
		return Settings{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// ParseSettings reads the content of a settings file.
func ParseSettings(b []byte) (Settings, error) {
	s := DefaultSettings()
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	if err := decoder.Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return Settings{}, fmt.Errorf("not a settings file: %w", err)
	}
	return s, s.check()
}

func (s Settings) check() error {
	wrong := func(field, say string, args ...any) error {
		return fmt.Errorf("%s: %s", field, fmt.Sprintf(say, args...))
	}
	if strings.TrimSpace(s.Name) == "" {
		return wrong("name", "write the office's name as it should stand on the screen")
	}
	if len(s.Region) != 2 || len(s.Comuna) != 5 || !strings.HasPrefix(s.Comuna, s.Region) {
		return wrong("comuna", "write region and comuna as CUT codes in quotes, like \"13\" and \"13101\"")
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" {
		return wrong("time_zone", "%q is not an IANA time zone; write one like America/Santiago", s.TimeZone)
	}
	if s.ScreenWidthMM < 100 || s.ScreenWidthMM > 3000 {
		return wrong("screen_width_mm", "%.0f is not the width of a screen in millimetres", s.ScreenWidthMM)
	}
	if s.ViewingDistanceMM < 200 || s.ViewingDistanceMM > 3000 {
		return wrong("viewing_distance_mm", "%.0f is not a distance from which a screen is read, in millimetres", s.ViewingDistanceMM)
	}
	if s.IdleWarnSeconds < 1 || s.IdleWarnSeconds > 3600 {
		return wrong("idle_warn_seconds", "write a number of seconds from 1 to 3600")
	}
	if s.IdleCountSeconds < 20 || s.IdleCountSeconds > 600 {
		return wrong("idle_count_seconds", "people need at least 20 seconds; write 20 to 600")
	}
	if len(s.Languages) == 0 {
		return wrong("languages", "list at least one")
	}
	for i, l := range s.Languages {
		if slices.Contains(s.Languages[:i], l) {
			return wrong("languages", "%q stands twice; take one out", l)
		}
	}
	if s.PIN != "" && desk.CheckHash(s.PIN) != nil {
		return wrong("pin", "write the hash that \"chasqui pin\" prints, in quotes; without a pin the desk's page stays closed")
	}
	if err := s.Printer.check(); err != nil {
		return err
	}
	if err := checkCamera(s.Camera); err != nil {
		return err
	}
	if err := s.Voice.check(); err != nil {
		return err
	}
	for _, l := range s.Languages {
		if l == s.Language {
			return nil
		}
	}
	return wrong("language", "%q is not among languages %v", s.Language, s.Languages)
}

// CheckLanguages reports a listed language that the program does not know. known
// is every one that it does: its own and those of the packs.
func (s Settings) CheckLanguages(known []string) error {
	for _, l := range s.Languages {
		if !slices.Contains(known, l) {
			return fmt.Errorf("languages: %q is none of %s; correct it, or add a pack for it in the folder packs", l, strings.Join(known, ", "))
		}
	}
	return nil
}

// Office joins the settings with who the kiosk is.
func (s Settings) Office(id client.Identity, version string) kiosk.Office {
	scope := strings.Split(id.Office, "/")
	return kiosk.Office{
		Scope: id.Office, Municipality: strings.Join(scope[:min(3, len(scope))], "/"),
		Name: s.Name, Region: s.Region, Comuna: s.Comuna, Language: s.Language, Languages: s.Languages,
		TimeZone: s.TimeZone, ScreenWidthMM: s.ScreenWidthMM, ViewingDistanceMM: s.ViewingDistanceMM,
		IdleWarn: time.Duration(s.IdleWarnSeconds) * time.Second, IdleCount: time.Duration(s.IdleCountSeconds) * time.Second,
		MediaFolders: s.MediaFolders, SuggestionsOff: s.Suggestions != nil && !*s.Suggestions, Version: version,
		VoiceOnFirstKey: !s.Voice.Off && (s.Voice.OnFirstKey == nil || *s.Voice.OnFirstKey),
	}
}

// Save writes the settings, readable to the operator alone: the PIN's hash is in
// them.
func (s Settings) Save(path string) error {
	if err := s.check(); err != nil {
		return err
	}
	b, err := yaml.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}
