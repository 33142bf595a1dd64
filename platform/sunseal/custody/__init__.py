"""Custody: the platform as the messenger between custodians, whom it can neither join nor read."""
