"""Bytes in, bytes out: sealing, keys nobody holds, proofs, and the log."""
