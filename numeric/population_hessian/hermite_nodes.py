r"""Weighted values h·γ(x)·h_n(x) of the normalized Hermite polynomials at the nodes x = kh, as balls, n < N.

One pass of h_(n+1) = (x h_n - √n h_(n-1))/√(n+1) a node. In balls both terms of the recurrence add, so radii grow like
the recurrence with a plus sign, |h_n(ix)| ≤ n^¼ e^(x√n); each node works with that many bits more, less the bits that
its weight e^(-x²/2) forgives. Nodes kh, k ≥ 0, suffice: h_n(-x) = (-1)ⁿ h_n(x).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import log, sqrt
from typing import Any

from flint import arb, arb_mat, ctx

from numeric.enclosures.balls import rational_ball

_BITS_PER_NEPER = 1.4426950408889634


@dataclass(frozen=True)
class HermiteNodes:
    """Weighted values at 0, h, …, count·h, apart for even and odd n.

    Args:
        weights: h·γ(kh), γ the normal density.
        even: Shape (count + 1, ⌈N/2⌉), entry h·γ(kh)·h_(2m)(kh).
        odd: Shape (count + 1, ⌊N/2⌋), entry h·γ(kh)·h_(2m+1)(kh).
    """

    weights: tuple[Any, ...]
    even: arb_mat
    odd: arb_mat


@lru_cache(maxsize=8)
def hermite_nodes(step: Fraction, count: int, terms: int, bits: int) -> HermiteNodes:
    """Return the table, every entry to about 2**-bits absolutely.

    Args:
        step: h > 0, exact.
        count: Number of positive nodes.
        terms: N ≥ 2.
        bits: Absolute accuracy wanted; what is reached is in the radii.

    Example:
        >>> table = hermite_nodes(Fraction(1, 4), 30, 4, 64)
        >>> bool(abs(2 * sum(table.weights, arb(0)) - table.weights[0] - 1) < 1e-12)
        True
    """
    h = float(step)
    even: list[list[Any]] = []
    odd: list[list[Any]] = []
    weights = []
    with ctx.workprec(_bits(min(h * count, sqrt(terms)), terms, bits) + 32):
        roots = [arb(n).sqrt() for n in range(terms + 1)]
        inverses = [1 / root if n else root for n, root in enumerate(roots)]
    for k in range(count + 1):
        with ctx.workprec(_bits(h * k, terms, bits)):
            x = rational_ball(k * step)
            values = [arb(1), x]
            for n in range(1, terms - 1):
                values.append((x * values[n] - roots[n] * values[n - 1]) * inverses[n + 1])
        with ctx.workprec(bits + 32):
            weight = rational_ball(step) * (-x * x / 2).exp() * (2 * arb.pi()).rsqrt()
            weights.append(weight)
            even.append([weight * value for value in values[::2]])
            odd.append([weight * value for value in values[1::2]])
    return HermiteNodes(tuple(weights), _matrix(even), _matrix(odd))


def _bits(x: float, terms: int, bits: int) -> int:
    """Return the working bits of one node; largest at x = √N."""
    growth = x * sqrt(terms) + log(terms + 1) / 2
    return bits + 48 + max(0, int(_BITS_PER_NEPER * (growth - x * x / 2)))


def _matrix(rows: list[list[Any]]) -> arb_mat:
    return arb_mat(len(rows), len(rows[0]), [value for row in rows for value in row])
