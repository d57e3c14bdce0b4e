# Two commands matter: `make run` serves the chat, `make test` runs the tests. Both make .venv when it is missing.
# While writing code, `make quick` runs the tests that take little time.
# pip obeys the index or mirror that this machine's pip is set to; every file is checked against the lock's hashes.

PYTHON ?= python3
PORT ?= 7860
# Not `?=`: some shells export HOST as the machine's name, which would open the chat to the network.
HOST = 127.0.0.1
# USE_UV=1 installs with uv instead of pip.
USE_UV ?=
# More arguments for pytest: make test ARGS="-k retrieval -x".
ARGS ?=
# How many processes run the tests; 0 runs them in pytest's own, for a debugger.
JOBS ?= auto
# What `make lock` calls.
UV ?= uv

VENV := .venv
BIN := $(VENV)/bin

ifeq ($(USE_UV),1)
install = $(UV) pip install --python $(BIN)/python --no-deps --compile-bytecode
else
install = $(BIN)/python -m pip install --disable-pip-version-check --no-deps
endif

.PHONY: help run test quick lint format wheel lock clean
.DEFAULT_GOAL := help

help:
	@echo '要点 Yaodian'
	@echo '  make run     启动网页问答 http://$(HOST):$(PORT)，首次运行自动安装  serve the chat, installing first if needed'
	@echo '               换端口 another port: make run PORT=8000；允许其他机器访问 reachable from outside: YAODIAN_API_KEYS=… HOST=0.0.0.0'
	@echo '  make test    运行测试                 run the tests (ARGS="-k words" picks some)'
	@echo '  make quick   只运行快的测试           the quick tests alone: no browser, nothing marked slow'
	@echo '  make lint    检查代码风格与类型       ruff and mypy'
	@echo '  make format  整理代码格式             ruff format, ruff check --fix'
	@echo '  make wheel   打包到 dist/             build the wheel into dist/'
	@echo '  make lock    重新锁定依赖（需要 uv）  resolve the dependencies anew (needs uv)'
	@echo '  make clean   删除 .venv 与缓存        remove .venv, dist and caches; indexes and records stay'

run: $(VENV)/.ok
	$(BIN)/yaodian serve --host $(HOST) --port $(PORT)

# Python keeps the compiled tests: compiling them and their asserts anew takes every worker many seconds.
unexport PYTHONDONTWRITEBYTECODE

# A worker that has nothing left takes tests from the end of the other's; the rest stay in their order, so that
# most files are run by one worker, which makes their fixtures once.
pytest = $(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

test: $(VENV)/.dev-ok
	$(pytest) $(ARGS)

quick: $(VENV)/.dev-ok
	$(pytest) -m "not browser and not slow" $(ARGS)

lint: $(VENV)/.dev-ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev-ok
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(VENV)/.ok
	$(BIN)/python -m hatchling build -t wheel

# The stamp comes last. A .venv without one is half made: it is thrown away here, and on failure too.
$(VENV)/.ok: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo '需要 Python 3.11 或更新版本，请安装后重试，或指定：make run PYTHON=python3.12' >&2; \
	  echo 'Python 3.11 or newer is needed; install it, or name it: make run PYTHON=python3.12' >&2; \
	  echo '  Debian 12, Ubuntu 24.04: sudo apt-get install python3 python3-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo '缺少 venv 模块，请先安装。The venv module is missing; install it first:' >&2; \
	  echo '  sudo apt-get install python3-venv' >&2; exit 1; }
	@test -f $@ || { rm -rf $(VENV); \
	  echo '首次运行：正在安装依赖（下载约 180 MB，视网速需要几分钟）……'; \
	  echo 'First run: installing (about 180 MB to download, some minutes) ...'; }
	@{ test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); } \
	  && $(install) --require-hashes -r requirements.lock \
	  && $(install) --no-build-isolation --editable . \
	  || { test -f $@ || rm -rf $(VENV); \
	    echo '安装没有完成，原因见上；若与网络有关，请检查网络或 pip 的镜像设置，然后重试。' >&2; \
	    echo 'The installation did not finish, see above. If it is the network: check it, or the mirror set for pip; try again.' >&2; exit 1; }
	@touch $@

$(VENV)/.dev-ok: $(VENV)/.ok requirements-dev.lock
	$(install) --require-hashes -r requirements-dev.lock
	@touch $@

compile = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url

# Keeps the versions that still fit; `make lock ARGS=--upgrade` takes the newest.
# requirements-dev.lock holds only what tests and checks add to requirements.lock.
lock:
	$(compile) $(ARGS) pyproject.toml --group build --output-file requirements.lock
	$(compile) $(ARGS) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock \
	  $$(sed -n 's/^\([a-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.lock)

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find bot knowledge prompts eval tests -name __pycache__ -type d -prune -exec rm -rf {} +
