package search

// distance is the Damerau–Levenshtein distance between two words: how many
// letters to add, drop, replace, or swap with their neighbour make one of the
// other. It gives up over limit, and returns limit+1 then.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	width := len(b) + 1
	rows := make([]int, 3*width)
	before, last, row := rows[:width], rows[width:2*width], rows[2*width:]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit && i > 1 {
			// A swap reaches back over one row: only two bad ones end it.
			if rowOver(last, limit) {
				return limit + 1
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}

func rowOver(row []int, limit int) bool {
	for _, n := range row {
		if n <= limit {
			return false
		}
	}
	return true
}
