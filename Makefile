# The portal's commands. `make demo` and `make test` do all set-up by themselves; `make help` lists the rest.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

# What the machine itself must offer, as program=package. The first list runs the portal, the second its tests.
PROGRAMS := ffmpeg=ffmpeg bwrap=bubblewrap msgfmt=gettext
TEST_PROGRAMS := chromium=chromium gst-launch-1.0=gstreamer1.0-tools
PACKAGES := fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := libatomic1 python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad \
	gstreamer1.0-libav

.PHONY: help demo test check bench bench-probe bench-access bench-revoke bench-intake bench-pages lock messages machine machine-for-tests clean
.DEFAULT_GOAL := help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

demo: machine $(BIN)/.installed node_modules/.installed locale/.compiled ## a province with simulated cameras, in the browser
	@CAMERAS_ON_LOOPBACK=1 SECOND_FACTOR_REQUIRED=0 LOG_LEVEL=WARNING $(MANAGE) demo

# Two processes, each with servers of its own; a module's tests stay together, for their worlds are built once.
test: check ## everything that has a test, in real servers and a real browser
	$(BIN)/pytest -n 2 --dist loadfile

check: machine-for-tests $(BIN)/.installed node_modules/.installed locale/.compiled ## style, types, layers, doors, migrations, translations, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/pytest -q tests/project

bench: bench-probe bench-access bench-revoke bench-intake bench-pages ## every benchmark

bench-probe: machine $(BIN)/.installed ## what a verification costs, beside what people write today and beside the floor
	@$(BIN)/python -m tests.bench probe

bench-access: machine $(BIN)/.installed ## what the rule of access costs over 30,000 cameras, beside a grant per camera
	@$(BIN)/python -m tests.bench access

bench-revoke: machine $(BIN)/.installed ## how soon a thousand open walls close when the right to see them is gone
	@$(BIN)/python -m tests.bench revoke

bench-intake: machine $(BIN)/.installed ## how long 5,000 facilities with 30,000 cameras take to come in by spreadsheets
	@$(BIN)/python -m tests.bench intake

bench-pages: machine $(BIN)/.installed node_modules/.installed locale/.compiled ## what leaders' pages and exports cost as the country and its history grow
	@$(BIN)/python -m tests.bench pages

lock: $(BIN)/.installed ## pin the Python libraries anew, with hashes
	$(BIN)/uv pip compile -q --upgrade $(LOCKING) requirements.txt -o requirements.lock
	$(BIN)/uv pip compile -q --upgrade $(LOCKING) requirements-dev.txt -c requirements.lock -o requirements-dev.lock
LOCKING := --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

messages: $(BIN)/.installed ## gather the texts that need a translation into locale/
	$(MANAGE) makemessages --locale vi --no-location --ignore .venv --ignore node_modules --ignore var

clean: ## remove all that the other commands made, but for the data in var/
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis locale/.compiled

# --- set-up -----------------------------------------------------------------------------------------------------------

machine:
	@.ci/machine $(PROGRAMS) -- $(PACKAGES)

machine-for-tests:
	@.ci/machine $(PROGRAMS) $(TEST_PROGRAMS) -- $(PACKAGES) $(TEST_PACKAGES)

$(BIN)/python:
	@.ci/machine -- $(PYTHON)-venv
	$(PYTHON) -m venv $(VENV)

$(BIN)/.installed: requirements-dev.lock | $(BIN)/python
	@echo "Installing the Python libraries (about 260 MB to download)…"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.installed: package-lock.json | $(BIN)/.installed
	@echo "Installing the front-end packages…"
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

locale/.compiled: $(wildcard locale/*/LC_MESSAGES/*.po) | $(BIN)/.installed
	@$(MANAGE) compilemessages --locale vi --ignore .venv --ignore node_modules --verbosity 0
	@touch $@
