"""The checker of derivations: every step is tried again before the evidence is minted."""

from __future__ import annotations

from collections.abc import Callable

from claims.evidence import CheckFailedError, Evidence, checker, mint
from symbolic.derivation import Derivation, StepError


@checker
def check_derivation(build: Callable[[], Derivation], shows: str, *, part: str = "") -> Evidence:
    """Return `Derivation` evidence for the chain that ``build`` makes, all its steps checked anew.

    Args:
        build: Makes the derivation; a step that does not follow raises while it is made.
        shows: One sentence: what the chain shows.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a step does not follow by the rule it names, or the chain is empty.
    """
    try:
        derivation = build()
    except StepError as error:
        raise CheckFailedError(str(error)) from error
    if not derivation.steps:
        raise CheckFailedError("the derivation has no step")
    if not derivation.recheck():
        raise CheckFailedError("a step of the derivation does not hold when it is checked again")
    return mint("Derivation", shows, {"steps": derivation.to_records()}, part=part)
