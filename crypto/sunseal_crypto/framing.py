"""Length-prefixed fields, so that no two lists of fields hash alike."""

LENGTH_BYTES = 4


def field(value: bytes) -> bytes:
    """`value` behind its length, 4 bytes big-endian."""
    return len(value).to_bytes(LENGTH_BYTES, "big") + value


def fields(*values: bytes) -> bytes:
    """Each of `values` behind its length, one after the other."""
    return b"".join(field(value) for value in values)
