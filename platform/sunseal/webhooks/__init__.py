"""Webhooks: organizations are told of what happens, at an address of their own."""
