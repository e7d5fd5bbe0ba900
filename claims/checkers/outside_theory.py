"""The checker of what rests on outside theory alone: the theorem and its source are named, nothing is tried."""

from __future__ import annotations

from claims.evidence import CheckFailedError, Evidence, checker, mint


@checker
def rest_on(theorem: str, source: str, *, part: str = "") -> Evidence:
    """Return `Citation` evidence that names a theorem and where it is proved.

    For a theorem whose consequences are tried at exact instances by another checker beside it.

    Args:
        theorem: What it says, in our words.
        source: Author, work and number, or the elementary reason.
        part: The part of the statement that rests on it.

    Raises:
        CheckFailedError: If the theorem or its source is not named.
    """
    if not theorem.strip() or not source.strip():
        raise CheckFailedError("a citation must name a theorem and its source")
    return mint("Citation", f"rests on {source}", {"theorem": theorem, "source": source}, part=part)
