"""Lets pytest take the chapters as tests, wherever it is started from."""

pytest_plugins = ["tests.notebooks.chapters"]
