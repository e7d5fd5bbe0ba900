"""The checker of arguments by multipliers: the chain is built anew, every combination checked, before it counts."""

from __future__ import annotations

from collections.abc import Callable

from claims.evidence import CheckFailedError, Evidence, checker, mint
from symbolic.homogeneous.argument import Argument, ArgumentError

FROM_PREMISES = "from the premises listed"


@checker
def prove_by_argument(
    build: Callable[[], Argument], shows: str, *, scope: str = FROM_PREMISES, part: str = ""
) -> Evidence:
    """Return `Derivation` evidence for the conclusions that ``build`` draws.

    Args:
        build: Makes the argument; a conclusion that does not follow raises while it is drawn.
        shows: One sentence: what the chain shows.
        scope: What the argument is for; by default it holds from the premises it lists, whose own truth is not
            checked here, so it gives no more than `proved-fixed`.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a conclusion is not the combination it is said to be, or nothing is concluded.
    """
    try:
        argument = build()
    except ArgumentError as error:
        raise CheckFailedError(str(error)) from error
    if not argument.inferences:
        raise CheckFailedError("nothing is concluded")
    data = {
        "given": [f"{fact.name}: ${fact.to_latex()}$" for fact in argument.assumptions],
        "steps": [inference.to_record() for inference in argument.inferences],
    }
    return mint("Derivation", shows, data, scope=scope, part=part)
