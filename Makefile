# GNU Make 3.81 and plain sh, which is what macOS brings. Paths are relative, so a checkout may lie
# anywhere. `requirements/setup` prints the folder of the environment that it has made sure of.

SHELL = /bin/sh
RUN = venv=$$(sh requirements/setup run) && "$$venv/bin/python"
DEV = venv=$$(sh requirements/setup dev) && "$$venv/bin/python"

# One worker for each of two cores: a third makes real deadlines pass too soon. tests/conftest.py
# shares the tests out.
TEST_FLAGS = -n 2

.PHONY: help setup setup-run setup-dev assets assets-if-possible demo serve test check bench soak lock clean

help:
	@echo 'make demo    a whole tender in minutes, on this machine, with nothing else installed'
	@echo 'make serve   the service, against DATABASE_URL and the like, or servers of its own'
	@echo 'make assets  scripts and style sheets of the pages, and their hash'
	@echo 'make test    every test but the slow ones'
	@echo 'make check   lint, format, types, layers, locks'
	@echo 'make bench   measurements, written to build/bench.json'
	@echo 'make soak    the slow tests'
	@echo 'make setup   install what tests and checks need (the others do it themselves)'
	@echo 'make lock    move every pin to the newest release allowed'
	@echo 'make clean   remove what these commands made in the checkout'

setup: setup-dev

setup-run:
	@sh requirements/setup run > /dev/null

setup-dev:
	@sh requirements/setup dev > /dev/null

demo:
	@$(RUN) -m sunseal.demo

assets:
	@sh requirements/assets

# Where npm or Node is out of reach (status 3), all but the pages is served and tested all the same.
assets-if-possible:
	@sh requirements/assets > /dev/null || [ $$? = 3 ]

serve: assets-if-possible
	@$(RUN) -m sunseal.serve

test: assets-if-possible
	@$(DEV) -m pytest $(TEST_FLAGS)

soak: assets-if-possible
	@$(DEV) -m pytest -m slow

bench: assets-if-possible
	@mkdir -p build
	@$(DEV) -m tests.bench

check:
	@$(DEV) requirements/check
	@$(DEV) -m ruff check .
	@$(DEV) -m ruff format --check .
	@$(DEV) -m mypy
	@sh requirements/assets check || [ $$? = 3 ]
	@$(DEV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

lock:
	@sh requirements/lock

clean:
	rm -rf .venv .venv-run .venv-assets .tools build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf platform/frontend/node_modules platform/sunseal/web/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
