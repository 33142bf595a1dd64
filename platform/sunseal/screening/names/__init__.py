"""How names are compared: keys for the exact look-up, scores for what is only alike.

Traditional and simplified characters, full and half width, case, spaces and the legal form do not
count. Numerals do: 中建二局 and 中建三局 are two companies, and their keys differ.
"""

from sunseal.screening.names.keys import key, keys
from sunseal.screening.names.normalise import Kind
from sunseal.screening.names.result import REVIEW, Score
from sunseal.screening.names.score import score

# Part of every result's evidence; a new one screens everybody again.
MATCHER_VERSION = "names/3"

__all__ = ["MATCHER_VERSION", "REVIEW", "Kind", "Score", "key", "keys", "score"]
