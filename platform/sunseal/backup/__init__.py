"""Backups: an encrypted copy of every zone and object, and what a restored log must face before it
may grow again.
"""
