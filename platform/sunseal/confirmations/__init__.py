"""Two people: what one proposes counts once another, of another organization, has confirmed it."""
