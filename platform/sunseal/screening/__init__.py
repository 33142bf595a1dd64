"""Checking bidders against bribery records and blacklists, in the background."""
