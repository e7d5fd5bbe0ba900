"""Lemma E.8: the moments and the tail of T(z) = φ'(u_i·z)φ(u_j·z)z."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flint import arb, fmpq
from sympy import Expr, Integer, Rational

from claims.checkers.certified_bounds import decide_bound_at
from claims.evidence import Evidence
from claims.papers.nimc import feature_tails as tails
from claims.papers.nimc.feature_moments import ACTIVATION, FEATURES, FIVE, TWO_SAMPLES, moment_bound, moments
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.nimc.ill_conditioned import both_methods
from numeric.nimc.tail_probabilities import enclose_vector_confidence
from symbolic.nimc.radial_moments import radial_moment

# (squared radius to the p, coordinate to the 2q), constant, power of d: after taking squares where a root is printed.
_VECTOR: dict[str, tuple[int, int, int, int]] = {
    "II": (0, 1, 1, 0),
    "III": (0, 2, 3, 0),
    "IV": (1, 1, 3, 1),
    "V": (0, 4, 105, 0),
    "VI": (1, 3, 105, 1),
    "VII": (2, 2, 105, 2),
    "VIII": (2, 2, 105, 2),
}


def _vector_confidence(d: int) -> Evidence:
    left = both_methods(partial(enclose_vector_confidence, d), ("erfc", "integral"))
    t = arb(fmpq(11, 10))
    right: tuple[Callable[[], Any], Callable[[], Any]] = (
        lambda: 1 - arb(d) ** (-t) / 2,
        lambda: 1 - (-t * arb(d).log()).exp() / 2,
    )
    instance = {"phi": "relu", "n": "2", "d": str(d), "t": "11/10", "u_i": "u_j, unit"}
    return decide_bound_at(left, right, instance, "the promised probability is reached here", part="I")


@claim(
    "nimc:lemma-E.8",
    kind="lemma",
    label="Lemma E.8",
    printed=r"""For $T(z)=\phi'(u_i^\top z)\phi(u_j^\top z)z$, any $t>1$: (I)
$\Pr[\|T(z)\|\le5td^{1/2}\|u_j\|^p\log n]\ge1-n^{-1}d^{-t}$; (II) $\|\mathbb ET\|\lesssim\|u_j\|^p$;
(III) $\max(\mathbb E(a^\top Tb)^2)^{1/2}\lesssim\|u_j\|^p$;
(IV) $\max\{\|\mathbb ETT^\top\|,\|\mathbb ET^\top T\|\}\lesssim d\|u_j\|^{2p}$;
(V) $\max(\mathbb E(a^\top TT^\top a)^2)^{1/2}\lesssim\|u_j\|^{2p}$;
(VI) $\|\mathbb ETT^\top TT^\top\|\lesssim d\|u_j\|^{4p}$;
(VII) $\max(\mathbb E(a^\top T^\top Ta)^2)^{1/2}\lesssim d\|u_j\|^{2p}$;
(VIII) $\|\mathbb ET^\top TT^\top T\|\lesssim d^2\|u_j\|^{4p}$""",
    hypotheses=[FEATURES, ACTIVATION],
    parts=["I", *_VECTOR],
    erratum=Erratum(
        "missing-hypothesis",
        "(I) needs n ≥ d (n ≳ d, as where Lemma E.7 uses it): for ReLU at n = 2, t = 11/10, d = 10⁶ the probability is "
        "below 0.99997, the promise is above 0.9999998. The factor φ(u_j·z) has a tail that knows nothing of d.",
        corrected_by="nimc:lemma-E.8.corrected",
    ),
)
def lemma_e8() -> list[Evidence]:
    """‖T‖ is √d times a half-normal variable for large d."""
    return [_vector_confidence(10**6), *moments(_VECTOR)]


lemma_e8.near_misses(_vector_confidence, {"at d = 10⁷": 10**7, "at d = 10⁹": 10**9})

# (u·z)₊‖z‖ exceeds 5t√d·log n only if (u·z)² > 4t·log n or ‖z‖² > (25/4)·d·t·log n.
_SQUARED, _LENGTH_SHARE = Integer(4), Rational(25, 4)
_VECTOR_TAIL = (
    *("I: p = 0", "I: d = 1", "I: split", "I: coordinate"),
    *("I: length, tilt", "I: length, d = 2", "I: length, d ≥ 3"),
)


def _vector_tail(length: Expr) -> list[Evidence]:
    """Show (I) for n ≥ d, n ≥ 2; p = 0 rests on the steps of Lemma E.4 (I)."""
    return [
        tails.bounded_vector("I: p = 0"),
        tails.length_in_one_dimension(FIVE, "I: d = 1"),
        tails.split_of_threshold(_SQUARED, _LENGTH_SHARE, "I: split"),
        tails.coordinate_of_vector(_SQUARED, "I: coordinate"),
        tails.tilt("I: length, tilt"),
        tails.length_of_vector_in_two(length, "I: length, d = 2"),
        tails.length_of_vector(length, "I: length, d ≥ 3"),
    ]


@claim(
    "nimc:lemma-E.8.corrected",
    kind="correction",
    label="Lemma E.8, corrected",
    printed=r"""For $n\ge d$, $n\ge2$, $t\ge1$ and ReLU, sigmoid or tanh: (I) as printed; (II)-(VIII) as printed with
the constants of nimc:lemma-E.8.moments""",
    hypotheses=[FEATURES, ACTIVATION, TWO_SAMPLES, Hypothesis("enough samples", r"$n\ge d$")],
    depends_on=["nimc:lemma-E.4", "nimc:section-E.chi-square-tail"],
    parts=[*_VECTOR_TAIL, *_VECTOR],
)
def lemma_e8_corrected() -> list[Evidence]:
    """For |φ| ≤ 1 it is Lemma E.4 (I). For ReLU ‖T‖ = (u·z)₊‖z‖ at most: either factor is large with probability
    ½n⁻¹d⁻ᵗ at most; at d = 1 it is z₊²."""  # noqa: D205, D209
    return [*_vector_tail(_LENGTH_SHARE), *moments(_VECTOR)]


lemma_e8_corrected.near_misses(_vector_tail, {"‖z‖² > 4d·t·log n": Integer(4), "‖z‖² > 2d·t·log n": Integer(2)})


@claim(
    "nimc:lemma-E.8.moments",
    kind="correction",
    label="Lemma E.8 (II)-(VIII), with constants",
    printed=r"""$\|\mathbb ET\|\le1$, $(\mathbb E(a^\top T)^2)^{1/2}\le\sqrt3$, $\mathbb E\|T\|^2\le3d$,
$(\mathbb E(a^\top T)^4)^{1/2}\le\sqrt{105}$, $\|\mathbb E(TT^\top)^2\|\le105d$, $\mathbb E\|T\|^4\le105d^2$ for
$\|u_j\|=1$""",
    hypotheses=[FEATURES, ACTIVATION],
    parts=[*_VECTOR],
)
def lemma_e8_moments() -> list[Evidence]:
    """Each is a moment of ‖z‖ and one coordinate after |φ'| ≤ 1, |φ(s)| ≤ |s| and Hölder's inequality."""
    return moments(_VECTOR)


@lemma_e8_moments.mutant("(VI) without the factor d")
def _() -> Evidence:
    return moment_bound(radial_moment(1, 3), Rational(105), 0, "VI")


@lemma_e8_moments.mutant("(VIII) with constant 3")
def _() -> Evidence:
    return moment_bound(radial_moment(2, 2), Rational(3), 2, "VIII")
