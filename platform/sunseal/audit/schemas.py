from msgspec import Struct


class Cosign(Struct, forbid_unknown_fields=True):
    size: int
    line: str
