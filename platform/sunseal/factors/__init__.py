"""Second factors, recovery codes, known browsers, and how often somebody may guess."""
