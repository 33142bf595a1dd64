"""Where lists come from: files, registries over HTTP, and the forms in which others publish."""
