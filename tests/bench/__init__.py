"""Measurements beside a peer or a physical limit in the same run; `make bench` runs them all."""
