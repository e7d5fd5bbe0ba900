"""Section 3.3, second part: chain rules of factorization machines, the data qualification, and what is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from flint import fmpq

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.checkers.polytopes import decide_polytopes
from claims.evidence import Evidence
from claims.papers.chain_rules.everywhere import chain_rule_holds
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    NONZERO_COEFFICIENTS,
    SUMS,
    SUMS_SOURCE,
    Located,
    generator,
    machine_at,
    origin,
    typed,
)
from claims.papers.chain_rules.sided_composites import Sided, bent_at_value
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.local_surjection.exact_values import rank
from symbolic.clarke.polytope import Polytope, Vector, zonotope
from symbolic.derivation import Derivation
from symbolic.local_surjection import machine_arguments as argument
from symbolic.local_surjection.maps import FactorizationMachine, jacobian
from symbolic.local_surjection.rational_matrices import root_below
from symbolic.local_surjection.right_inverse import guaranteed_radius2, right_inverse

TEN = Hypothesis("condition-10", r"$d\ge2d_0-1$ (10)")
SIXTEEN = Hypothesis("qualification-16", r"$|\mathrm{supp}(x_i)\cap\mathrm{supp}(x_j)|\le1$ for all $j>i$ (16)")


def _composites() -> Iterator[Sided]:
    rng = generator()
    for d0, p in ((2, 0), (2, 2), (3, 1), (3, 3)):
        place = machine_at(d0, 2 * d0 - 1, p, rng)
        for weights in ([1, -1, 2], [-1, -1, 0]):
            yield bent_at_value(place, weights[: d0 * (d0 - 1) // 2])


@claim(
    "chain-rules:corollary-3.13",
    kind="corollary",
    label="Corollary 3.13",
    printed=r"Under (10) the subdifferential chain rule of $\ell\circ H_{FM}(\cdot;a)$ holds everywhere.",
    hypotheses=[LIPSCHITZ, TEN, NONZERO_COEFFICIENTS],
    depends_on=["chain-rules:theorem-3.12.b", "chain-rules:section-2.2.suffices"],
    parts=["theorem", "instances"],
)
def corollary_3_13() -> list[Evidence]:
    """Theorem 3.12 and Clarke's theorem; both sides are equal polytopes at the origin and at deficient points."""
    return chain_rule_holds(lambda s: s.outer, _composites(), "d0 = 2, 3 at d = 2 d0 − 1")


corollary_3_13.near_misses(
    lambda outer: chain_rule_holds(outer, _composites(), ""),
    {
        "the right side halved": lambda s: s.outer.times(fmpq(1, 2)),
        "the right side moved": lambda s: s.outer + Polytope.of([s.composite.rows[0]]),
    },
)


@dataclass(frozen=True)
class Training:
    """L(P) = Σ c_k |f_FM(x_k; P) − f_FM(x_k; P0)| near P0: every datum sits at its kink."""

    place: Located
    data: tuple[tuple[int, ...], ...]
    weights: tuple[int, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the data set and the point as text."""
        return {**self.place.to_record(), "data": [list(x) for x in self.data], "weights": list(self.weights)}

    @property
    def gradients(self) -> list[Vector]:
        """Return ∇f_FM(x_k; P0) for every datum."""
        map_ = typed(self.place, FactorizationMachine)
        J = jacobian(map_, self.place.point)
        return [
            tuple(
                sum((x[i] * x[j] * J[k, l] for k, (i, j) in enumerate(map_.pairs)), fmpq(0)) for l in range(J.ncols())
            )
            for x in self.data
        ]

    @property
    def outer(self) -> Polytope:
        """Return Σ ∂ℓ_k·∇f_FM(x_k)."""
        gradients = self.gradients
        generators = [(fmpq(-c), fmpq(c), g) for c, g in zip(self.weights, gradients, strict=True)]
        return zonotope((fmpq(0),) * len(gradients[0]), generators)

    @property
    def inner(self) -> Polytope:
        """Return the hull of limiting gradients, over the sign patterns that occur near P0."""
        gradients = self.gradients
        return Polytope.of(
            [
                sum((c * s * g[l] for c, s, g in zip(self.weights, signs, gradients, strict=True)), fmpq(0))
                for l in range(len(gradients[0]))
            ]
            for signs in self._patterns()
        )

    def _patterns(self) -> list[tuple[int, ...]]:
        """Return all patterns, each reached exactly, if every datum has a pair of its own; else those data allow.

        Equal data deviate equally. A datum without a pair never deviates: its gradient is zero.
        """
        map_ = typed(self.place, FactorizationMachine)
        classes = list(dict.fromkeys(self.data))
        t = fmpq(1, 10)
        step = root_below(guaranteed_radius2(map_, self.place.point, t) / (2 * len(map_.pairs) * 81))
        value = map_.value(self.place.point)
        found = []
        for signs in product((1, -1), repeat=len(classes)):
            target = list(value)
            for x, sign in zip(classes, signs, strict=True):
                own = [(k, x[i] * x[j]) for k, (i, j) in enumerate(map_.pairs) if x[i] and x[j]]
                if own:
                    target[own[0][0]] += sign * step / own[0][1]
            right_inverse(map_, self.place.point, target, t)
            found.append(tuple(signs[classes.index(x)] for x in self.data))
        return found


DATA = {
    "qualified": ((1, 2, 0, 0), (0, -1, 3, 0), (1, 0, 1, 0), (0, 0, 0, 5)),
    "wide": ((1, 1, 2, 0), (0, 0, 1, 1), (0, 1, 0, -1)),
    "repeated": ((1, 2, 0, 0), (1, 2, 0, 0), (0, 0, 1, 1)),
}


def _training(names: Sequence[str]) -> Iterator[Training]:
    rng = generator()
    for name in names:
        for p in (1, 3):
            place = machine_at(4, 7, p, rng)
            plain = Located(FactorizationMachine(4, 7), place.point)
            data = DATA[name]
            yield Training(plain, data, (1, -1, 2, -1)[: len(data)])


def _corollary_3_14(names: Sequence[str], outer: Callable[[Training], Polytope]) -> list[Evidence]:
    return [
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="theorem"),
        rest_on(
            SUMS,
            SUMS_SOURCE,
            part="theorem",
        ),
        decide_polytopes(
            lambda s: s.inner, outer, _training(names), "d0 = 4, d = 7, three or four data", part="instances"
        ),
    ]


@claim(
    "chain-rules:corollary-3.14",
    kind="corollary",
    label="Corollary 3.14",
    printed=r"""Under (10) and (16):
$\partial_CL(P;T)=\sum_{k=1}^n\partial_C\ell_k(f_{FM}(x_k;P))\cdot\nabla_Pf_{FM}(x_k;P)$ for
$L(P;T)=\sum_k\ell_k(f_{FM}(x_k;P))$ and any $P$.""",
    hypotheses=[LIPSCHITZ, TEN, SIXTEEN],
    depends_on=["chain-rules:corollary-3.13", "chain-rules:remark-3.8"],
    parts=["theorem", "instances"],
)
def corollary_3_14() -> list[Evidence]:
    """By (16) no two data share a pair of features, so the loss is separable in the products.

    It survives data with a single feature (constant predictions), supports of three, and losses of both signs. It
    needs (16): a datum repeated with losses |·| and −|·| gives {0} on the left only.
    """
    return _corollary_3_14(["qualified", "wide"], lambda s: s.outer)


corollary_3_14.near_misses(
    lambda wrong: _corollary_3_14(*wrong),
    {
        "with a repeated datum": (["repeated"], lambda s: s.outer),
        "the right side doubled": (["qualified"], lambda s: s.outer.times(fmpq(2))),
    },
)


@dataclass(frozen=True)
class Supports:
    """The supports of a data set."""

    sets: tuple[frozenset[str], ...]

    def to_record(self) -> dict[str, Any]:
        """Return the supports, sorted."""
        return {"supports": [sorted(s) for s in self.sets]}


def transactions(users: int, items: int, context: bool = False, twice: bool = False) -> Supports:  # noqa: FBT001, FBT002 - falsified by position
    """Return all user-item pairs as one-hot supports, optionally with one shared context field or a repetition."""
    made = [
        frozenset({f"user {u}", f"item {i}"} | ({"context"} if context else set()))
        for u in range(users)
        for i in range(items)
    ]
    return Supports(tuple(made + made[:1] if twice else made))


def _qualified(s: Supports) -> bool:
    return all(len(a & b) <= 1 for k, a in enumerate(s.sets) for b in s.sets[:k])


def _scenario(shared: int, most: int, **variant: bool) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.one_hot_overlap(shared, most), "two transactions share at most one feature"),
        decide_question(
            "does (16) hold?",
            lambda _: True,
            _qualified,
            [transactions(u, i, **variant) for u in range(1, 5) for i in range(1, 5)],
            "up to 4 users and 4 items",
        ),
    ]


@claim(
    "chain-rules:section-3.3.qualification-16",
    kind="section",
    label="Section 3.3, on qualification (16)",
    printed="(16) is always satisfied under an ordinary recommender system scenario.",
    hypotheses=[
        Hypothesis("one-hot", "each datum encodes one user and one item and nothing else"),
        Hypothesis("distinct-pairs", "no user-item pair occurs twice"),
    ],
)
def qualification_16() -> list[Evidence]:
    """Two different user-item pairs agree in at most one field.

    'Always' needs both hypotheses, which the text leaves to the scenario: a pair that occurs twice, or one more
    field that two data of the same user share (time, context, other items), violates (16).
    """
    return _scenario(0, 1)


@qualification_16.mutant("a pair may occur twice")
def _() -> list[Evidence]:
    return _scenario(0, 2, twice=True)


@qualification_16.mutant("one context field is shared")
def _() -> list[Evidence]:
    return _scenario(1, 1, context=True)


def _diagonal_gram(d0: int, lengths: Sequence[int]) -> list[list[Fraction]]:
    return [[Fraction(lengths[i] if i == j else 0) for j in range(d0 - 1)] for i in range(d0 - 1)]


@dataclass(frozen=True)
class Family:
    """Squared lengths of d0 − 1 pairwise orthogonal vectors, and the dimension they should fit into."""

    d0: int
    d: int
    lengths: tuple[int, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the family as text."""
        return {"d0": self.d0, "d": self.d, "squared_lengths": list(self.lengths)}


def _families(excess: int, zero: bool) -> Iterator[Family]:  # noqa: FBT001 - falsified by position
    for d0 in range(3, 9):
        yield Family(d0, d0 - 2 + excess, tuple(0 if zero and j == 0 else j + 1 for j in range(d0 - 1)))


def _example_3_15(slack: int, excess: int, zero: bool) -> list[Evidence]:  # noqa: FBT001 - falsified by position
    return [
        check_derivation(lambda: argument.orthogonal_family_too_large(slack), "p_2, ..., p_d0 are too many"),
        decide_question(
            "do d0 − 1 orthogonal vectors of these lengths fit?",
            lambda _: False,
            lambda s: rank(_diagonal_gram(s.d0, s.lengths)) <= s.d,
            _families(excess, zero),
            "d0 = 3, ..., 8",
        ),
    ]


@claim(
    "chain-rules:example-3.15",
    kind="example",
    label="Example 3.15",
    printed=r"""For $d_0\ge3$, $d=d_0-2$: $H_{FM}(\mathbb R^{(d_0-2)\times d_0};a)\cap O(a)=\emptyset$, where
$O(a)$ asks for
$p_1^\top p_j\ne0$ for all $j\ge2$ ($>0$ for the last two) and $p_i^\top p_j=0$ for $2\le i<j$.""",
    hypotheses=[NONZERO_COEFFICIENTS],
)
def example_3_15() -> list[Evidence]:
    """p_2, ..., p_d0 are nonzero and pairwise orthogonal: d0 − 1 of them do not fit into d0 − 2 dimensions.

    Shorter than the printed proof, and the sign conditions are not needed.
    """
    return _example_3_15(2, 0, zero=False)


example_3_15.near_misses(
    lambda wrong: _example_3_15(*wrong),
    {"one dimension more": (1, 1, False), "one of the vectors may vanish": (2, 0, True)},
)


def _corollary_3_16(least: Callable[[int], int], slack: int, build: Callable[[], Derivation]) -> list[Evidence]:
    places = [origin(FactorizationMachine(d0, d)) for d0 in range(2, 6) for d in range(1, 6)]
    return [
        check_derivation(build, "d ≥ d0 − 1: the tower reaches every small target", part="if"),
        check_derivation(
            lambda: argument.orthogonal_family_too_large(slack), "d ≤ d0 − 2: Example 3.15", part="only-if"
        ),
        decide_question(
            "do the obstructing vectors p_2, ..., p_d0 fit (locally surjective at the origin)?",
            lambda s: s.map_.d >= least(s.map_.d0),  # type: ignore[union-attr]
            lambda s: rank(_diagonal_gram(s.map_.d0, [1] * s.map_.d0)) <= s.map_.d,  # type: ignore[union-attr]
            places,
            "d0, d ≤ 5",
            part="only-if",
        ),
    ]


@claim(
    "chain-rules:corollary-3.16",
    kind="corollary",
    label="Corollary 3.16",
    printed=r"$H_{FM}(\cdot;a)$ is locally surjective at the origin if and only if $d\ge d_0-1$.",
    hypotheses=[NONZERO_COEFFICIENTS],
    depends_on=["chain-rules:theorem-3.12.a", "chain-rules:example-3.15"],
    parts=["if", "only-if"],
)
def corollary_3_16() -> list[Evidence]:
    """Theorem 3.12 with dim V = 0, and Example 3.15 (a smaller d embeds in d0 − 2)."""
    return _corollary_3_16(lambda d0: d0 - 1, 2, lambda: argument.tower_dimension(everywhere=False))


corollary_3_16.near_misses(
    lambda wrong: _corollary_3_16(*wrong),
    {
        "d ≥ d0 − 2 suffices": (lambda d0: d0 - 2, 1, lambda: argument.tower_dimension(everywhere=False)),
        "d ≥ d0 is needed": (lambda d0: d0, 2, lambda: argument.tower_dimension(everywhere=False)),
        "one dimension fewer in the tower": (lambda d0: d0 - 1, 2, lambda: argument.tower_dimension(False, 1)),
    },
)


def _orthant(sign: int, corank: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.obtuse_pair(sign), "|z| does at least as well as z", part="kernel"),
        check_derivation(lambda: argument.obtuse_family_bound(corank), "the rank is at least d0 − 1", part="rank"),
    ]


@claim(
    "chain-rules:example-3.15.open-orthant",
    kind="example",
    label="Beyond Example 3.15: a missed open orthant",
    printed=r"For $d\le d_0-2$ the image of $H_{FM}(\cdot;a)$ misses the open orthant $a_{ij}y_{ij}<0$ for all $i<j$.",
    hypotheses=[NONZERO_COEFFICIENTS],
    parts=["kernel", "rank"],
)
def open_orthant() -> list[Evidence]:
    """At most d + 1 vectors of R^d have pairwise negative inner products; unlike O(a), this set is open."""
    return _orthant(1, 1)


open_orthant.near_misses(
    lambda wrong: _orthant(*wrong), {"positive products": (-1, 1), "for d = d0 − 1 as well": (1, 2)}
)
