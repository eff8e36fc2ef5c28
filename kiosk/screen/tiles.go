package screen

import (
	"slices"

	"chasqui/kiosk/widget"
)

// tiles lays buttons out as large tiles, in two columns where that reads well, and
// pages what does not fit. page is the page wished for; the one shown is returned
// in *page. turn redraws after the pager's buttons.
func (d *drawing) tiles(all []*widget.Button, page *int, turn func()) {
	if len(all) == 0 {
		return
	}
	d.gridOf(d.bestGrid(all), all, page, turn)
}

// list lays buttons out as tiles one under the other, as a scale reads, and in two
// columns where there is no room for that.
func (d *drawing) list(all []*widget.Button, page *int, turn func()) {
	for _, b := range all {
		b.Kind = widget.Tile
	}
	for _, text := range []float32{d.l.Body, (d.l.Body + d.l.Hint) / 2, d.l.Hint} {
		if g := d.grid(all, 1, text, false); len(g.pages) == 1 && !g.cut {
			d.gridOf(g, all, page, turn)
			return
		}
	}
	d.tiles(all, page, turn)
}

// dense lays buttons out on as few pages as can be, in smaller letters if need be:
// for staff, who look for one of many. Whoever chose large letters has them, on more
// pages.
func (d *drawing) dense(all []*widget.Button, page *int, turn func()) {
	best := d.bestGrid(all)
	sizes := []float32{d.l.Body, d.l.Hint, d.l.Small}
	if d.l.Size >= 2 {
		sizes = sizes[:2]
	}
	for _, text := range sizes {
		for _, columns := range []int{2, 1} {
			if g := d.grid(all, columns, text, false); !g.cut && len(g.pages) < len(best.pages) {
				best = g
			}
		}
	}
	d.gridOf(best, all, page, turn)
}

// gridOf draws tiles in a way that was worked out.
func (d *drawing) gridOf(use grid, all []*widget.Button, page *int, turn func()) {
	for _, b := range all {
		b.TextSize = use.text
		if use.plain {
			b.Hint = ""
		}
	}
	*page = min(max(*page, 0), len(use.pages)-1)
	shown := use.pages[*page]
	y := d.y
	for row, height := range use.heights[*page] {
		for column := range use.columns {
			if i := shown[0] + row*use.columns + column; i < shown[1] {
				d.button(all[i], d.x+float32(column)*(use.width+d.l.Gap), y, use.width, height)
			}
		}
		y += height + d.l.Gap
	}
	d.pager(*page, len(use.pages), func(to int) {
		*page = to
		turn()
	})
	d.y = y - d.l.Gap
}

// grid is one way to lay tiles out.
type grid struct {
	columns     int
	width, text float32
	// height is that of the tallest tile.
	height float32
	// plain leaves out hints that are told elsewhere too.
	plain bool
	// lines is the most lines that a title takes.
	lines int
	// cut says that not even one row fits, over by how much it does not; broken that a
	// word of a title is broken.
	cut, broken bool
	over        float32
	// pages are the tiles of each page, heights how high each row of them is there.
	pages   [][2]int
	heights [][]float32
}

// bestGrid returns the way with the fewest pages: two columns before one, hints
// before none, large letters before smaller ones.
func (d *drawing) bestGrid(all []*widget.Button) grid {
	optional := true
	for _, b := range all {
		b.Kind = widget.Tile
		optional = optional && (b.Hint == "" || b.Spare)
	}
	var best grid
	found := false
	for _, text := range []float32{d.l.Body, (d.l.Body + d.l.Hint) / 2, d.l.Hint, d.l.Small} {
		for _, plain := range []bool{false, true} {
			if plain && !optional {
				continue
			}
			for _, columns := range []int{2, 1} {
				if columns > len(all) && d.l.Size >= 2 {
					continue // large letters need the room that nothing stands in
				}
				g := d.grid(all, columns, text, plain)
				switch {
				case !found, best.cut && !g.cut:
					best, found = g, true
				case best.cut != g.cut, !best.broken && g.broken:
					// Better on more pages than a word in parts.
				case best.broken && !g.broken, !g.cut && len(g.pages) < len(best.pages),
					!g.cut && best.lines > 2 && g.lines < best.lines && len(g.pages) == len(best.pages):
					best, found = g, true
				}
			}
		}
		if !best.cut && !best.broken {
			break
		}
	}
	return best
}

// grid works out tiles in a number of columns. Those of one page are of one height where
// there is room for that; a long hint makes no tile taller on the other pages.
func (d *drawing) grid(all []*widget.Button, columns int, text float32, plain bool) grid {
	g := grid{columns: columns, text: text, plain: plain, width: (d.width - float32(columns-1)*d.l.Gap) / float32(columns)}
	tall := make([]float32, len(all))
	for i, b := range all {
		size, hint := b.TextSize, b.Hint
		b.TextSize = text
		if plain {
			b.Hint = ""
		}
		tall[i] = widget.TileHeight(d.kit, b, g.width)
		g.height = max(g.height, tall[i])
		g.lines = max(g.lines, widget.TileLines(d.kit, b, g.width))
		g.broken = g.broken || widget.TileBreaks(d.kit, b, g.width)
		b.TextSize, b.Hint = size, hint
	}
	rows := float32((len(all) + columns - 1) / columns)
	if rows*(g.height+d.l.Gap)-d.l.Gap > d.room() {
		d.pageGrid(&g, tall)
		return g
	}
	g.pages = [][2]int{{0, len(all)}}
	// Where there is room, tiles are a little taller than they must be.
	roomy := (d.room()+d.l.Gap)/rows - d.l.Gap
	g.height = min(max(g.height, d.l.MM(26)), max(roomy, g.height))
	g.heights = [][]float32{slices.Repeat([]float32{g.height}, int(rows))}
	return g
}

// pageGrid puts as many rows on each page as fit, one at least. All are as high as the
// tallest tile of the page where they have room so: else each is as high as it must be.
func (d *drawing) pageGrid(g *grid, tall []float32) {
	room := d.room() - d.pagerHeight()
	for from := 0; from < len(tall); {
		to, used, rows := from, -d.l.Gap, []float32(nil)
		for to < len(tall) {
			end := min(to+g.columns, len(tall))
			height := slices.Max(tall[to:end])
			if used += d.l.Gap + height; used > room && rows != nil {
				break
			}
			to, rows = end, append(rows, height)
		}
		height := slices.Max(rows)
		if height > room {
			g.cut, g.over = true, max(g.over, height-room)
		}
		if n := float32(len(rows)); n*(height+d.l.Gap)-d.l.Gap <= room {
			rows = slices.Repeat([]float32{height}, len(rows))
		}
		g.pages, g.heights = append(g.pages, [2]int{from, to}), append(g.heights, rows)
		from = to
	}
}

// pageOf returns on which page of tiles the one at index is.
func (d *drawing) pageOf(all []*widget.Button, index int) int {
	for i, p := range d.bestGrid(all).pages {
		if index >= p[0] && index < p[1] {
			return i
		}
	}
	return 0
}
