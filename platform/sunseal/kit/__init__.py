"""Small helpers that know no room."""
