from sunseal.errors import Invalid, NotFound


class NoCheckpoint(NotFound):
    def __init__(self) -> None:
        super().__init__("The log has no checkpoint yet: it makes one with its first tick.")


class NoSuchTile(NotFound):
    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"There is no {path} in the log.")


class BadCosignature(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This cosignature was not accepted: {reason}.")
