package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// themed gives Fyne the look. Our own widgets draw from the Look itself; this is
// for the canvas's ground and for whatever of Fyne's asks.
type themed struct{ Look }

// Color implements fyne.Theme.
func (t themed) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	switch name {
	case theme.ColorNameBackground:
		return t.Paper
	case theme.ColorNameForeground:
		return t.Ink
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return t.Accent
	case theme.ColorNameForegroundOnPrimary:
		return t.OnAccent
	case theme.ColorNameFocus:
		return t.FocusOuter
	case theme.ColorNameError:
		return t.Error
	case theme.ColorNameSuccess:
		return t.Done
	case theme.ColorNameWarning:
		return t.Waiting
	case theme.ColorNameButton, theme.ColorNameInputBackground, theme.ColorNameMenuBackground,
		theme.ColorNameOverlayBackground, theme.ColorNameHeaderBackground:
		return t.Surface
	case theme.ColorNameInputBorder, theme.ColorNameSeparator:
		return t.Line
	case theme.ColorNamePressed, theme.ColorNameSelection, theme.ColorNameHover:
		return t.Pressed
	case theme.ColorNamePlaceHolder, theme.ColorNameDisabled:
		return t.Muted
	case theme.ColorNameShadow:
		return color.Transparent
	}
	return theme.DefaultTheme().Color(name, t.variant())
}

func (t themed) variant() fyne.ThemeVariant {
	if t.Dark {
		return theme.VariantDark
	}
	return theme.VariantLight
}

// Font implements fyne.Theme: always the bundled family.
func (t themed) Font(style fyne.TextStyle) fyne.Resource { return Font(style.Bold) }

// Icon implements fyne.Theme.
func (t themed) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size implements fyne.Theme.
func (t themed) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return t.Body
	case theme.SizeNameHeadingText:
		return t.Title
	case theme.SizeNameCaptionText:
		return t.Small
	case theme.SizeNameInlineIcon:
		return t.Look.Icon
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return t.Corner
	case theme.SizeNameInputBorder:
		return t.Border
	case theme.SizeNamePadding, theme.SizeNameInnerPadding:
		return t.Gap
	}
	return theme.DefaultTheme().Size(name)
}
