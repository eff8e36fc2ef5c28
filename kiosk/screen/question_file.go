package screen

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chasqui/kiosk"
	"chasqui/kiosk/flow"
	"chasqui/kiosk/look"
	"chasqui/kiosk/widget"
)

// found is one file that may be picked. folder is one of the office's media
// folders, name the file's place within it.
type found struct {
	folder, name string
	size         int64
}

// fileList is what was found on the removable media.
type fileList struct {
	// looked says that the media were read, looking that they are being read.
	looked, looking bool
	files           []found
	// failed says that the file touched last could not be read.
	failed bool
}

// media are the kinds of file that may be picked, by extension.
var media = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf",
}

// mostFiles bounds how many files are offered, mostDepth how deep folders are
// looked into.
const (
	mostFiles = 200
	mostDepth = 3
)

// findFiles lists the files in the folders, and in those alone: it follows no
// link out of them. The newest come first.
func findFiles(folders []string) []found {
	type dated struct {
		found
		at int64
	}
	var all []dated
	for _, folder := range folders {
		root, err := os.OpenRoot(folder)
		if err != nil {
			continue // nothing is plugged in
		}
		var walk func(dir string, depth int)
		walk = func(dir string, depth int) {
			f, err := root.Open(dir)
			if err != nil {
				return
			}
			entries, err := f.ReadDir(-1)
			_ = f.Close()
			if err != nil {
				return
			}
			for _, e := range entries {
				name := filepath.Join(dir, e.Name())
				if strings.HasPrefix(e.Name(), ".") {
					continue
				}
				if e.IsDir() && depth < mostDepth {
					walk(name, depth+1)
					continue
				}
				info, err := e.Info()
				if err != nil || !info.Mode().IsRegular() || media[strings.ToLower(filepath.Ext(name))] == "" {
					continue
				}
				all = append(all, dated{found{folder, name, info.Size()}, info.ModTime().UnixNano()})
			}
		}
		walk(".", 1)
		_ = root.Close()
	}
	slices.SortStableFunc(all, func(x, y dated) int {
		if x.at != y.at {
			return -compare(x.at, y.at)
		}
		return strings.Compare(x.name, y.name)
	})
	var out []found
	for _, f := range all[:min(len(all), mostFiles)] {
		out = append(out, f.found)
	}
	return out
}

func compare(x, y int64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// readFile reads a file that was found, and no more than may be attached: one byte
// over the limit tells the flow that it is too large.
func readFile(f found) (*kiosk.File, error) {
	root, err := os.OpenRoot(f.folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	in, err := root.Open(f.name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	content, err := io.ReadAll(io.LimitReader(in, kiosk.MaxFile+1))
	if err != nil {
		return nil, err
	}
	return &kiosk.File{
		Name: filepath.Base(f.name), Media: media[strings.ToLower(filepath.Ext(f.name))],
		Size: int64(len(content)), Content: content,
	}, nil
}

// look reads the media, away from the screen's goroutine: a stick can be slow.
func (p *questionPage) look() {
	if p.files.looking {
		return
	}
	p.files.looking = true
	folders := p.app.office.MediaFolders
	p.app.background(func() func() {
		files := findFiles(folders)
		return func() {
			p.files = fileList{looked: true, files: files}
			p.app.redrawIf(p)
		}
	})
}

// attach reads a file that was touched.
func (p *questionPage) attach(f found) {
	if p.files.looking {
		return
	}
	p.files.looking, p.trouble = true, nil
	session := p.app.session.ID()
	p.app.background(func() func() {
		file, err := readFile(f)
		small := unpack(file)
		return func() {
			p.files.looking = false
			if p.app.session.ID() != session {
				// The person has gone: what was read is not for the next one.
				if file != nil {
					clear(file.Content)
				}
				blank(small)
				return
			}
			p.files.failed = err != nil
			if err == nil {
				p.drop()
				p.file, p.preview, p.choice, p.declined = file, small, f.folder+"\x00"+f.name, false
				p.placed = false // beside the picture there are fewer tiles on a page
			}
			p.app.redrawIf(p)
		}
	})
}

// redrawIf draws a page anew if it is the one seen.
func (a *App) redrawIf(p Page) {
	if a.top() == p {
		a.redraw()
	}
}

// drawFiles draws the files as tiles, with the camera before them and beside them
// the picture that was chosen.
func (p *questionPage) drawFiles(d *drawing, f *flow.Flow, q kiosk.Question) {
	if !p.files.looked {
		p.look()
	}
	l := d.l
	h := p.head(d, f, q)
	d.y -= l.MM(3)
	whole := d.width
	tiles := p.fileTiles(d, q)
	if p.preview != nil {
		d.width -= d.width*previewPart(d, tiles) + l.MM(6)
	}
	row := float32(0)
	switch {
	case p.files.looking, p.files.failed, len(p.files.files) == 0 && p.file == nil:
		row = l.Hint*look.LineHeight + l.MM(2)
	}
	kept := d.width
	d.width = whole
	p.drawChoiceHead(d, f, h, tiles, row)
	switch {
	case p.files.looking:
		d.reason(d.text("file.looking"))
	case p.files.failed:
		d.trouble(d.text("file.failed"))
	case len(p.files.files) == 0 && p.file == nil && !p.app.hasCamera():
		d.reason(d.text("file.empty"))
	}
	d.width = kept
	if p.preview != nil {
		width := whole - kept - l.MM(6)
		height := min(d.room()-d.pagerHeight(), width)
		d.add(widget.Box(d.x+whole-width, d.y, width, height, 0, l.Border, l.Line, l.Tray)...)
		d.picture(widget.Photo(p.preview, d.x+whole-width+l.Border, d.y+l.Border, width-2*l.Border, height-2*l.Border), d.text("voice.photo"))
	}
	public := d.secret() // the names of somebody's own files
	d.pagerWidth = whole // under the picture too
	if !p.placed && p.files.looked {
		// The tile that is ticked is beside its picture.
		chosen := slices.IndexFunc(tiles, func(b *widget.Button) bool { return b.Selected })
		p.page, p.placed = d.pageOf(tiles, chosen), true
	}
	d.tiles(tiles, &p.page, p.app.redraw)
	public()
	d.width, d.pagerWidth = whole, 0
}

// previewPart is how much of the width the picture takes. It gives way before the icons
// of tiles in two columns do.
func previewPart(d *drawing, tiles []*widget.Button) float32 {
	const most = 0.3
	for _, part := range []float32{most, 0.26, 0.22} {
		width := (d.width*(1-part) - d.l.MM(6) - d.l.Gap) / 2
		if !slices.ContainsFunc(tiles, func(b *widget.Button) bool {
			b.Kind = widget.Tile
			return b.Icon != "" && !widget.TileShowsIcon(d.kit, b, width)
		}) {
			return part
		}
	}
	return most
}

// fileTiles are the ways to answer with a file: to take a picture, to pick what is
// on the media, to look again.
func (p *questionPage) fileTiles(d *drawing, q kiosk.Question) []*widget.Button {
	var tiles []*widget.Button
	if p.file != nil && !p.onMedia() {
		// Taken here, or answered before and no longer plugged in.
		tiles = append(tiles, &widget.Button{
			ID: "choice/kept", Icon: fileIcon(p.file.Media), Label: p.file.Name, Hint: size(p.file.Size), Plain: true, Choice: true, Selected: true,
		})
	}
	if p.app.hasCamera() {
		tiles = append(tiles, &widget.Button{ID: "files/camera", Icon: "camera", Label: d.text("question.camera.open"), Plain: true, OnTap: func() {
			p.camera.wipe()
			p.trouble = nil
			p.turn(stageCamera)
		}})
	}
	for i, file := range p.files.files {
		icon := fileIcon(media[strings.ToLower(filepath.Ext(file.name))])
		tiles = append(tiles, &widget.Button{
			ID: fmt.Sprintf("choice/%d", i), Icon: icon, Label: filepath.Base(file.name), Hint: size(file.size), Plain: true,
			Choice: true, Selected: p.choice == file.folder+"\x00"+file.name, OnTap: func() { p.attach(file) },
		})
	}
	tiles = append(tiles, &widget.Button{ID: "files/again", Icon: "restart", Label: d.text("file.again"), Hint: d.text("file.again.hint"), Plain: true, OnTap: func() {
		p.files.looked = false
		p.app.redraw()
	}})
	if p.file != nil {
		tiles = append(tiles, &widget.Button{ID: "files/none", Icon: "no", Label: d.text("file.none"), Plain: true, OnTap: func() {
			p.drop()
			p.choice, p.trouble = "", nil
			p.app.redraw()
		}})
	}
	if declinable(q) {
		tiles = append(tiles, p.declineButton(d, q, widget.Tile))
	}
	return tiles
}

// fileIcon is the sign of a file of a media type.
func fileIcon(media string) string {
	if media == "application/pdf" {
		return "file"
	}
	return "picture"
}

func (p *questionPage) onMedia() bool {
	for _, f := range p.files.files {
		if p.choice == f.folder+"\x00"+f.name {
			return true
		}
	}
	return false
}

// size writes a size as people read it.
func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, (bytes+512)>>10))
	}
	return fmt.Sprintf("%d MB", (bytes+1<<19)>>20)
}
