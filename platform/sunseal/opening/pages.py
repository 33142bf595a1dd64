"""The opening hall and what an opening found."""

from litestar import Controller

PAGES: list[type[Controller]] = []
