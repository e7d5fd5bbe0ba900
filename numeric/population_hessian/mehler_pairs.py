r"""The moments of a pair of columns by Mehler's expansion: E[φ^(l)(u·x)φ^(m)(v·x)] = Σ ρⁿ a^l_n b^m_n, as balls.

a^l_n, b^m_n are the Hermite coefficients of φ^(l)(|u|·) and φ^(m)(|v|·), ρ the correlation. What lies beyond n = N is
at most |ρ|ᴺ·(Σ_{n≥N}(a^l_n)²)^½(Σ_{n≥N}(b^m_n)²)^½ by Cauchy and Schwarz, and Parseval gives both sums. For φ analytic
on |Im w| < D they decay like exp(-cD√N/σ), so a long column that is nearly parallel to another needs very many terms.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from numeric.enclosures.balls import rational_ball, widen
from numeric.population_hessian.hermite_columns import HermiteColumn
from numeric.population_hessian.pair_moments import PairMoments

_NEEDED = ((0, 0), (1, 1), (3, 1), (2, 2), (1, 3), (2, 0), (0, 2))


def enclose_own_moments(column: HermiteColumn) -> PairMoments:
    """Return the moments of a column with itself, from E[f_l f_m] on the nodes of its table; no expansion enters.

    Args:
        column: The table of u; the scalars for uuᵀ are all in ``left``, those for u in the first places.
    """
    products = column.products
    zero = arb(0)
    curvature = products[3][1] + products[2][2]
    slope = products[2][0] + products[1][1]
    return PairMoments(products[0][0], products[1][1], 2 * curvature, zero, zero, (slope, zero), (slope, zero))


def enclose_pair_by_mehler(first: HermiteColumn, second: HermiteColumn, inner: Fraction) -> PairMoments:
    """Return the moments of two different columns as balls, the tail of the expansion in the radius.

    Args:
        first: The table of u.
        second: The table of v, of the same number of terms or another; the shorter one counts.
        inner: u·v, exact, with |u·v| < |u||v|.

    **Source:** [nimc] appendix E, the blocks of the population Hessian; Stein's lemma turns xxᵀ into derivatives.
    """
    terms = min(first.terms, second.terms)
    if inner == 0:
        terms = 1
    correlation = rational_ball(inner) / rational_ball(first.squared_length * second.squared_length).sqrt()
    powers = [arb(1)]
    for _ in range(terms):
        powers.append(powers[-1] * correlation)
    left = [a * p for row in first.coefficients for a, p in zip(row[:terms], powers, strict=False)]
    right = [b for row in second.coefficients for b in row[:terms]]
    total = arb_mat(4, terms, left) * arb_mat(4, terms, right).transpose()
    beyond = [[_tail(column, l, terms) for l in range(4)] for column in (first, second)]
    found: dict[tuple[int, int], Any] = {}
    for l, m in _NEEDED:
        found[l, m] = total[l, m]
        if inner != 0:
            found[l, m] = widen(found[l, m], powers[terms] * beyond[0][l] * beyond[1][m])
    return PairMoments(
        found[0, 0],
        found[1, 1],
        found[3, 1],
        found[2, 2],
        found[1, 3],
        (found[2, 0], found[1, 1]),
        (found[1, 1], found[0, 2]),
    )


def _tail(column: HermiteColumn, order: int, start: int) -> Any:
    return column.tail(order, start)
