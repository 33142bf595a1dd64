"""Fixtures for every area. Each module of tests/support holds those for one kind of thing."""

pytest_plugins = [
    "tests.support.servers",
    "tests.support.database",
    "tests.support.service",
    "tests.support.town",
]
