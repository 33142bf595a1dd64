"""The custodian's daemon: it guards one part of every key and watches the log.

It trusts its own keys, its own clock, its own roster file and its own journal; whatever the
platform says is checked against these. The platform carries messages, and can only refuse to.
"""
