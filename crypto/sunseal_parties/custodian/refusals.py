"""What a custodian says no to, each with the name of the rule it keeps."""

from sunseal_crypto.errors import CryptoError
from sunseal_crypto.release import Rule


class RefusalError(CryptoError):
    """A release request breaks `rule`; `sentence` says how, and becomes the signed refusal."""

    def __init__(self, rule: Rule, sentence: str) -> None:
        self.rule: Rule = rule
        self.sentence = sentence
        super().__init__(f"{rule}: {sentence}")


class ForkShown(RefusalError):
    """Signed by the log's own key, `evidence` tells another history than the one followed."""

    def __init__(self, sentence: str, evidence: bytes) -> None:
        self.evidence = evidence
        super().__init__("forked-log", sentence)


class TermsRefused(CryptoError):
    """A ceremony that this custodian takes no part in."""


class AmendmentRefused(CryptoError):
    """A postponement that this custodian does not bind itself to."""


class ForgettingRefused(CryptoError):
    """A key that is still needed, or was never here, cannot be forgotten."""


class HandoverRefused(CryptoError):
    """A new log that does not own up to everything this cosigner saw of the last one."""
