"""Sections 1 and 2: multilinear maps at the origin, three subdifferentials, the chain rule and local surjection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import symbols

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.checkers.polytopes import decide_polytopes
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    STRICT,
    Located,
    Numbers,
    origin,
)
from claims.papers.chain_rules.sided_composites import Sided, failing_composite, open_composites
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.local_surjection.quotients import (
    is_clarke_subgradient,
    is_frechet_subgradient,
    is_limiting_subgradient,
)
from symbolic.clarke.kinks import Interval, PiecewiseLinear
from symbolic.clarke.polytope import Polytope
from symbolic.derivation import Derivation
from symbolic.local_surjection.facts import Facts, also, combination
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, TensorFactorization, jacobian

k, t, C = symbols("k t C")


def _vanishing_order(least: int) -> Derivation:
    """From ‖F(h)‖ ≤ C‖h‖^k with k ≥ least: the quotient ‖F(h)‖/‖h‖ is of order k − 1 ≥ 1."""
    known = Facts((k - least,))
    return Derivation(known).then(
        also(known, (k - 1) - 1), combination([(1, (k - least,))]), "F(h)/‖h‖ is at most C‖h‖^(k−1)"
    )


def _multilinear_places(away: bool = False) -> Iterator[Located]:  # noqa: FBT001, FBT002 - falsified by position
    maps = (
        MatrixFactorization(2, 3, 1),
        MatrixFactorization(1, 1, 1),
        TensorFactorization(1, 2, 3, 2),
        TensorFactorization(2, 2, 2, 1),
        FactorizationMachine(3, 2),
    )
    for map_ in maps:
        place = origin(map_)
        if away:
            place = Located(
                map_, (fmpq_mat(*map_.shapes[0], [1] * (map_.shapes[0][0] * map_.shapes[0][1])), *place.point[1:])
            )
        yield place


def _jacobian_vanishes(place: Located) -> bool:
    return all(v == 0 for v in jacobian(place.map_, place.point).entries())


def _multilinear(least: int, away: bool) -> list[Evidence]:  # noqa: FBT001 - falsified by position
    return [
        check_derivation(lambda: _vanishing_order(least), "a product of k ≥ 2 factors vanishes to second order"),
        decide_question(
            "is the Jacobian zero?",
            lambda _: True,
            _jacobian_vanishes,
            _multilinear_places(away),
            "bilinear and trilinear maps of the paper",
        ),
    ]


@claim(
    "chain-rules:section-1.multilinear-jacobian",
    kind="section",
    label="Section 1, Jacobians of multilinear mappings",
    printed=r"The Jacobian of any multilinear mapping at the origin is zero.",
    hypotheses=[
        Hypothesis("at-least-two-factors", r"linear in each of $k \ge 2$ arguments (set against linear, $k=1$)")
    ],
)
def multilinear_jacobian() -> list[Evidence]:
    """‖F(h)‖ ≤ C‖h_1‖⋯‖h_k‖ ≤ C‖h‖^k, so F(h)/‖h‖ tends to zero once k ≥ 2; a linear map (k = 1) is the exception."""
    return _multilinear(2, away=False)


multilinear_jacobian.near_misses(
    lambda wrong: _multilinear(*wrong),
    {"one factor suffices": (1, False), "at any point instead of the origin": (2, True)},
)


@dataclass(frozen=True)
class Bent:
    """A piecewise-linear function, a point and a candidate slope."""

    function: PiecewiseLinear
    x: fmpq
    s: fmpq

    def to_record(self) -> dict[str, Any]:
        """Return the triple as text."""
        return {
            "breakpoints": [str(b) for b in self.function.breakpoints],
            "slopes": [str(c) for c in self.function.slopes],
            "x": str(self.x),
            "s": str(self.s),
        }

    def tried(self, test: Callable[..., bool]) -> bool:
        """Return what the definition says, by difference quotients in Fractions."""
        return test(
            lambda v: Fraction(str(self.function(fmpq(v.numerator, v.denominator)))),
            Fraction(str(self.x)),
            Fraction(str(self.s)),
        )


ABSOLUTE = PiecewiseLinear.of([0], [-1, 1])
_BENT = (
    ABSOLUTE,
    PiecewiseLinear.of([0], [1, -1]),
    PiecewiseLinear.of([0], [0, 1]),
    PiecewiseLinear.of([0, 1], [2, -1, 1]),
)


def _bent() -> Iterator[Bent]:
    for function in _BENT:
        for x in (*function.breakpoints, fmpq(1, 3)):
            for s in range(-6, 7):
                yield Bent(function, x, fmpq(s, 2))


def _is_inside(sets: Callable[[Bent], Sequence[Interval]], b: Bent) -> bool:
    return _inside(sets(b), b.s)


def _inside(intervals: Sequence[Interval], s: fmpq) -> bool:
    return any(low <= s <= high for low, high in intervals)


Sets = tuple[Callable[[Bent], Sequence[Interval]], ...]
_SETS: Sets = (
    lambda b: b.function.frechet(b.x),
    lambda b: b.function.limiting(b.x),
    lambda b: (b.function.clarke(b.x),),
)


def _three_sets(sets: Sets) -> list[Evidence]:
    tests = (is_frechet_subgradient, is_limiting_subgradient, is_clarke_subgradient)
    found = [
        decide_question(
            "is the slope a subgradient?",
            partial(_is_inside, f),
            partial(Bent.tried, test=g),
            _bent(),
            "piecewise-linear functions of one variable",
            part=name,
        )
        for f, g, name in zip(sets, tests, ("frechet", "limiting", "clarke"), strict=True)
    ]
    return [
        *found,
        rest_on(
            "a locally Lipschitz function is differentiable almost everywhere (Rademacher), so the limits of "
            "gradients exist and ∂_C f(x) is nonempty, convex and compact",
            "Clarke, Optimization and Nonsmooth Analysis, Theorem 2.5.1",
            part="well-defined",
        ),
    ]


@claim(
    "chain-rules:definition-2.1",
    kind="definition",
    label="Definition 2.1",
    printed=r"""$\hat\partial f(x)=\{s:\liminf_{y\to x}\frac{f(y)-f(x)-\langle s,y-x\rangle}{\|y-x\|}\ge 0\}$,
$\partial f(x)=\limsup_{y\to x, f(y)\to f(x)}\hat\partial f(y)$,
$\partial_C f(x)=\mathrm{conv}\limsup_{y\to x, y\in D}\{\nabla f(y)\}$""",
    hypotheses=[LIPSCHITZ],
    parts=["well-defined", "frechet", "limiting", "clarke"],
)
def definition_2_1() -> list[Evidence]:
    """On −|x| the three differ: empty, {−1, 1} and [−1, 1]; that the third is never empty rests on Rademacher."""
    return _three_sets(_SETS)


definition_2_1.near_misses(
    _three_sets,
    {
        "a concave kink has Fréchet subgradients": (_SETS[2], *_SETS[1:]),
        "the limiting set is convex": (_SETS[0], _SETS[2], _SETS[2]),
        "the Clarke set without its hull": (*_SETS[:2], _SETS[1]),
    },
)


def _inclusion(inner: Callable[[Sided], Polytope]) -> list[Evidence]:
    return [
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="theorem"),
        decide_polytopes(
            lambda s: Polytope.of([*inner(s).points, *s.outer.points]),
            lambda s: s.outer,
            [*open_composites(), failing_composite()],
            "points of factorization maps",
            part="instances",
        ),
    ]


@claim(
    "chain-rules:section-2.2.inclusion",
    kind="section",
    label="Section 2.2, inclusion",
    printed=r"$\partial_C (g\circ H)(x)\subseteq J_H(x)^\top\partial_C g(H(x))$ always",
    hypotheses=[LIPSCHITZ, STRICT],
    parts=["theorem", "instances"],
)
def inclusion() -> list[Evidence]:
    """Clarke's theorem; on exact polytopes the hull of both sides is the right side, also where equality fails."""
    return _inclusion(lambda s: s.inner)


inclusion.near_misses(
    _inclusion,
    {
        "the left side twice as large": lambda s: s.inner.times(fmpq(2)),
        "the left side moved by a gradient": lambda s: s.inner + Polytope.of([s.composite.rows[0]]),
    },
)


@claim(
    "chain-rules:definition-2.2",
    kind="definition",
    label="Definition 2.2",
    printed=(
        r"$F$ is locally surjective at $x$ if for any $t>0$ there is $r>0$ with $F(x)+r\mathbb "
        r"B\subseteq F(x+t\mathbb B)$."
    ),
)
def definition_2_2() -> Evidence:
    """It asks less than a surjective Jacobian: x ↦ x³ has it at 0 and x ↦ x² has not, both with derivative 0."""
    return _powers(lambda s: s["power"] % 2 == 1)


def _powers(stated: Callable[[Numbers], bool]) -> Evidence:
    return decide_question(
        "is x ↦ x^k, with k and the derivative at 0 as given, locally surjective at 0?",
        stated,
        _power_hits_both_signs,
        [Numbers.of(power=p, derivative=int(p == 1)) for p in range(1, 7)],
        "x ↦ x^k, k ≤ 6",
    )


def _power_hits_both_signs(s: Numbers) -> bool:
    """x^k takes both signs within every ball; then by continuity it takes every small value."""
    p = int(s["power"])
    t_ = Fraction(1, 10)
    return t_**p > 0 > (-t_) ** p


definition_2_2.near_misses(
    _powers,
    {"only where the Jacobian is surjective": lambda s: s["derivative"] != 0, "for every power": lambda _: True},
)


def _equal_sides(outer: Callable[[Sided], Polytope], more: Sequence[Sided] = ()) -> list[Evidence]:
    return [
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="theorem"),
        decide_polytopes(
            lambda s: s.inner,
            outer,
            [*open_composites(), *more],
            "points where exact preimages reach every sign pattern",
            part="instances",
        ),
    ]


@claim(
    "chain-rules:section-2.2.suffices",
    kind="section",
    label="Section 2.2, local surjection suffices",
    printed=r"If $H$ is locally surjective at $x$, then $\partial_C(g\circ H)(x)=J_H(x)^\top\partial_C g(H(x))$.",
    hypotheses=[LIPSCHITZ, STRICT],
    parts=["theorem", "instances"],
)
def suffices() -> list[Evidence]:
    """Clarke's theorem; exactly, where right inverses reach every cell near the point both polytopes are equal."""
    return _equal_sides(lambda s: s.outer)


suffices.near_misses(
    lambda wrong: _equal_sides(*wrong),
    {
        "at the point of Example 3.1 as well": (lambda s: s.outer, [failing_composite()]),
        "the right side doubled": (lambda s: s.outer.times(fmpq(2)), []),
    },
)
