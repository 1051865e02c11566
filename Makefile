# The book in two commands: `make serve` and `make test`. The work is done in tools/,
# and README.md lists the plain commands for those without make.

PYTHON ?= python3
BIN := .venv/bin
ENV := .venv/ready
BOOK := _build/book.stamp
SOURCES := $(shell find chapters theme nnlib benchmarks/ENGINES.md _config.yml _toc.yml references.bib \
	tools/manuscript.py tools/markup.py $(wildcard tools/quiz*.py tools/slide*.py) -type f ! -path '*/__pycache__/*' ! -path '*/.ipynb_checkpoints/*' 2>/dev/null)

# One thread, so that sums are taken in the same order on every machine.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help serve test release grade portable mutants book quizzes slides notebooks weigh frames engines links \
	pins clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

serve: $(BOOK)  ## build the book where it changed, and open it in a browser
	@$(BIN)/python tools/serve.py _build/html --open

test: $(BOOK)  ## run every test
	@$(BIN)/python tools/run_tests.py

# Both work on a sample class in _build/course, unless they are given a course:
# make grade COURSE=~/nn2026 ASSIGNMENT=training SUBMISSIONS=~/Downloads/training
GRADER = $(BIN)/python -m assignments.grader
COURSE_OPTION = $(if $(COURSE),--course "$(COURSE)")
ASSIGNMENT ?= structure

release: $(ENV)  ## write the assignments' student versions, one for each student
	@$(if $(COURSE),,$(GRADER) sample $(ASSIGNMENT))
	@$(GRADER) release $(COURSE_OPTION)

grade: $(ENV)  ## grade what was handed in, each notebook in a sandbox of its own
	@$(GRADER) grade $(ASSIGNMENT) $(COURSE_OPTION) $(if $(SUBMISSIONS),--submissions "$(SUBMISSIONS)")

portable: $(ENV)  ## run the chapters as on other processors, and with two threads
	OPENBLAS_CORETYPE=Prescott $(BIN)/python -m pytest -q chapters
	OPENBLAS_CORETYPE= $(BIN)/python -m pytest -q chapters
	BOOK_THREADS=2 $(BIN)/python -m pytest -q chapters

mutants: $(ENV)  ## change nnlib in one place at a time, and see that a test notices (ten minutes)
	@$(BIN)/python tools/mutants.py

book: $(BOOK)  ## build the book into _build/html

quizzes: $(ENV)  ## export the quizzes for Moodle, Canvas and others into _build/quizzes
	@$(BIN)/python tools/quiz_bank.py

slides: $(ENV)  ## make slides from the chapters, to lecture from, into _build/slides
	@$(BIN)/python tools/slides.py chapters/*.ipynb

notebooks: $(ENV)  ## run the chapters again and store their outputs
	@$(BIN)/python tools/notebooks.py run chapters/*.ipynb

weigh: $(BOOK)  ## measure what each page weighs and how soon it answers
	@$(BIN)/python benchmarks/page_weight.py

frames: $(BOOK)  ## measure how fast the explorers draw while one drags
	@$(BIN)/python benchmarks/frames.py

engines: $(ENV)  ## measure how far nnlib, the page's engine and PyTorch are apart
	@$(BIN)/python benchmarks/engines.py

links: $(ENV)  ## look up every link that leads out of the book
	@$(BIN)/jupyter-book build . --all --builder linkcheck

pins: $(ENV)  ## pin requirements.in, and all that it brings along, in requirements.txt
	@$(BIN)/python tools/pins.py

clean:  ## remove the environment and everything built
	rm -rf .venv _build

$(ENV): requirements.txt pyproject.toml tools/setup_env.py
	@$(PYTHON) tools/setup_env.py

# All pages anew: an incremental build keeps quiet about the warnings of unchanged pages.
$(BOOK): $(SOURCES) $(ENV)
	@$(BIN)/jupyter-book build . --all -n -W --keep-going
	@$(BIN)/python tools/slides.py --to _build/html/_static/slides chapters/*.ipynb >/dev/null
	@$(BIN)/python tools/quiz_bank.py _build/html/_static/quizzes >/dev/null
	@touch $@
