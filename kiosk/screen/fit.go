package screen

// fit draws words that must be seen together and cannot be paged. Where they have
// no room in the letters that were chosen, all of them become smaller together,
// down to the smallest that there are, and no page is cut. Each further way to draw
// them leaves out something that can be missed, and is taken where the one before it
// has no room even so.
func (d *drawing) fit(ways ...func()) {
	for _, draw := range ways[:len(ways)-1] {
		y, body := d.y, len(d.body)
		if d.fitOver(0, draw) {
			return
		}
		d.y, d.body = y, d.body[:body]
	}
	d.fitOver(0, ways[len(ways)-1])
}

// fitOver is fit for what stands over something that needs room too. It reports
// whether there was room.
func (d *drawing) fitOver(under float32, draw func()) bool {
	full, start, before := d.l, d.y, len(d.body)
	least := d.least()
	defer func() { d.l = full }()
	for scale := float32(1); ; scale -= 0.04 {
		d.y, d.body = start, d.body[:before]
		smaller := func(size float32) float32 { return max(size*scale, min(size, least)) }
		d.l.Title, d.l.Body, d.l.Hint, d.l.Small = smaller(full.Title), smaller(full.Body), smaller(full.Hint), smaller(full.Small)
		draw()
		if d.room() >= under {
			return true
		}
		if d.l.Title <= least {
			return false
		}
	}
}
