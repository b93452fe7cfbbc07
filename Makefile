# What a fresh clone needs beside Go, .ci/with-services sets up by itself.

# The race detector watches every package of ours in which goroutines meet, and
# all that these use, on both databases. It leaves out what one goroutine runs
# by itself: SQLite, which is C turned into Go and takes ten times as long under
# it (modernc.org/sqlite/lib and libc; the driver above them is watched), the
# HTML parser of the tests, and the tests of the pure packages. A test of the
# house checks that these start no goroutine. The longest packages come first, so
# that none is left over at the end.
PURE := $(addprefix lightson/,models/uptime models/causes models/feed models/holidays models/polls models/names models/zones models/reach models/unpack models/demo views static)
LONGEST := lightson/web lightson/cmd/lightson
RACED = $(LONGEST) $(filter-out $(PURE) $(LONGEST),$(shell go list ./...))
RACE := -race $(patsubst %,-gcflags=%=-race=false,modernc.org/sqlite/lib modernc.org/libc/... golang.org/x/net/html)
FLAGS := -shuffle=on -p 3 -parallel 4 -timeout 50m

.DEFAULT_GOAL := help
.PHONY: licences zones words screenshots help run dev lint test quick bench faults soak drawn fuzz check build generate fmt

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build and serve, with demo data where the database is empty
	bin/lightson serve --demo

dev: ## the same, rebuilt at every change; the browser reloads
	.ci/dev

# The linters are tools of .ci/tools.mod, so that go.mod stays the program's own.
lint: ## golangci-lint; what it looks for, and why: .golangci.yaml
	go tool -modfile=.ci/tools.mod golangci-lint run ./...

test: ## set up what is missing, then all tests: SQLite, PostgreSQL, browser
	GORACE=atexit_sleep_ms=50 .ci/with-services --memory --api .ci/gotest -vet=off $(FLAGS) $(PURE) -- -vet=off $(FLAGS) $(RACE) $(RACED)

quick: ## while you work: the tests on SQLite, without browser and race detector
	.ci/gotest -short $(FLAGS) ./...
	@echo "This was SQLite alone, without browser and race detector: make test is the whole suite."

# BENCH_FLAGS="--only load,report --runs 3" is quicker; "--only causes" says how well
# common causes of outages are found, and needs no database. The functions' own
# benchmarks: go test -run '^$$' -bench . -benchmem ./models/... ./web/...
bench: build ## measure against plain PostgreSQL, SQLite and DuckDB, as one table of ratios
	.ci/with-services --durable --clients --duckdb go run ./cmd/bench $(BENCH_FLAGS)

# FAULTS_FLAGS="--only load,inbox --faults 20 --seed 7" tries some of it.
faults: build ## kill the program at random points; nothing may be stuck or lost
	.ci/with-services --clients go run ./cmd/faults $(FAULTS_FLAGS)

# SOAK_FLAGS="--minutes 2 --database SQLite" is quicker.
soak: build ## ten minutes of imports, reports and visits; nothing may grow
	.ci/with-services --clients go run ./cmd/soak $(SOAK_FLAGS)

drawn: ## 100,000 requests drawn from the description of the API (DRAWN_SEED=… for others)
	DRAWN_REQUESTS=$(or $(DRAWN_REQUESTS),100000) go test -run RequestsDrawn -timeout 60m ./web

fuzz: ## every fuzz target for 20 seconds
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime 20s $$package; \
		done; \
	done

words: ## bring the translations in order: what is new has none yet (AREA=… names its file)
	go test ./models/words -run TestWhateverIsSaid -update -area $(or $(AREA),new)

screenshots: build ## the pictures of the README
	.ci/with-services .ci/screenshots

# make test need not vet the tests: make check vets them with all else.
# That generated files are up to date, that everything is formatted and that
# the import rules hold is among the tests. They come last: CI reads how many of
# them ran from the last line.
check: lint ## the definition of done: linted, vetted, tidy, tested
	go vet ./...
	go mod tidy -diff
	$(MAKE) test

build: ## one static binary, bin/lightson
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/lightson ./cmd/lightson

generate: ## templ -> Go
	go tool templ generate

licences: ## renew the licences of what the program carries, after go.mod changed
	go test ./cmd/lightson -vet=off -run TestTheLicences -update-licences

zones: ## renew the time zones from the installed Go: models/zones
	install -m 644 $$(go env GOROOT)/lib/time/zoneinfo.zip models/zones/zoneinfo.zip
	sed -n 's/^DATA=//p' $$(go env GOROOT)/lib/time/update.bash > models/zones/VERSION

fmt: ## templ fmt and gofmt
	go tool templ fmt .
	gofmt -l -w cmd jobs models static views web
