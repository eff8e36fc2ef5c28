package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"chasqui/assets"
	"chasqui/kiosk/catalog"
	"chasqui/locales"
)

// authorLook is how often the author's folder is looked at.
const authorLook = 500 * time.Millisecond

// services returns the catalogue to begin with: the author's folder where -author
// names one, and the program's own otherwise.
func (m *Main) services() fs.FS {
	if m.author != "" {
		return os.DirFS(m.author)
	}
	return assets.Services()
}

// watch keeps the screen to what the author's folder holds, until ctx ends.
func (m *Main) watch(ctx context.Context) {
	catalog.Watch(ctx, os.DirFS(m.author), m.overlay, authorLook, m.catalog, func(err error) {
		words := ""
		if err == nil {
			fmt.Println("kiosk: the catalogue was taken")
		} else {
			fmt.Fprintln(os.Stderr, "kiosk: the catalogue is refused, the last good one serves on:", err)
			first, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "catalogue: "), "\n")
			words = locales.In(m.box.Station.Office().Language).Text("author.refused", "Why", first)
		}
		m.notice.Store(&words)
		m.ring()
	})
}

// authorNotice is what the author is told on every page: why the last change was
// refused, or nothing.
func (m *Main) authorNotice() string {
	if words := m.notice.Load(); words != nil {
		return *words
	}
	return ""
}
