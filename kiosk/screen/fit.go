package screen

// fit draws words that must be seen together and cannot be paged. Where they have
// no room in the letters that were chosen, all of them become smaller together,
// down to the smallest that there are, and no page is cut.
func (d *drawing) fit(draw func()) { d.fitOver(0, draw) }

// fitOver is fit for what stands over something that needs room too.
func (d *drawing) fitOver(under float32, draw func()) {
	full, start, before := d.l, d.y, len(d.body)
	least := d.least()
	for scale := float32(1); ; scale -= 0.04 {
		d.y, d.body = start, d.body[:before]
		smaller := func(size float32) float32 { return max(size*scale, min(size, least)) }
		d.l.Title, d.l.Body, d.l.Hint, d.l.Small = smaller(full.Title), smaller(full.Body), smaller(full.Hint), smaller(full.Small)
		draw()
		if d.room() >= under || d.l.Title <= least {
			break
		}
	}
	d.l = full
}
