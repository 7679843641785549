# Everything that a person does here is a target; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
KILLS ?= 300
SECONDS ?= 1800
SEED ?= 1
RESTORES ?= 1
JOBS ?= $(shell nproc)
SEEDS ?= 1000
FROM ?= 1

PROGRAMS := mediasyncd mediasyncctl mediasync-hub
DEB ?= $(CURDIR)/.build/deb
APPLICATIONS ?= $(CURDIR)/.build/application
VERSION = $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Service/ControlProtocol/Build.swift)
PACKAGES := bindfs bsdextrautils build-essential dbus dbus-user-session debhelper fish git groff-base iproute2 \
  libpam-systemd \
  libcurl4-openssl-dev libsqlite3-dev libssl-dev libsystemd-dev lintian mandoc patch pkg-config \
  python3-prometheus-client python3-venv sqlite3 strace systemd systemd-sysv util-linux zsh
RUN_APPLICATION = python3 -B Tests/Application/run.py --binaries "$$(swift build --show-bin-path)" \
  --applications "$(APPLICATIONS)" --seed $(SEED)
SWIFT_BUILD := swift build --jobs $(JOBS)
# The runtime is linked in: a device needs nothing of Swift installed, and the daemon stays small.
RELEASE := -c release --static-swift-stdlib
FORMATTED := Package.swift Sources Tests
# Everything that runs in one process: no test that starts the programs.
UNIT_TESTS := --disable-xctest --skip EndToEndTests --skip SystemdTests

# For `make fuzz`: what is fed, for how long, where findings go, and a build that tells which code an input reached.
TARGETS ?= wire query control settings library hub
FINDINGS ?= $(CURDIR)/.build/findings
SECONDS ?= 300
CLANG_RUNTIME = $(shell dirname $$(readlink -f $$(command -v swift)))/../lib/clang/*/lib/linux
COVERAGE = -c release --scratch-path .build/coverage --sanitize address \
  -Xswiftc -sanitize-coverage=edge,trace-cmp,inline-8bit-counters,pc-table -Xswiftc -DCOVERAGE -Xlinker -lstdc++ \
  -Xlinker $(wildcard $(CLANG_RUNTIME)/libclang_rt.fuzzer_no_main-$(shell uname -m).a)

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

.PHONY: deps
deps: ## Install the Debian packages that are missing (as root or with sudo)
	@missing=(); \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${db:Status-Status}\n' "$$package" 2>/dev/null | grep -qx installed || missing+=("$$package"); \
	done; \
	if ! command -v swift >/dev/null; then \
	  echo "Swift 6.2 or later is not on the PATH; see https://www.swift.org/install/linux/" >&2; exit 1; \
	fi; \
	if (( $${#missing[@]} == 0 )); then exit 0; fi; \
	sudo=(); if (( EUID != 0 )); then sudo=(sudo); fi; \
	echo "Installing with apt-get: $${missing[*]}"; \
	"$${sudo[@]}" apt-get update -q; \
	DEBIAN_FRONTEND=noninteractive "$${sudo[@]}" apt-get install -y -q --no-install-recommends "$${missing[@]}"

.PHONY: build
build: deps ## Build the three programs for development, into .build/debug
	@for program in $(PROGRAMS); do $(SWIFT_BUILD) --product "$$program"; done

.PHONY: release
release: deps ## Build the three programs for use, into .build/release
	@for program in $(PROGRAMS) mediasync-manual; do $(SWIFT_BUILD) $(RELEASE) --product "$$program"; done

.PHONY: test
ifeq ($(origin FILTER),command line)
test: deps ## Check the formatting, build everything, run all tests (FILTER=regex: only the tests that match)
	swift test --jobs $(JOBS) --disable-xctest --filter "$(FILTER)"
else
test: deps lint application
	$(SWIFT_BUILD) --build-tests
	swift test --skip-build $(UNIT_TESTS) --skip HubServerTests --skip HubClientTests
	@# These wait for seconds that count, and the others would keep their threads.
	swift test --skip-build --disable-xctest --filter "HubServerTests|HubClientTests"
	swift test --skip-build --disable-xctest --filter EndToEndTests
	swift test --skip-build --disable-xctest --filter SystemdTests
	$(RUN_APPLICATION)
endif

.PHONY: coverage
coverage: deps ## Run the unit tests and print how much of each source file they cover
	swift test --jobs $(JOBS) --scratch-path .build/coverage-report --enable-code-coverage $(UNIT_TESTS) --skip TidyTests
	@bin="$$(swift build --scratch-path .build/coverage-report --show-bin-path)"; \
	"$$(dirname "$$(readlink -f "$$(command -v swift)")")/llvm-cov" report \
	  -instr-profile "$$bin/codecov/default.profdata" "$$bin/mediasyncPackageTests.xctest" \
	  --ignore-filename-regex '(/\.build/|/Tests/)'

.PHONY: tsan
tsan: deps ## Run the unit tests under the thread sanitizer (FILTER=regex)
	swift test --jobs $(JOBS) --scratch-path .build/tsan --sanitize thread $(UNIT_TESTS) --skip TidyTests \
	  $(if $(FILTER),--filter "$(FILTER)")

.PHONY: application
application: deps ## Install released versions of the real application to test against, into .build/application
	@python3 -B Tests/Application/install.py "$(APPLICATIONS)"

.PHONY: application-test
application-test: build application ## Let the real application work beside real daemons and look for what is wrong then (SEED=1)
	$(RUN_APPLICATION)

.PHONY: simulate
simulate: deps ## Run SEEDS random histories of devices and a hub (a release build; FROM=first seed)
	$(SWIFT_BUILD) -c release --product mediasync-simulate
	SWIFT_DETERMINISTIC_HASHING=1 "$$(swift build -c release --show-bin-path)/mediasync-simulate" \
	  --seeds "$(FROM)..$$(( $(FROM) + $(SEEDS) - 1 ))" --jobs "$(JOBS)"

.PHONY: mutations
mutations: deps ## Switch the rules off one at a time and see that the simulation notices
	bash Tests/Simulation/mutations.sh

.PHONY: lint
lint: ## Check the formatting
	swift format lint --strict --recursive $(FORMATTED)

.PHONY: format
format: ## Format the sources in place
	swift format --in-place --recursive $(FORMATTED)

.PHONY: demo
demo: build ## Show two libraries, two daemons and a hub come into step
	BIN="$$(swift build --show-bin-path)" bash Tests/Demo/demo.sh

.PHONY: run
run: build ## Start a hub and two daemons with sample libraries in the foreground; Ctrl-C stops and removes them
	BIN="$$(swift build --show-bin-path)" bash Tests/Demo/run.sh

.PHONY: bench
bench: release ## Measure speed, memory and delay (a release build)
	$(SWIFT_BUILD) $(RELEASE) --product mediasync-bench
	BIN="$$(swift build $(RELEASE) --show-bin-path)"; BIN="$$BIN" "$$BIN/mediasync-bench"

.PHONY: fuzz
fuzz: deps ## Feed every entrance with what nobody should send (SECONDS=300, RUNS= seeds for each, TARGETS="wire hub")
	@# Numbered seeds first, then what reaches new code; both stop at the first thing that does not hold.
	$(SWIFT_BUILD) -c release --product mediasync-fuzz
	"$$(swift build -c release --show-bin-path)/mediasync-fuzz" --seconds $(SECONDS) $(if $(RUNS),--runs $(RUNS)) \
	  --findings "$(FINDINGS)" $(foreach target,$(TARGETS),--target $(target))
	$(SWIFT_BUILD) $(COVERAGE) --product mediasync-fuzz
	@program="$$(swift build $(COVERAGE) --show-bin-path)/mediasync-fuzz"; mkdir -p "$(FINDINGS)"; \
	for target in $(TARGETS); do \
	  grown="$(FINDINGS)/corpus-$$target"; kept="Tests/Fuzzing/Corpus/$$target"; mkdir -p "$$grown" "$$kept"; \
	  echo "$$target, guided by coverage:"; \
	  FUZZ_TARGET="$$target" ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no "$$program" "$$grown" "$$kept" \
	    -max_total_time=$$(( $(SECONDS) / $(words $(TARGETS)) + 1 )) -timeout=25 -rss_limit_mb=3000 -max_len=60000 \
	    -artifact_prefix="$(FINDINGS)/$$target-" -print_final_stats=1 -verbosity=0; \
	done

.PHONY: soak
soak: release ## Kill the real programs on a hostile network: KILLS=300 SECONDS=1800 SEED=1 RESTORES=1
	$(SWIFT_BUILD) $(RELEASE) --product mediasync-soak
	"$$(swift build $(RELEASE) --show-bin-path)/mediasync-soak" \
	  --kills $(KILLS) --seconds $(SECONDS) --seed $(SEED) --restores $(RESTORES)

.PHONY: docs
docs: deps ## Regenerate derived files from the tables of settings and messages (etc, systemd, docs)
	MEDIASYNC_REGENERATE=1 swift test --jobs $(JOBS) --disable-xctest --filter GeneratedFilesTests

.PHONY: install
install: release ## Install everything under DESTDIR and PREFIX (with sudo where needed)
	@sudo=(); if (( EUID != 0 )) && [[ -z "$(DESTDIR)" ]]; then sudo=(sudo); fi; \
	"$${sudo[@]}" $(MAKE) --no-print-directory install-files BIN="$$(swift build $(RELEASE) --show-bin-path)"

.PHONY: deb
deb: release ## Make the Debian packages, into .build/deb
	$(MAKE) --no-print-directory deb-files BIN="$$(swift build $(RELEASE) --show-bin-path)"
	lintian --fail-on error "$(DEB)"/*.deb
	@ls -l "$(DEB)"/*.deb

# dpkg-buildpackage wants a folder `debian` in a source of its own; what it makes lands beside that.
.PHONY: deb-files
deb-files:
	@[[ -n "$(VERSION)" ]] || { echo "no version in Sources/Service/ControlProtocol/Build.swift" >&2; exit 1; }
	@rm -rf "$(DEB)"; mkdir -p "$(DEB)/source"; cp -r etc/debian "$(DEB)/source/debian"
	@printf 'mediasync (%s) unstable; urgency=medium\n\n  * This version.\n\n -- %s  %s\n' "$(VERSION)" \
	  "$$(sed -n 's/^Maintainer: //p' etc/debian/control)" "$$(date -R)" >"$(DEB)/source/debian/changelog"
	@cd "$(DEB)/source" && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL SOURCE="$(CURDIR)" BIN="$(BIN)" COMPRESSION="$(COMPRESSION)" \
	  dpkg-buildpackage --build=binary --no-sign --no-check-builddeps >"$(DEB)/log" 2>&1 || { tail -30 "$(DEB)/log" >&2; exit 1; }

# What stands in systemd/, and where systemd looks for it. PREFIX is /usr/local or /usr: it looks below both.
UNITS := mediasyncd.service mediasyncd@.service mediasyncd.socket mediasync-hub.service

.PHONY: install-files
install-files:
	@put() { echo "$(DESTDIR)$$3"; install -D -m "$$1" "$${@:4}" "$$2" "$(DESTDIR)$$3"; }; \
	unit() { sed 's|/usr/local/bin/|$(PREFIX)/bin/|g' "systemd/$$1" | put 644 /dev/stdin "$(PREFIX)/lib/systemd/$$2"; }; \
	for program in $(PROGRAMS); do put 755 "$(BIN)/$$program" "$(PREFIX)/bin/$$program" --strip; done; \
	for unit in $(UNITS); do unit "$$unit" "system/$$unit"; done; \
	unit user/mediasyncd.service user/mediasyncd.service; \
	put 644 systemd/sysusers.conf "$(PREFIX)/lib/sysusers.d/mediasync.conf"; \
	put 644 systemd/tmpfiles.conf "$(PREFIX)/lib/tmpfiles.d/mediasync.conf"; \
	put 644 systemd/systemd-254.conf "$(PREFIX)/share/mediasync/systemd-254.conf"; \
	put 644 systemd/mediasync.catalog "$(PREFIX)/lib/systemd/catalog/mediasync.catalog"; \
	man() { "$(BIN)/mediasync-manual" "$${@:2}" | put 644 /dev/stdin "$(PREFIX)/share/man/man$${1##*.}/$$1"; }; \
	help() { "$(BIN)/$$1" --experimental-dump-help | man "$$1.$$2"; }; \
	help mediasyncctl 1; help mediasyncd 8; help mediasync-hub 8; man mediasyncd.toml.5 mediasyncd.toml; \
	complete() { "$(BIN)/$$1" --generate-completion-script "$$2" | sed '1{/^#!/d}' | put 644 /dev/stdin "$(PREFIX)/share/$$3"; }; \
	for program in $(PROGRAMS); do \
	  complete "$$program" bash "bash-completion/completions/$$program"; \
	  complete "$$program" zsh "zsh/site-functions/_$$program"; \
	  complete "$$program" fish "fish/vendor_completions.d/$$program.fish"; \
	done; \
	if [[ -z "$(DESTDIR)" ]]; then journalctl --update-catalog; fi; \
	if [[ ! -e "$(DESTDIR)/etc/mediasync/mediasyncd.toml" ]]; then \
	  put 644 etc/mediasyncd.toml /etc/mediasync/mediasyncd.toml; \
	fi

# The configuration in /etc/mediasync, the libraries and the hub's data stay.
.PHONY: uninstall
uninstall: ## Remove the files that `make install` wrote, with the same DESTDIR and PREFIX
	@sudo=(); if (( EUID != 0 )) && [[ -z "$(DESTDIR)" ]]; then sudo=(sudo); fi; \
	root="$(DESTDIR)$(PREFIX)"; \
	"$${sudo[@]}" rm -vf $(foreach program,$(PROGRAMS),"$$root/bin/$(program)" \
	    "$$root/share/bash-completion/completions/$(program)" "$$root/share/zsh/site-functions/_$(program)" \
	    "$$root/share/fish/vendor_completions.d/$(program).fish") \
	  $(foreach unit,$(UNITS),"$$root/lib/systemd/system/$(unit)") "$$root/lib/systemd/user/mediasyncd.service" \
	  "$$root/lib/sysusers.d/mediasync.conf" "$$root/lib/tmpfiles.d/mediasync.conf" \
	  "$$root/share/mediasync/systemd-254.conf" "$$root/lib/systemd/catalog/mediasync.catalog" \
	  "$$root/share/man/man1/mediasyncctl.1" "$$root/share/man/man8/mediasyncd.8" \
	  "$$root/share/man/man8/mediasync-hub.8" "$$root/share/man/man5/mediasyncd.toml.5"; \
	if [[ -z "$(DESTDIR)" ]]; then "$${sudo[@]}" journalctl --update-catalog; fi

.PHONY: clean
clean: ## Remove what was built
	swift package clean
