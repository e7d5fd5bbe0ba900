"""The eigenpairs of the Hessian map at the balanced critical points, checked for all dimensions and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import QQ, ring

from symbolic.landscape.dyads import (
    RING,
    ROOT,
    SIGMA,
    BasisVector,
    Dyads,
    balance,
    basis_pairs,
    hessian_of_dyad,
)

# Sizes: q selected, o left out, t extra rows, w extra columns, p spare columns of W; l and r for the classes
# ``left`` and ``right`` of unbalanced aligned points. m = q + l + o + t, n = q + r + o + w, k = q + l + r + p.
COUNTS, *_SIZES = ring("q,l,r,p,o,t,w", QQ)
SIZE = dict(zip(("both", "left", "right", "spare", "out", "tall", "wide"), _SIZES, strict=True))


@dataclass(frozen=True)
class Eigenpair:
    """A family of eigenvectors of ∇²J at the balanced points.

    Args:
        family: Its name in :mod:`symbolic.landscape.hessian_spectrum`.
        direction: The eigenvector, a combination of dyads with polynomial coefficients.
        value: The eigenvalue, a polynomial in root_i, root_j (whose squares are λ_i, λ_j) and sigma_i.
        count: How many there are, a polynomial in the sizes.
    """

    family: str
    direction: tuple[tuple[tuple[BasisVector, BasisVector], Any], ...]
    value: Any
    count: Any


def _pair(family: str, direction: Dyads, value: Any, outer: str, inner: str) -> Eigenpair:
    return Eigenpair(family, tuple(direction.items()), value, SIZE[outer] * SIZE[inner])


def balanced_eigenpairs() -> tuple[Eigenpair, ...]:
    """Return the eigenpairs at the balanced points, one for each family and class of indices.

    For q selected directions the inner indices are of the classes ``both`` (j ≤ q) and ``spare`` (j > q) only.

    Example:
        >>> [pair.family for pair in balanced_eigenpairs()].count("descend")
        2
    """
    one = RING(1)
    pairs = []
    for inner, mu in (("both", ROOT["j"] ** 2), ("spare", RING(0))):
        e = BasisVector("e", inner, "j")
        u, v = BasisVector("u", "out", "i"), BasisVector("v", "out", "i")
        pairs.append(_pair("descend", {(u, e): one, (e, v): one}, mu - SIGMA["i"], "out", inner))
        pairs.append(_pair("ascend", {(u, e): one, (e, v): -one}, mu + SIGMA["i"], "out", inner))
        pairs.append(_pair("unpaired", {(BasisVector("u", "tall", "i"), e): one}, mu, "tall", inner))
        pairs.append(_pair("unpaired", {(e, BasisVector("v", "wide", "i")): one}, mu, "wide", inner))
    u, e = BasisVector("u", "both", "i"), BasisVector("e", "both", "j")
    f, v = BasisVector("e", "both", "i"), BasisVector("v", "both", "j")
    i, j = ROOT["i"], ROOT["j"]
    pairs.append(_pair("pair", {(u, e): j, (f, v): i}, i**2 + j**2, "both", "both"))
    pairs.append(_pair("orbit", {(u, e): i, (f, v): -j}, RING(0), "both", "both"))
    spare = BasisVector("e", "spare", "j")
    pairs.append(_pair("orbit", {(u, spare): one}, RING(0), "both", "spare"))
    pairs.append(_pair("orbit", {(spare, BasisVector("v", "both", "i")): one}, RING(0), "both", "spare"))
    return tuple(pairs)


def is_eigenpair(pair: Eigenpair) -> bool:
    """Return whether ∇²J[direction] = value·direction, as an identity of polynomials, for all dimensions.

    Example:
        >>> all(is_eigenpair(pair) for pair in balanced_eigenpairs())
        True
    """
    image: Dyads = {}
    for dyad, coefficient in pair.direction:
        for target, value in hessian_of_dyad(*dyad).items():
            image[target] = image.get(target, RING(0)) + balance(value) * coefficient
    wanted = {dyad: pair.value * coefficient for dyad, coefficient in pair.direction}
    return all(image.get(dyad, RING(0)) == wanted.get(dyad, RING(0)) for dyad in [*image, *wanted])


def is_orthogonal(first: Eigenpair, second: Eigenpair) -> bool:
    """Return whether the two directions are orthogonal for equal indices; for other indices they share no dyad."""
    table = dict(second.direction)
    return not sum((c * table.get(dyad, RING(0)) for dyad, c in first.direction), RING(0))


def missing_dimension(pairs: tuple[Eigenpair, ...]) -> Any:
    """Return k(m + n) less the number of eigenvectors, for a balanced point: the zero polynomial if none is missing.

    Example:
        >>> missing_dimension(balanced_eigenpairs())
        0
    """
    m, n = SIZE["both"] + SIZE["out"] + SIZE["tall"], SIZE["both"] + SIZE["out"] + SIZE["wide"]
    return (SIZE["both"] + SIZE["spare"]) * (m + n) - sum((pair.count for pair in pairs), COUNTS(0))


def uncovered_dyads() -> Any:
    """Return k(m + n) less the number of dyads in the invariant subspaces, for any aligned point.

    Example:
        >>> uncovered_dyads()
        0
    """
    outer = {
        "u": ("both", "left", "out", "tall"),
        "e": ("both", "left", "right", "spare"),
        "v": ("both", "right", "out", "wide"),
    }
    m, k, n = (sum((SIZE[kind] for kind in outer[space]), COUNTS(0)) for space in "uev")
    listed = sum((SIZE[a.kind] * SIZE[b.kind] for pair in basis_pairs() for a, b in pair), COUNTS(0))
    return k * (m + n) - listed
