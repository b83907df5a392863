# GD Studio: build, run and check. `make help` lists what there is.
#
# One virtual environment, .venv, for running and for developing alike: torch and Qt are nearly
# all of its size, and the tools of a developer add seconds and tens of megabytes to that.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?=
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
OUT    := gd-studio-out

export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Nothing here needs a screen but the window itself.
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.PHONY: help run test test-long test-fast fuzz lint bench soak screenshots package \
	test-frozen verify-package clean system-libraries FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PYTHON=/path/to/python3 chooses the Python (3.11 or newer) that .venv is made with;"
	@echo "  ARGS='...' is handed on to pytest, to the benchmarks, to the fuzzing and to gd-studio."

# --- installing ------------------------------------------------------------------------------

system-libraries:
	@sh packaging/linux/system-libraries.sh

# The stamp names the folder it was made in: a virtual environment that was moved or copied still
# points at the old place, and is made anew.
ifneq ($(wildcard $(STAMP)),)
ifneq ($(shell cat $(STAMP)),$(CURDIR))
CLEAR := --clear
$(STAMP): FORCE
endif
endif

$(STAMP): pyproject.toml constraints.txt | system-libraries
	@if [ -n "$(CLEAR)" ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
			"$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' \
				2>/dev/null </dev/null || continue; \
			echo "Making $(VENV) with $$("$$python" --version)"; \
			exec "$$python" -m venv --clear $(VENV); \
		done; \
		echo "GD Studio needs Python 3.11 or newer with its venv module, and found" \
			"neither$(if $(PYTHON), in $(PYTHON)): install one, or name it with" \
			"PYTHON=/path/to/python3." >&2; \
		exit 1; \
	fi
	$(BIN)/python -m pip install --editable '.[dev]' --constraint constraints.txt
	@echo "$(CURDIR)" > $@

# --- running ---------------------------------------------------------------------------------

# Where there is no screen, a run and a picture of the window show that it works.
run: $(STAMP) | system-libraries ## open GD Studio; without a screen: run an example and draw the window to a file
	@if [ "$$(uname -s)" != Linux ] || [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
		exec $(BIN)/gd-studio $(ARGS); \
	fi; \
	set -e; \
	echo "There is no display here, so an example runs without a window."; \
	$(BIN)/gd-studio run $(or $(ARGS),linear-regression) --out $(OUT); \
	$(OFFSCREEN) $(BIN)/python -m gd_studio.desktop.screenshots $(OUT)/window.png; \
	echo "The run is in $(OUT)/, and a picture of the window in $(OUT)/window.png."

bench: $(STAMP) | system-libraries ## measure against plain PyTorch loops, side by side
	$(OFFSCREEN) $(BIN)/python -m benchmarks $(ARGS)

soak: $(STAMP) | system-libraries ## let a run go on for ten minutes, and measure what a step takes in memory (Linux)
	$(OFFSCREEN) $(BIN)/python -m benchmarks.soak $(ARGS)

screenshots: $(STAMP) | system-libraries ## draw the pictures of the documentation and the gallery anew
	$(OFFSCREEN) $(BIN)/python -m gd_studio.desktop.screenshots --all docs/screenshots
	$(OFFSCREEN) $(BIN)/python -m gd_studio.desktop.screenshots --gallery resources/examples/pictures

# --- checking --------------------------------------------------------------------------------

test: $(STAMP) | system-libraries ## run the tests, but for the long ones
	$(OFFSCREEN) $(BIN)/python -m pytest -m "not long" $(ARGS)

test-long: $(STAMP) | system-libraries ## run the long ones: every example, script and optimizer
	$(OFFSCREEN) $(BIN)/python -m pytest -m long $(ARGS)

test-fast: $(STAMP) | system-libraries ## run the unit tests only
	$(OFFSCREEN) $(BIN)/python -m pytest tests/unit $(ARGS)

fuzz: $(STAMP) | system-libraries ## try broken and hostile inputs for ten minutes
	$(OFFSCREEN) nice -n 10 $(BIN)/python -m tests.fuzz $(ARGS)

lint: $(STAMP) ## check style, types and who imports whom
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

# --- shipping --------------------------------------------------------------------------------

PACKAGER := build/venv
FROZEN   ?= dist/gd-studio/gd-studio

# Only what GD Studio needs to run, and PyInstaller: what is there is what is frozen.
$(PACKAGER)/.installed: pyproject.toml constraints.txt $(STAMP)
	$(BIN)/python -m venv --clear $(PACKAGER)
	$(PACKAGER)/bin/python -m pip install --quiet '.[package]' --constraint constraints.txt
	@touch $@

package: $(PACKAGER)/.installed ## build the wheel, the Debian package and the archive into dist/
	sh packaging/linux/tools.sh package
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(PACKAGER)/bin/python -m pip install --quiet --no-deps --force-reinstall dist/*.whl
	sh packaging/linux/package.sh $(PACKAGER)/bin/python

test-frozen: $(STAMP) | system-libraries ## run the frozen program's self-test, and the tests with it as command and engine
	$(FROZEN) --self-test
	$(OFFSCREEN) GD_STUDIO_COMMAND="$(CURDIR)/$(FROZEN)" $(BIN)/python -m pytest \
		tests/end_to_end tests/desktop -m "not source" $(ARGS)

verify-package: $(STAMP) ## install what `make package` built into a Debian without Python, and use it
	sh packaging/linux/tools.sh verify
	sh packaging/linux/verify/all.sh $(BIN)/python

clean: ## remove all that was built, .venv included
	rm -rf $(VENV) $(OUT) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
