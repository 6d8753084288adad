# Set-up and the main jobs. Nothing but Python 3.11+ and make is needed.
PYTHON ?= python3
TORCH ?= torch
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test install install-test blender-addon godot-plugin clean

demo: install
	mkdir -p build/demo
	$(BIN)/ayo animate examples/knight_64.png --action walk -o build/demo/knight_walk.png --force
	$(BIN)/ayo animate examples/knight_64.png --action walk -o build/demo/knight_walk.gif --force
	@echo "Sheet: build/demo/knight_walk.png (with knight_walk.json)   GIF: build/demo/knight_walk.gif"

test: install-test blender-addon godot-plugin
	$(BIN)/python -m pytest

install: $(VENV)/installed
install-test: $(VENV)/installed-test

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet "$(TORCH)"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

blender-addon: $(VENV)/installed
	$(BIN)/python tools/build_blender_addon.py

godot-plugin: $(VENV)/installed
	$(BIN)/python tools/build_godot_plugin.py

clean:
	rm -rf build dist $(VENV)
