#!/bin/sh
# Runs every fuzz target of the module for a while, four at a time, and fails when
# one finds something. The input it found is left under testdata/fuzz of its
# package, from where every later "go test" runs it.
#
#   scripts/fuzz.sh [SECONDS]     10 by default
#
# When the time is up just as an input is being tried, go test calls that "context
# deadline exceeded" and a failure, without an input that fails. That is the end
# of the time and no finding (golang/go#75804, mended in Go 1.27); anything else is.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-10}
targets=$(grep -rlE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*\(f \*testing\.F\)' . | while read -r file; do
	grep -oE '^func Fuzz[A-Za-z0-9_]*' "$file" | sed "s|^func |$(dirname "$file") |"
done | sort -u)
[ -n "$targets" ] || { echo "fuzz: no targets found" >&2; exit 1; }
echo "fuzz: $(echo "$targets" | wc -l) targets, ${seconds}s each"
echo "$targets" | xargs -P 4 -L 1 sh -c '
	out=$(go test -run "^$" -fuzz "^$2\$" -fuzztime "$0s" -fuzzminimizetime 10x -parallel 1 "$1" 2>&1) || {
		reason=$(echo "$out" | grep -A 1 "^--- FAIL: $2 " | tail -n 1 | tr -d "[:space:]")
		if [ "$reason" != "contextdeadlineexceeded" ] || echo "$out" | grep -q "Failing input"; then
			echo "fuzz: $1 $2 failed"
			echo "$out"
			exit 255
		fi
	}
	echo "fuzz: $1 $2 ok ($(echo "$out" | grep -oE "execs: [0-9]+" | tail -n 1))"
' "$seconds"
