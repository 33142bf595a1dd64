"""The access log: who did what, in ticks that say nothing of how much happened."""
