# make up        run the site with its workers             make up PORT=8001, make up DEMO=0
# make test      run every test                            make test ARGS="tests/courses -x"
SHELL := /bin/bash
PYTHON := .venv/bin/python
DEMO ?= 1
ARGS ?=

.PHONY: up setup setup-test demo test lint lock bench-media bench-progress pictures clean

up: setup
	@exec $(PYTHON) scripts/up.py $(if $(PORT),--port $(PORT)) $(if $(filter 0,$(DEMO)),--no-demo)

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

# The demo data alone. Workers make the videos: those of a running site, or else the next `make up`.
demo: setup
	@$(PYTHON) scripts/preparation.py
	@LOG_LEVEL=WARNING $(PYTHON) manage.py demo

test: setup-test
	@$(PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

lint: setup-test
	@scripts/lint.sh

# Write the lock files anew, keeping every pin that still fits: make lock ARGS="--upgrade-package wagtail"
lock: setup-test
	@scripts/lock.sh $(ARGS)

bench-media: setup-test
	@$(PYTHON) scripts/bench_media.py $(ARGS)

bench-progress: setup-test
	@$(PYTHON) scripts/bench_progress.py $(ARGS)

pictures: setup-test
	@$(PYTHON) scripts/take_pictures.py $(ARGS)

# Everything that can be made again. Data in var/ stays.
clean:
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
