"""Help for whoever is stuck, by people who do not learn whom they help."""
