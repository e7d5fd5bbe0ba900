"""The checker of arguments by multipliers: the chain is built anew, every combination checked, before it counts.

A program checks the steps: that each conclusion is the combination of premises it is said to be, that choices, limits
and sums are used as declared, that every premise refers to something the statement has, and that what it cites is
itself settled under hypotheses met here. Two things it cannot check: whether a premise is an instance of what it
cites, and whether the relation concluded is the printed statement. Both are a reader's judgement, so the record shows
the premises with what they cite, and the conclusions, as formulas beside the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import TypeAlias

from sympy.polys.rings import PolyElement

from claims.evidence import ALL_DIMENSIONS, CheckFailedError, Evidence, checker, mint, statement_under_check
from claims.registry import UnknownClaimError, get_claim
from claims.statement import Statement
from symbolic.homogeneous.argument import ARBITRARY, Argument, ArgumentError, Fact, Sign
from symbolic.homogeneous.support import support

FROM_PREMISES = "from the premises listed"
Relation: TypeAlias = "PolyElement | tuple[PolyElement, Sign]"
Goals: TypeAlias = Callable[[Mapping[str, PolyElement]], Mapping[str, Relation]]
_consulted: ContextVar[tuple[str, ...]] = ContextVar("statements whose verdicts are being asked for", default=())


@checker
def prove_by_argument(  # noqa: PLR0913 - what an argument is for, and on what conditions, is said in one place
    build: Callable[[], Argument],
    shows: str,
    *,
    concludes: Goals | None = None,
    discharged: Mapping[str, Mapping[str, str]] | None = None,
    idle: Mapping[str, str] | None = None,
    scope: str = "",
    part: str = "",
) -> Evidence:
    """Return `Derivation` evidence for the conclusions that ``build`` draws.

    It holds for all dimensions if the relations it is to conclude are named and derived, every premise says which
    hypothesis of the statement, which statement it depends on, or which earlier part of it gives that premise, every
    hypothesis of a statement cited is met here, that statement is proved or cited, and the argument declares all its
    dependences. Where one of these is missing the record says so, and the evidence holds from the premises listed,
    which gives no more than `proved-fixed`.

    Args:
        build: Makes the argument; a conclusion that does not follow raises while it is drawn.
        shows: One sentence: what the chain shows.
        concludes: The relations to be concluded, from the quantities by name, each under its words: a polynomial that
            is to be ≥ 0, or a pair of it with its sign. A step must have each exactly so, resting on a premise.
        discharged: For a statement cited and a hypothesis of it that is not, word for word, one of this statement's:
            the hypothesis, dependency, earlier part or fact of the argument that meets it.
        idle: Hypotheses that the argument does not use, each with the reason why it is there.
        scope: The sizes the argument is for, if it is not for all.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a conclusion is not the combination it is said to be, one that is to be drawn is not, or
            rests on nothing, a premise refers to what the statement does not have, or to a statement that is refuted
            or rests on this one.
    """
    try:
        argument = build()
        if not argument.inferences:
            raise CheckFailedError("nothing is concluded")
        goals = _goals(argument, concludes)
        premises = [support(argument, goal.name, goal.polynomial, goal.sign) for goal in goals]
    except ArgumentError as error:
        raise CheckFailedError(str(error)) from error
    statement = statement_under_check()
    used = [f for f in argument.assumptions if any(f in facts for facts in premises)] if goals else []
    rests_on = list(dict.fromkeys(fact.by for fact in used if fact.by not in ("", ARBITRARY)))
    open_premises = [fact.name for fact in argument.assumptions if not _is_grounded(fact, statement, part)]
    cited = list(dict.fromkeys(fact.by for fact in argument.assumptions if fact.by in statement.depends_on))
    open_points = [] if goals else ["the relation to be concluded is not named"]
    open_points += [*argument.gaps, *_unmet(argument, statement, cited, discharged or {}, part)]
    data = {
        "concludes": [f"{goal.name}: ${goal.to_latex()}$" for goal in goals],
        "rests_on": rests_on,
        "given": [_shown(fact) for fact in argument.assumptions],
        "steps": [inference.to_record() for inference in argument.inferences],
        "discharged": [f"{id_}, {name}: {by}" for id_, met in (discharged or {}).items() for name, by in met.items()],
        "idle": _idle(statement, idle or {}, rests_on),
        "open_premises": open_premises,
        "open_points": open_points,
    }
    reach = FROM_PREMISES if open_premises or open_points else ALL_DIMENSIONS
    narrower = scope if scope != ALL_DIMENSIONS else ""
    return mint(
        "Derivation", shows, {key: value for key, value in data.items() if value}, scope=narrower or reach, part=part
    )


def _goals(argument: Argument, concludes: Goals | None) -> list[Fact]:
    if concludes is None:
        return []
    relations = concludes(dict(zip(argument.names, argument.generators, strict=True)))
    if not relations:
        raise CheckFailedError("no relation is to be concluded")
    pairs = {name: r if isinstance(r, tuple) else (r, ">=") for name, r in relations.items()}
    return [Fact(name, argument.ring(polynomial), sign) for name, (polynomial, sign) in pairs.items()]


def _is_grounded(fact: Fact, statement: Statement, part: str) -> bool:
    if not fact.by:
        return False
    if fact.by == ARBITRARY:
        # Of a quantity that ranges over the nonnegative, or the positive, numbers nothing else may be assumed.
        if not fact.polynomial.is_generator or fact.sign == "=":
            raise CheckFailedError(f"{fact.name}: more is assumed than that a quantity ranges over ℝ₊")
        return True
    if fact.by not in _grounds(statement, part):
        raise CheckFailedError(f"{fact.name}: {fact.by!r} is no hypothesis of {statement.id}, nor does it depend on it")
    return True


def _grounds(statement: Statement, part: str) -> set[str]:
    # A part may rest on those before it: the verdict is that of the weakest part.
    earlier = statement.parts[: statement.parts.index(part)] if part else ()
    return {*earlier, *(hypothesis.name for hypothesis in statement.hypotheses), *statement.depends_on}


def _unmet(
    argument: Argument,
    statement: Statement,
    cited: Sequence[str],
    discharged: Mapping[str, Mapping[str, str]],
    part: str,
) -> list[str]:
    """Return why what the statements cited say may not be taken as proved here."""
    facts = {f.name for f in argument.assumptions} | {i.conclusion.name for i in argument.inferences}
    known = _grounds(statement, part) | facts
    unmet = []
    for id_, met in discharged.items():
        if id_ not in cited or not set(met) <= {h.name for h in _cited(id_).hypotheses}:
            raise CheckFailedError(f"{id_}: no premise is by it, or it lacks one of the hypotheses {list(met)}")
        if not set(met.values()) <= known:
            raise CheckFailedError(f"{id_}: {list(met.values())} are not all hypotheses, parts or facts known here")
    for id_ in cited:
        status = _status(id_, statement.id)
        if status == "refuted":
            raise CheckFailedError(f"{id_} is refuted, so nothing may be taken from it")
        if status not in ("proved", "cited"):
            unmet.append(f"{id_} is {status}")
        needed = [h for h in _cited(id_).hypotheses if h not in statement.hypotheses]
        unmet += [f"{id_} supposes {h.name!r}" for h in needed if h.name not in discharged.get(id_, {})]
    return unmet


def _cited(id_: str) -> Statement:
    try:
        return get_claim(id_).statement
    except UnknownClaimError as error:
        raise CheckFailedError(str(error)) from error


def _status(id_: str, asking: str) -> str:
    chain = (*_consulted.get(), asking)
    if id_ in chain:
        raise CheckFailedError(f"{asking} rests on {id_}, which rests on it")
    _cited(id_)
    token = _consulted.set(chain)
    try:
        return get_claim(id_).verdict.status
    finally:
        _consulted.reset(token)


def _idle(statement: Statement, idle: Mapping[str, str], rests_on: Sequence[str]) -> list[str]:
    names = {hypothesis.name for hypothesis in statement.hypotheses}
    for name, reason in idle.items():
        if name not in names or name in rests_on or not reason.strip():
            raise CheckFailedError(f"{name!r} is used, is no hypothesis of {statement.id}, or no reason is given")
    return [f"{name}: {reason}" for name, reason in idle.items()]


def _shown(fact: Fact) -> str:
    reason = f" [{fact.by}]" if fact.by else ""
    return f"{fact.name}: ${fact.to_latex()}${reason}"
