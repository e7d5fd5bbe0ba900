"""The checker of citations: what rests on outside theory says so, by name."""

from __future__ import annotations

from claims.evidence import CheckFailedError, Evidence, checker, mint


@checker
def cite(theorem: str, source: str, *, part: str = "") -> Evidence:
    """Return `Citation` evidence naming the theorem and where it is proved.

    Args:
        theorem: The theorem's name and what it says, in our words.
        source: Author, work and number.
        part: The part of the statement that rests on it.

    Raises:
        CheckFailedError: If the theorem or its source is not named.
    """
    if not theorem.strip() or not source.strip():
        raise CheckFailedError("a citation must name a theorem and its source")
    return mint("Citation", f"rests on {source}", {"theorem": theorem, "source": source}, part=part)
