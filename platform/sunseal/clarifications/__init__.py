"""Clarifications: questions that say nothing of who asks, and answers that everybody reads."""
