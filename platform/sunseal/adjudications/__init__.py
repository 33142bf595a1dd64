"""The screening desk: what people decide about a firm beside an entry, and appeals against that."""
