"""What a comparison of two names says."""

from dataclasses import dataclass

# From here on a person must look. No score, however high, says that two are the same.
REVIEW = 0.75


@dataclass(frozen=True, slots=True)
class Score:
    """`value` from 0 to 1; `feature` names the rule that decided; `sentence` says it to people."""

    value: float
    feature: str
    sentence: str

    @property
    def needs_review(self) -> bool:
        return self.value >= REVIEW
