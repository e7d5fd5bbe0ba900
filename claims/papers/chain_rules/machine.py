"""Section 3.3, first part: Theorem 3.12, its constants, and the exact threshold of the factorization machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.preimages import decide_preimages, sample_preimages
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    NONZERO_COEFFICIENTS,
    Located,
    generator,
    machine_at,
    requests,
    solve,
    typed,
)
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Hypothesis
from numeric.local_surjection.floating_preimages import estimate_machine_preimage
from numeric.local_surjection.root_two_values import Pair, is_at_most, product_sum
from symbolic.derivation import Derivation
from symbolic.local_surjection import machine_arguments as argument
from symbolic.local_surjection.machine_preimages import tower_columns, tower_radius
from symbolic.local_surjection.maps import FactorizationMachine

ONE = fmpq(1)
SPACE = Hypothesis("dimension", r"$d\ge\dim\mathrm{span}(\{p_i\})+d_0-1$")
TEN = Hypothesis("condition-10", r"$d\ge2d_0-1$ (10)")


@dataclass(frozen=True)
class Tower:
    """Targets y and coefficients a for the recursion (15), scaled to a share of ρ."""

    d0: int
    y: tuple[fmpq, ...]
    a: tuple[fmpq, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the data as text."""
        return {"d0": self.d0, "y": [str(v) for v in self.y], "a": [str(v) for v in self.a]}

    @property
    def columns(self) -> list[list[Pair]]:
        """Return the columns w_1, ..., w_d0 as pairs of Fractions."""
        rows = tower_columns(self.y, self.a, self.d0)
        return [[(_q(row[j].a), _q(row[j].b)) for row in rows] for j in range(self.d0)]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs i < j."""
        return FactorizationMachine(self.d0, 1).pairs


def _q(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _towers(share: fmpq = ONE) -> Iterator[Tower]:
    """Yield corners and random points of the cube [−ρ, ρ]^..., times ``share``; the extreme corners come first."""
    rng = generator()
    for d0 in range(2, 9):
        pairs = d0 * (d0 - 1) // 2
        for a in ((fmpq(1),) * pairs, tuple(fmpq(int(v), 2) for v in rng.choice([-3, -1, 1, 4], pairs))):
            rho = tower_radius(a, d0) * share
            corner = tuple(-rho if c > 0 else rho for c in a)
            yield Tower(d0, corner, a)
            yield Tower(d0, tuple(rho * int(v) / 4 for v in rng.integers(-4, 5, pairs)), a)


def _box2(d0: int, k: int, wide: int = 1) -> Fraction:
    """Return the square of the half-width of coordinate k (from 0) of the boxes U_i."""
    return wide * Fraction(1, 2 ** (d0 - 1 - k))


def in_boxes(tower: Tower) -> bool:
    """Return whether every column lies in its box: zeros past the diagonal, entries within the half-widths."""
    for j, column in enumerate(tower.columns):
        for k, entry in enumerate(column):
            if (k > j and any(entry)) or not is_at_most(entry, _box2(tower.d0, k)):
                return False
    return True


def hits(tower: Tower) -> bool:
    """Return whether a_ij w_i·w_j = y_ij for every pair."""
    W = tower.columns
    for (i, j), y, a in zip(tower.pairs, tower.y, tower.a, strict=True):
        value = product_sum(W[i], W[j])
        if (value[0] * _q(a), value[1]) != (_q(y), Fraction(0)):
            return False
    return True


def _eq_11(extra: int, wide: int) -> list[Evidence]:
    fits = lambda tower: sum(_box2(tower.d0, k, wide) for k in range(tower.d0 - 1)) <= 1  # noqa: E731
    return [
        check_derivation(
            lambda: argument.boxes_fit_unit_ball(extra), "the half-widths' squares add up to less than one"
        ),
        decide_question("do the boxes lie in the unit ball?", lambda _: True, fits, _towers(), "d0 = 2, ..., 8"),
    ]


@claim(
    "chain-rules:equation-11",
    kind="equation",
    label="Equation (11)",
    printed=r"""$U_i=\prod_{j=1}^i[-1/(\sqrt2)^{d_0-j},1/(\sqrt2)^{d_0-j}]\times\{0\}^{d-\dim V-i}\subseteq\mathbb B$
for $i\in[d_0-1]$""",
    hypotheses=[SPACE],
)
def equation_11() -> list[Evidence]:
    """The squares are a geometric series with sum 1 − 2^(1 − d0) at most."""
    return _eq_11(0, 1)


equation_11.near_misses(
    lambda wrong: _eq_11(*wrong), {"a slack of 3·2^(-d0)": (1, 1), "half-widths larger by √2": (0, 2)}
)


def _eq_12(cut: int) -> list[Evidence]:
    def holds(tower: Tower) -> bool:
        W = tower.columns
        return all(product_sum(W[i], W[j]) == product_sum(W[i], W[j], i + cut) for i, j in tower.pairs)

    return [
        check_derivation(lambda: argument.recursion_hits_target(1 if cut else -1), "the i-th summand is w_ii w_ij"),
        decide_question("does the sum stop at i?", lambda _: True, holds, _towers(), "d0 = 2, ..., 8"),
    ]


@claim(
    "chain-rules:equation-12",
    kind="equation",
    label="Equation (12)",
    printed=r"$w_i\in U_i$, $w_{d_0}\in U_{d_0-1}$ imply $a_{ij}w_i^\top w_j=a_{ij}\sum_{k=1}^iw_{ki}w_{kj}$ for $j>i$",
)
def equation_12() -> list[Evidence]:
    """Every vector of U_i vanishes after coordinate i."""
    return _eq_12(1)


equation_12.near_misses(_eq_12, {"the sum stops at i − 1": 0, "the sum stops at i − 2": -1})


def _tower(
    build: Callable[[], Derivation],
    bound: Callable[[], Derivation],
    share: fmpq,
    asked: Callable[[Tower], bool],
    question: str,
) -> list[Evidence]:
    return [
        check_derivation(build, "the recursion", part="value"),
        check_derivation(argument.geometric_sum, "the sum of what is fixed already", part="bound"),
        check_derivation(bound, "the entries stay in the boxes", part="bound"),
        decide_question(
            question, lambda _: True, asked, _towers(share), "d0 = 2, ..., 8, corners and random", part="value"
        ),
    ]


_RIGHT = (argument.recursion_hits_target, argument.entries_stay_bounded, fmpq(1))
_BOX = "do the columns of (15) lie in the boxes and have the products y?"


def _in_boxes_and_hit(tower: Tower) -> bool:
    return in_boxes(tower) and hits(tower)


@claim(
    "chain-rules:equation-13",
    kind="equation",
    label="Equation (13)",
    printed=r"""$\{\bigvee_{j>i}(a_{ij}w_i^\top w_j): w_i\in U_i, w_{d_0}\in U_{d_0-1}\}
\supseteq[-\rho,\rho]^{(d_0-1)d_0/2}$""",
    hypotheses=[NONZERO_COEFFICIENTS],
    depends_on=["chain-rules:equation-14", "chain-rules:equation-15"],
    parts=["value", "bound"],
)
def equation_13() -> list[Evidence]:
    """The recursion (15) provides the preimage; the corner that makes all partial sums add up is tried exactly."""
    return _tower(*_RIGHT, _in_boxes_and_hit, _BOX)


_TOWER_MUTANTS = {
    "ρ twice as large": (argument.recursion_hits_target, lambda: argument.entries_stay_bounded(4), fmpq(1)),
    "targets up to 2ρ": (argument.recursion_hits_target, argument.entries_stay_bounded, fmpq(2)),
    "the summand subtracted": (lambda: argument.recursion_hits_target(-1), argument.entries_stay_bounded, fmpq(1)),
}
equation_13.near_misses(lambda wrong: _tower(*wrong, _in_boxes_and_hit, _BOX), _TOWER_MUTANTS)


@claim(
    "chain-rules:equation-14",
    kind="equation",
    label="Equation (14)",
    printed=r"$\rho=\min\{|a_{ij}|:j>i\}/2^{d_0-1}>0$ is a half-width for which (13) holds.",
    hypotheses=[NONZERO_COEFFICIENTS],
    parts=["value", "bound"],
)
def equation_14() -> list[Evidence]:
    """|y|/|a| ≤ 2·2^(−d0) is just what the first row allows; every later row is as tight."""
    return _tower(*_RIGHT, in_boxes, "do the columns of (15) lie in the boxes?")


equation_14.near_misses(lambda wrong: _tower(*wrong, in_boxes, ""), _TOWER_MUTANTS)


@claim(
    "chain-rules:equation-15",
    kind="equation",
    label="Equation (15)",
    printed=r"""$w^\star_{ii}=1/(\sqrt2)^{d_0-i}$,
$w^\star_{ij}=(e_{j-i}^\top y_i-a_{ij}\sum_{k=1}^{i-1}w^\star_{ki}w^\star_{kj})(a_{ij}w^\star_{ii})^{-1}$ for
$j>i$: then
$a_{ij}w_i^{\star\top}w^\star_j=y_{ij}$ and $w^\star_i\in U_i$, $w^\star_{d_0}\in U_{d_0-1}$.""",
    hypotheses=[NONZERO_COEFFICIENTS],
    parts=["value", "bound"],
)
def equation_15() -> list[Evidence]:
    """Solve for w_ij row by row; the diagonal is fixed so that it dominates everything that was placed before."""
    return _tower(*_RIGHT, _in_boxes_and_hit, _BOX)


equation_15.near_misses(lambda wrong: _tower(*wrong, _in_boxes_and_hit, ""), _TOWER_MUTANTS)


def _places(everywhere: bool, short: int) -> list[Located]:  # noqa: FBT001 - falsified by position
    rng = generator()
    found = []
    for d0, rank in ((2, 0), (2, 1), (2, 2), (3, 0), (3, 2), (4, 1), (4, 4), (5, 3), (8, 0), (8, 4)):
        d = (2 * d0 - 1 if everywhere else rank + d0 - 1) - short
        if d >= max(rank, 1):
            found.append(machine_at(d0, d, rank, rng))
    return found


def printed_radius2(place: Located, t: fmpq) -> fmpq:
    """Return the square of ε²ρ with ε = t/√d0, the radius that the proof of Theorem 3.12 gives."""
    map_ = typed(place, FactorizationMachine)
    return (t**2 / map_.d0 * tower_radius(map_.coefficients, map_.d0)) ** 2


def _theorem(everywhere: bool, short: int, share: int = 1) -> list[Evidence]:  # noqa: FBT001 - falsified by position
    return [
        check_derivation(argument.gram_change, "only WᵀW is added to the products", part="value"),
        check_derivation(
            lambda: argument.tower_dimension(everywhere, short), "d0 − 1 directions are free", part="dimension"
        ),
        check_derivation(argument.geometric_sum, "induction step", part="bound"),
        check_derivation(argument.entries_stay_bounded, "the entries stay in the boxes", part="bound"),
        decide_preimages(
            solve,
            requests(_places(everywhere, short), lambda s, t: share * printed_radius2(s, t)),
            "d0 ≤ 8, ranks 0 to full",
            part="bound",
        ),
    ]


_WRONG = {"one latent dimension fewer": (1,), "a radius ten times as large": (0, 100)}


@claim(
    "chain-rules:theorem-3.12.a",
    kind="theorem",
    label="Theorem 3.12",
    printed=r"If $d\ge\dim\mathrm{span}(\{p_i\})+d_0-1$, then $H_{FM}(\cdot;a)$ is locally surjective at $P$.",
    hypotheses=[NONZERO_COEFFICIENTS, SPACE],
    depends_on=["chain-rules:equation-13"],
    parts=["value", "dimension", "bound"],
)
def theorem_3_12_a() -> list[Evidence]:
    """Move orthogonally to all columns; the tower of supports reaches every small vector of products."""
    return _theorem(everywhere=False, short=0)


theorem_3_12_a.near_misses(lambda wrong: _theorem(False, *wrong), _WRONG)


@claim(
    "chain-rules:theorem-3.12.b",
    kind="theorem",
    label="Theorem 3.12, condition (10)",
    printed=r"If $d\ge2d_0-1$, then $H_{FM}(\cdot;a)$ is locally surjective everywhere.",
    hypotheses=[NONZERO_COEFFICIENTS, TEN],
    depends_on=["chain-rules:theorem-3.12.a"],
    parts=["value", "dimension", "bound"],
)
def theorem_3_12_b() -> list[Evidence]:
    """d0 vectors span at most d0 dimensions. True, but d ≥ d0 − 1 is enough."""
    return _theorem(everywhere=True, short=0)


theorem_3_12_b.near_misses(lambda wrong: _theorem(True, *wrong), _WRONG)


def _float_trials(short: int) -> Iterator[tuple[float, float, float]]:
    rng = generator()
    for trial in range(current_sampling().trials):
        d0 = 2 + trial % 5
        d, rank = max(1, d0 - 1 - short + trial % 3 * (1 - short)), trial % (d0 + 1)
        P = rng.standard_normal((d, min(rank, d))) @ rng.standard_normal((min(rank, d), d0))
        S = rng.standard_normal((d0, d0)) * 10.0 ** -(trial % 7)
        S = np.triu(S, 1) + np.triu(S, 1).T
        found = estimate_machine_preimage(P, P.T @ P + S)
        yield found.residual, found.distance, float(np.sqrt(2 * d0 * np.linalg.norm(S, 2))) + 1e-6


def _exact_threshold(radius: int, copies: int, corank: int) -> list[Evidence]:
    return [
        check_derivation(argument.root_difference, "the difference of two squares", part="roots"),
        check_derivation(
            argument.roots_are_close, "square roots differ by at most the root of the difference", part="roots"
        ),
        check_derivation(
            lambda: argument.rotated_factors(copies), "a rotation brings the factors together", part="factors"
        ),
        check_derivation(lambda: argument.machine_radius(radius), "the preimage lies in the ball", part="ball"),
        sample_preimages(_float_trials(0), 1e-8, "d0 ≤ 6, d from d0 − 1 on, all ranks", part="ball"),
        check_derivation(
            lambda: argument.obtuse_family_bound(corank), "below d0 − 1 the origin fails", part="necessity"
        ),
    ]


@claim(
    "chain-rules:theorem-3.12.everywhere",
    kind="theorem",
    label="Beyond Theorem 3.12: the exact threshold",
    printed=r"""$H_{FM}(\cdot;a)$ is locally surjective everywhere if and only if $d\ge d_0-1$, that is, if and
only if it is at
the origin; every change $S$ of the products with $\|S\|\le t^2/(2d_0)$ has a preimage within $t$.""",
    hypotheses=[NONZERO_COEFFICIENTS],
    depends_on=["chain-rules:corollary-3.16"],
    parts=["roots", "factors", "ball", "necessity"],
)
def exact_threshold() -> list[Evidence]:
    """The diagonal of the Gram matrix G is free: G + S shifted by its least eigenvalue is semidefinite and singular.

    For d = d0 − 1 the least eigenvalue of G is 0, so by Weyl the shift is at most ‖S‖; for d ≥ d0 shift by ‖S‖. A
    factor of the shifted matrix, rotated, is near P since matrix square roots are Hölder continuous.
    """
    return _exact_threshold(2, 2, 1)


exact_threshold.near_misses(
    lambda wrong: _exact_threshold(*wrong),
    {"targets up to t²/d0": (1, 2, 1), "the nuclear norm once": (2, 1, 1), "d0 − 2 suffices": (2, 2, 2)},
)
