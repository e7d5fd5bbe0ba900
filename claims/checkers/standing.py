"""What has not been decided here: citations of outside theory, and statements left open with the reason why."""

from __future__ import annotations

from claims.evidence import CheckFailedError, Evidence, checker, mint


@checker
def cite(theorem: str, source: str, *, part: str = "") -> Evidence:
    """Return `Citation` evidence: the statement is a known theorem, taken from ``source`` and not proved here.

    Args:
        theorem: What is used, in one sentence.
        source: Where its proof stands.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If no source is named.
    """
    if not source.strip():
        raise CheckFailedError("a citation must name its source")
    return mint("Citation", theorem, {"source": source}, part=part)


@checker
def leave_undecided(reason: str, *, part: str = "") -> Evidence:
    """Return `Undecided` evidence, which is never a pass, with the reason a reader can act on.

    Raises:
        CheckFailedError: If no reason is given.
    """
    if not reason.strip():
        raise CheckFailedError("an undecided statement must say why")
    return mint("Undecided", reason, {}, part=part)
