"""The checker of arguments by multipliers: the chain is built anew, every combination checked, before it counts."""

from __future__ import annotations

from collections.abc import Callable

from claims.evidence import ALL_DIMENSIONS, CheckFailedError, Evidence, checker, mint, statement_under_check
from claims.statement import Statement
from symbolic.homogeneous.argument import ARBITRARY, Argument, ArgumentError, Fact

FROM_PREMISES = "from the premises listed"


@checker
def prove_by_argument(build: Callable[[], Argument], shows: str, *, scope: str = "", part: str = "") -> Evidence:
    """Return `Derivation` evidence for the conclusions that ``build`` draws.

    Whether it holds for all dimensions follows from what the argument takes as given. Every given fact must be an
    instance of a hypothesis of the statement, of a statement that it depends on, whose own verdict then counts, or of
    an earlier part of the same statement. If one says none of these, the argument holds from the premises it lists,
    and gives no more than `proved-fixed`.

    Args:
        build: Makes the argument; a conclusion that does not follow raises while it is drawn.
        shows: One sentence: what the chain shows.
        scope: The sizes the argument is for, if it is not for all.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a conclusion is not the combination it is said to be, nothing is concluded, or a given
            fact refers to a hypothesis that the statement does not have or a statement that it does not depend on.
    """
    try:
        argument = build()
    except ArgumentError as error:
        raise CheckFailedError(str(error)) from error
    if not argument.inferences:
        raise CheckFailedError("nothing is concluded")
    open_premises = [f.name for f in argument.assumptions if not _is_grounded(f, statement_under_check(), part)]
    data = {
        "given": [_shown(fact) for fact in argument.assumptions],
        "steps": [inference.to_record() for inference in argument.inferences],
    }
    if open_premises:
        data["open_premises"] = open_premises
    reach = FROM_PREMISES if open_premises else ALL_DIMENSIONS
    return mint("Derivation", shows, data, scope=scope or reach, part=part)


def _is_grounded(fact: Fact, statement: Statement, part: str) -> bool:
    if not fact.by:
        return False
    if fact.by == ARBITRARY:
        # Of a quantity that ranges over the nonnegative, or the positive, numbers nothing else may be assumed.
        if not fact.polynomial.is_generator or fact.sign == "=":
            raise CheckFailedError(f"{fact.name}: more is assumed than that a quantity ranges over ℝ₊")
        return True
    # A part may rest on those before it: the verdict is that of the weakest part.
    earlier = statement.parts[: statement.parts.index(part)] if part else ()
    known = {*earlier, *(hypothesis.name for hypothesis in statement.hypotheses), *statement.depends_on}
    if fact.by not in known:
        raise CheckFailedError(f"{fact.name}: {fact.by!r} is no hypothesis of {statement.id}, nor does it depend on it")
    return True


def _shown(fact: Fact) -> str:
    reason = f" [{fact.by}]" if fact.by else ""
    return f"{fact.name}: ${fact.to_latex()}${reason}"
