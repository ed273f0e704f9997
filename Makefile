# The two commands, and some smaller ones. Everything is done by the scripts, which also run on their own.

.PHONY: run test setup build deny icons screenshots clean

## Installs what is missing, builds the app and opens it; without a display, runs the demonstration in the terminal.
run:
	@scripts/run

## Installs what tests need and runs everything: formatting, lints, Rust, UI, end to end.
test:
	@scripts/setup --tests
	@scripts/test

## Installs what building needs, and fetches what comes with the app.
setup:
	@scripts/setup

## Builds the app into build/app.
build: setup
	@scripts/build

## Checks licences, sources and known vulnerabilities of all dependencies. Builds cargo-deny the first time (minutes).
deny:
	@scripts/deny

## Takes the pictures of all screens again, into docs/screenshots.
screenshots:
	@scripts/setup --tests
	@TRIBUTARY_SCREENSHOTS="$(CURDIR)/docs/screenshots" scripts/test e2e

## Makes the icons again from icons/tributary.svg.
icons:
	@scripts/icons

## Removes everything that was built or fetched.
clean:
	rm -rf build target gen ui/dist ui/node_modules tests/e2e/node_modules
