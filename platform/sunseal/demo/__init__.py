"""A whole tender on this machine, with real processes, and with insiders who try to look early.

For demonstrations and tests. Production starts each role by itself; nothing here is imported there.
"""
