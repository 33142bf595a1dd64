"""The log auditor: re-checks a tender from its bundle, offline, and names what does not hold.

It knows sunseal_crypto and the roster file that its user got elsewhere; the platform it never asks.
"""
