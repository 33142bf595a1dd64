"""Letters of other alphabets in Latin ones, and words by their sound.

Transliterations differ by author and country; the sound folds what they disagree about.
"""

import re
from functools import lru_cache

# Each letter with what is written for it; a dash for nothing.
_CYRILLIC = """
    аa бb вv гg дd еe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ-
    ыy ь- эe юiu яia іi їi єe ґg ўu ђdj јj љlj њnj ћc џdz һh үu өo әa ғg қk
"""
_GREEK = """
    αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo
"""
_ARMENIAN = """
    աa բb գg դd եe զz էe ըe թt ժzh իi լl խkh ծts կk հh ձdz ղgh ճch մm յy նn շsh ոo չch պp ջj
    ռr սs վv տt րr ցts ւv փp քk օo ֆf
"""
_LETTERS = str.maketrans(
    {each[0]: each[1:].strip("-") for each in (_CYRILLIC + _GREEK + _ARMENIAN).split()}
)
# What different spellings write for one sound, in the order of the replacements.
_SOUNDS = (
    ("sch", "sh"),
    ("tsch", "ch"),
    ("tch", "ch"),
    ("dzh", "j"),
    ("dj", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("zh", "j"),
    ("ck", "k"),
    ("ks", "x"),
    ("qu", "kv"),
    ("q", "k"),
    ("w", "v"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("ae", "ai"),
    ("ei", "ai"),
    ("ey", "ai"),
    ("ay", "ai"),
    ("ie", "i"),
    ("iy", "i"),
    ("y", "i"),
    ("e", "i"),
    ("o", "u"),
)
_DOUBLED = re.compile(r"(.)\1+")
_SILENT_H = re.compile(r"(?<=[aeiou])h(?=[^aeiou]|$)")


def transliterated(text: str) -> str:
    """What has no table stays as it is."""
    return text if text.isascii() else text.translate(_LETTERS)


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """The word by its sound: usama and osama are one, hassan and husain are two."""
    if not word.isascii():
        return word
    word = _SILENT_H.sub("", word)
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word)
