# Chasqui. "make run" and "make test" need nothing before them on a Debian machine
# with git, make and Go: scripts/packages.sh installs what is missing.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOSEC       := github.com/securego/gosec/v2/cmd/gosec@v2.30.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# Release tags of the window: no cursor animation (it costs 15 % of a core), and
# goroutines already go through fyne.Do.
KIOSK_TAGS := no_animations,migrated_fynedo

.PHONY: run author demo test lint gallery looks bench accessibility looks-sheet monkey install bench-window build fuzz clean
.DEFAULT_GOAL := help

help:
	@echo "make run      start hub, office and kiosk here, with made-up data (a demo in pictures where there is no display)"
	@echo "make author SERVICES=my-services  the same, with the services of a folder of your own, shown anew at each change"
	@echo "make demo     play one whole day in the real window under Xvfb; pictures in out/demo"
	@echo "make test     everything that must hold"
	@echo "make monkey   play the window with 10 × 10,000 random keys and touches, and search its memory"
	@echo "make lint     vet, staticcheck, gosec, govulncheck"
	@echo "make gallery  draw every page in every language to out/gallery"
	@echo "make looks    inspect every page in every look, language and on every screen; faults in out/looks"
	@echo "make looks-sheet LANGUAGE=ht SIZE=1024x768  draw every page in the sixteen looks"
	@echo "make install  put the kiosk and its systemd units on this machine, or below DESTDIR"
	@echo "make bench    the figures of docs/PERFORMANCE.md; make bench-window those of the window alone"
	@echo "make accessibility  docs/ACCESSIBILITY.md, from the tests that exercise its clauses"

bin/.built: $(shell find . -name '*.go' -not -path './out/*' -o -name '*.yaml' -path './assets/*' -o -path './locales/*.yaml' -o -name '*.svg' -o -name '*.html' -o -name '*.css' -o -name '*.sql') go.mod go.sum
	@scripts/packages.sh build
	@echo "building (the window's C parts take some minutes the first time)"
	@mkdir -p bin
	@CGO_ENABLED=0 go build -o bin/ ./cmd/hub ./cmd/office ./cmd/chasqui ./cmd/gallery
	@go build -tags $(KIOSK_TAGS) -o bin/kiosk ./cmd/kiosk
	@touch $@

build: bin/.built

install: bin/.built
	@scripts/install.sh bin "$(DESTDIR)"

run: bin/.built
	@if [ -n "$$DISPLAY" ]; then LC_ALL=en_US.UTF-8 go run ./internal/e2e/play -bin bin -dir var run; else echo "There is no display here, so this plays the demo instead."; $(MAKE) --no-print-directory demo; fi

author: bin/.built
	@if [ ! -d "$(SERVICES)" ]; then echo "Name the folder of your services: make author SERVICES=my-services"; exit 2; fi
	@if [ -z "$$DISPLAY" ]; then echo "There is no display here. Pictures need none: bin/gallery -services $(SERVICES) -out out/mine"; exit 2; fi
	@LC_ALL=en_US.UTF-8 go run ./internal/e2e/play -bin bin -dir var -author "$(SERVICES)" run

demo: bin/.built
	@scripts/packages.sh test
	@LC_ALL=en_US.UTF-8 go run ./internal/e2e/play -bin bin -out out/demo demo

test: bin/.built
	@scripts/packages.sh test
	go vet ./...
	go test -timeout 20m -parallel 4 ./...
	go test -race -short -timeout 10m ./sync/... ./kiosk/station/... ./hub/intake/... ./office/...
	scripts/fuzz.sh 3

monkey:
	@scripts/packages.sh test
	go test -timeout 90m -parallel 1 -v -run 'TestTheKioskCannotBeLeft|TestTheHeap' ./internal/e2e -monkeys 10 -inputs 10000 -heap-of-all

lint:
	@scripts/packages.sh build
	go vet ./...
	go run $(STATICCHECK) ./...
	go run $(GOSEC) -quiet -exclude-dir=internal ./...
	@GOBIN=$(CURDIR)/bin/tools go install $(GOVULNCHECK)
	@bin/tools/govulncheck ./...; status=$$?; \
	if [ $$status = 3 ]; then exit 3; fi; \
	if [ $$status != 0 ]; then echo "lint: govulncheck could not run (its database may be out of reach); vulnerabilities were not looked up"; fi

gallery: bin/.built
	@bin/gallery -out out/gallery
	@echo "gallery: open out/gallery/index.html"

# The full product of what "make test" only covers in pairs, in as many parts as
# there are processors.
looks:
	@scripts/packages.sh build
	@mkdir -p out/looks
	@CGO_ENABLED=0 go test -c -o out/looks/looks.test ./kiosk/screen
	@cd kiosk/screen && parts=$$(nproc) && for part in $$(seq $$parts); do \
		../../out/looks/looks.test -test.v -test.run TestEveryPageInEveryLook -test.timeout 5h -full -part $$part/$$parts -wrong ../../out/looks/part-$$part.txt \
			> ../../out/looks/part-$$part.log 2>&1 & pids="$$pids $$!"; \
	done; failed=0; for pid in $$pids; do wait $$pid || failed=1; done; \
	cat ../../out/looks/part-*.txt; grep -hE "pages|^---" ../../out/looks/part-*.log; exit $$failed

# Every page in the sixteen looks, to be looked at: make looks-sheet LANGUAGE=ht SIZE=1024x768
LANGUAGE ?= es
SIZE     ?= 1280x800
looks-sheet: bin/.built
	@bin/gallery -looks -lang $(LANGUAGE) -size $(SIZE) -out out/looks/sheet
	@echo "looks-sheet: open out/looks/sheet/index.html"

fuzz:
	scripts/fuzz.sh 60

bench: bin/.built
	@scripts/packages.sh bench
	go run ./internal/bench -bin bin -write docs/PERFORMANCE.md

accessibility: bin/.built
	@scripts/packages.sh bench
	go run ./internal/conform/write

bench-window: bin/.built
	@scripts/packages.sh bench
	go run ./internal/bench -bin bin -write docs/PERFORMANCE.md -only window
	go run ./internal/bench -bin bin -write docs/PERFORMANCE.md -only visits

clean:
	rm -rf bin out var
