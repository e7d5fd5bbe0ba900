"""The checker that records outside theory, and the one that records what is left open."""

from __future__ import annotations

from claims.evidence import CheckFailedError, Evidence, checker, mint


@checker
def cite(theorem: str, source: str, says: str, *, part: str = "") -> Evidence:
    """Return `Citation` evidence: the statement, or a part, rests on a theorem proved elsewhere.

    Args:
        theorem: The theorem by name.
        source: Where it is proved.
        says: What it says here.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the theorem or its source is not named.
    """
    if not (theorem.strip() and source.strip()):
        raise CheckFailedError("a citation names its theorem and where it is proved")
    return mint("Citation", says, {"theorem": theorem, "source": source}, part=part)
