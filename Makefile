# make run     the window on the example; in the terminal where there is no display
# make test    every check: format, lints, tests on real servers, the real window
# make bench   the figures of benches/, each against a peer
# make screenshots   pictures of every view, in target/screenshots/views
# make fmt     formats everything
# make lint    what make test checks before it runs tests
#
# Each installs what it needs; see scripts/install.sh.
.PHONY: run test bench screenshots fmt lint

run:
	@scripts/run.sh

test:
	@scripts/test.sh

bench:
	@scripts/bench.sh

screenshots:
	@scripts/screenshots.sh

fmt:
	@cargo fmt --all
	@scripts/install.sh run
	@cd ui && npm run --silent format

lint:
	@scripts/test.sh lint
