"""Firms and authorities, their people, their signing keys, and how they sign in."""
