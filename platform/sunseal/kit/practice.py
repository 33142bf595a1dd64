"""How a practice instance is told from a real one: by its name, in everything that is signed.

A banner can be cut off a picture. The origin stands inside each notice, receipt, promise and record
and cannot: so a practice instance is named `practice.…`, and nothing else may be.
"""

PREFIX = "practice."
# On paper and in letters, which are in Chinese.
MARK = "练习 · 不具法律效力"


def is_practice(origin: str) -> bool:
    """Whether what is signed under this name was only practised."""
    return origin.startswith(PREFIX)


def marked(origin: str, heading: str) -> str:
    """The heading of a paper or letter, behind the mark where it was only practised."""
    return f"{MARK} · {heading}" if is_practice(origin) else heading
