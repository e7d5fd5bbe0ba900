"""Section 2: how the solutions of problems (7) and (8) are related."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points, exhibit
from claims.evidence import Evidence
from claims.papers.global_optimality.prior_work import INFIMUM, NORMS
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.scalar_points import ScalarFactors
from symbolic.homogeneous.argument import Argument

SOLUTION = Hypothesis("solution of (8)", r"$(U,V)$ has the least value of (8) among factors with any number of columns")


def _solutions(optimal: bool = True) -> Argument:  # noqa: FBT001, FBT002 - a mutant's switch
    argument = Argument(
        ("e", "f", "F7", "F7Z", "fZ"),
        small={"e": ("fZ",)},
        fixed=("F7", "F7Z"),
    )
    e, f, F7, F7Z, fZ = argument.generators
    below = argument.given("at any factorization (7) is at most (8)", f - F7, by="infimum")
    attains = argument.given("(U, V) minimizes (8) over all r", fZ - f, by="solution of (8)")
    infimum = argument.given("a factorization of Z within e of (7) at Z", F7Z + e - fZ, by="infimum")
    premises = {below: 1, attains: 1, infimum: 1} if optimal else {below: 1, infimum: 1}
    nearly = argument.conclude("up to e", F7Z - F7 + e, premises)
    argument.limit("no Z does better in (7)", nearly, e)
    return argument


def _converse(point: ScalarFactors, part: str) -> Evidence:
    return exhibit(
        point,
        {
            "UVᵀ is the solution of (7)": ScalarFactors.solves_convex_problem,
            "(U, V) is no solution of (8)": lambda p: not p.solves_factored_problem(),
        },
        "a solution of (7) that is none of (8), for ℓ = ½(UVᵀ − 2)² and λ = 1",
        part=part,
    )


WASTEFUL = ScalarFactors((1, 1), (2, -1))


@claim(
    "global-optimality:section-2.solutions",
    kind="section",
    label="Section 2, solutions of (7) and (8)",
    printed="With the number of columns free, solutions to (8) will be solutions to (7), but the converse is not true",
    hypotheses=[NORMS, INFIMUM, SOLUTION],
    parts=["(8) solves (7)", "converse fails"],
)
def section_2_solutions() -> list[Evidence]:
    """At a solution of (8) the factorization attains the norm; (1, 1)(2, −1)ᵀ = 1 solves (7) and wastes 2λ in (8)."""
    return [
        prove_by_argument(
            _solutions,
            "a solution of (8) is one of (7)",
            part="(8) solves (7)",
            concludes=lambda q: {"no Z does better in (7)": -q["F7"] + q["F7Z"]},
            idle={"norms": "it says what (7) and (8) are"},
        ),
        _converse(WASTEFUL, "converse fails"),
    ]


@section_2_solutions.mutant("any factorization in (8) solves (7)")
def _() -> Evidence:
    return prove_by_argument(lambda: _solutions(optimal=False), "mutant", part="(8) solves (7)")


@section_2_solutions.mutant("the factorization 1·1 of the solution is wasteful too")
def _() -> Evidence:
    return _converse(ScalarFactors((1,), (1,)), "converse fails")


def _attains(points: list[ScalarFactors]) -> Evidence:
    return decide_at_points(
        points,
        {"UVᵀ is the solution of (7)": ScalarFactors.solves_convex_problem},
        ScalarFactors.attains_norm,
        "a solution of (7) attains the infimum in (6)",
        "scalars, two columns",
    )


@claim(
    "global-optimality:section-2.which-problem",
    kind="section",
    label="Section 2, the problem that searches for an optimal factorization",
    printed="while in (7) one is specifically searching for a factorization $(U,V)$ that achieves the infimum in (6)",
    erratum=Erratum(
        "misprint",
        "It is (8) in which the factors must achieve the infimum; the sentence's first half says the same of (7) "
        "rightly, that any factorization of its solution will do.",
        corrected_by="global-optimality:section-2.solutions",
    ),
)
def section_2_which_problem() -> Evidence:
    """(1, 1)(2, −1)ᵀ = 1 solves (7) and costs 3 where the norm is 1."""
    return _attains([WASTEFUL])


@section_2_which_problem.mutant("the wasteful factorization with another product")
def _() -> Evidence:
    return _attains([ScalarFactors((1, 1), (2, 1))])


@section_2_which_problem.mutant("more waste still")
def _() -> Evidence:
    return _attains([ScalarFactors((1, 1), (5, -4))])
