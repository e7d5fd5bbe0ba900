"""Beyond Lemma C.1: a bound for every φ, whatever β₁₁ is, its limit in k, and more rows than columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sympy.polys.rings import PolyElement

from claims.checkers.index_identity import Formula, Square, prove_lower_bound
from claims.checkers.rational_functions import decide_rational_identity
from claims.checkers.spectrum import decide_outside_spectrum, prove_limit_of_least_eigenvalue
from claims.evidence import Evidence
from claims.papers.nimc.notation import (
    RING,
    Arrays,
    I,
    J,
    MomentNames,
    combination,
    diagonal,
    form,
    norm2,
    off_diagonal,
    off_diagonal_row_sums,
    sq,
)
from claims.papers.nimc.orthogonal_bound import BOTH_OFF_DIAGONAL2, FORM, Weight
from claims.papers.nimc.orthogonal_square_term import FINITE, ORTHOGONAL, instances
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.population.polynomial_activation import PolynomialActivation
from symbolic.population.index_sums import entry
from symbolic.population.moment_ring import moment_ring, to_sympy
from symbolic.population.orthonormal_blocks import UniformBound, outside_coefficients, uniform_bound

TALL = Hypothesis("orthonormal", r"$U^{*\top}U^*=V^{*\top}V^*=I_k$, $d\ge k$; $x,y\sim\mathcal N(0,I_d)$ independent")
BOTH_MEANS = Hypothesis("means", r"$\alpha_{1,0}\beta_{1,0}\ne0$ for the limit")


def _off(m: MomentNames) -> Any:
    taken = m.alpha(1, 0) ** 2 * m.beta(1, 0) ** 2 + m.beta(1, 0) ** 2 * m.alpha(1, 1) ** 2
    return m.alpha(2, 0) * m.beta(2, 0) - taken - m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2


def _opposite(m: MomentNames) -> Any:
    coupling = m.alpha(1, 0) * m.beta(1, 2) - m.alpha(1, 1) * m.beta(1, 1)
    return m.alpha(2, 0) * m.beta(2, 2) - m.gamma() ** 2 - coupling**2


def _equal(m: MomentNames) -> Any:
    coupling = m.alpha(1, 0) * m.beta(1, 2) + m.alpha(1, 1) * m.beta(1, 1)
    return m.alpha(2, 0) * m.beta(2, 2) + m.gamma() ** 2 - 2 * m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2 - coupling**2


def _diagonals(sign: int) -> Formula:
    """Return |g_A + g_B|² or |g_A - g_B|²."""
    return Formula(
        form(norm2(diagonal("A") + diagonal("B") * sign)), lambda s: sq(Arrays(s.A).g + Arrays(s.B).g * sign)
    )


def _squares() -> list[Square]:
    """Return the squares of equation (11), which the bound drops; β₁₁ is kept."""
    a2, b2 = RING.alpha(1, 0) ** 2, RING.beta(1, 0) ** 2
    squares = [
        Square(b2 * RING.alpha(1, 1) ** 2, off_diagonal("A") + entry("B", J, I).where_distinct(I, J), (I, J)),
        Square(a2 * RING.beta(1, 1) ** 2, (diagonal("A") + diagonal("B")).summed(I), ()),
    ]
    for own, other in (("A", "B"), ("B", "A")):
        vector = (
            off_diagonal_row_sums(own) * (RING.alpha(1, 0) * RING.beta(1, 0))
            + diagonal(own) * (RING.alpha(1, 0) * RING.beta(1, 2))
            + diagonal(other) * (RING.alpha(1, 1) * RING.beta(1, 1))
        )
        symmetric = off_diagonal(own) + entry(own, J, I).where_distinct(I, J)
        squares.append(Square(moment_ring().one, vector, (I,)))
        squares.append(Square(a2 * RING.beta(1, 1) ** 2 / 2, symmetric, (I, J)))
    return squares


def _bounded_by(weights: tuple[Weight, Weight, Weight]) -> Evidence:
    off, opposite, equal = weights
    bound = combination(
        (off, BOTH_OFF_DIAGONAL2),
        (lambda m: opposite(m) / 2, _diagonals(-1)),
        (lambda m: equal(m) / 2, _diagonals(1)),
    )
    return prove_lower_bound(FORM, bound, _squares(), instances())


@claim(
    "nimc:section-C.2.any-beta11",
    kind="remark",
    label="Lemma C.1 without β₁₁ = 0 (ours)",
    printed=r"""For every activation with finite moments and every $k$, $\lambda_{\min}(H^*)$ at orthogonal weights is
at least the smallest of
$\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2-\beta_{1,0}^2\alpha_{1,1}^2-\alpha_{1,0}^2\beta_{1,1}^2$,
$\alpha_{2,0}\beta_{2,2}-\gamma^2-(\alpha_{1,0}\beta_{1,2}-\alpha_{1,1}\beta_{1,1})^2$ and
$\alpha_{2,0}\beta_{2,2}+\gamma^2-2\alpha_{1,0}^2\beta_{1,1}^2-(\alpha_{1,0}\beta_{1,2}+\alpha_{1,1}\beta_{1,1})^2$.
With $\beta_{1,1}=0$ it is $\rho$""",
    hypotheses=ORTHOGONAL,
    depends_on=["nimc:equation-11"],
)
def any_beta_11() -> Evidence:
    """Equation (11) exceeds c₁(|A_o|² + |B_o|²) + c₂|g_A - g_B|²/2 + c₃|g_A + g_B|²/2 by squares, and
    |g_A - g_B|² + |g_A + g_B|² is twice |g_A|² + |g_B|²."""  # noqa: D205, D209
    return _bounded_by((_off, _opposite, _equal))


any_beta_11.near_misses(
    _bounded_by,
    {
        "β₁₁ dropped from the first term": (
            lambda m: _off(m) + m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2,
            _opposite,
            _equal,
        ),
        "the sum in place of the difference in the second term": (
            _off,
            lambda m: _opposite(m) + 4 * m.alpha(1, 0) * m.beta(1, 2) * m.alpha(1, 1) * m.beta(1, 1),
            _equal,
        ),
        "β₁₁ once instead of twice in the third term": (
            _off,
            _opposite,
            lambda m: _equal(m) + m.alpha(1, 0) ** 2 * m.beta(1, 1) ** 2,
        ),
    },
)


@claim(
    "nimc:section-C.2.limit",
    kind="remark",
    label="The bound for every φ is sharp (ours)",
    printed=r"""$\lambda_{\min}(H^*)$ at orthonormal weights does not increase with $k$, nor with $d$. The first of the
three terms is an eigenvalue for every $k\ge3$. If $\alpha_{1,0}\beta_{1,0}\ne0$ then $\lambda_{\min}(H^*)$ tends to the
smallest of the three for $k\to\infty$""",
    hypotheses=[TALL, FINITE, BOTH_MEANS],
    depends_on=["nimc:section-C.2.spectrum", "nimc:section-C.2.any-beta11"],
)
def limit() -> Evidence:
    """Zero padding, the antisymmetric family, and Rayleigh quotients at I and diag(v) corrected off the diagonal."""
    return prove_limit_of_least_eigenvalue(uniform_bound())


def _altered(**changes: PolyElement) -> UniformBound:
    return replace(uniform_bound(), **changes)


limit.near_misses(
    prove_limit_of_least_eigenvalue,
    {
        "ρ's own off-diagonal term, without β₁₁": _altered(
            off_diagonal=uniform_bound().off_diagonal + (RING.alpha(1, 0) * RING.beta(1, 1)) ** 2
        ),
        "ρ's own diagonal term, without β₁₁": _altered(
            diagonal_opposite=RING.alpha(2, 0) * RING.beta(2, 2)
            - (RING.alpha(1, 0) * RING.beta(1, 2)) ** 2
            - RING.gamma() ** 2
        ),
        "the two diagonal terms exchanged": UniformBound(
            uniform_bound().off_diagonal, uniform_bound().diagonal_equal, uniform_bound().diagonal_opposite
        ),
    },
)

QUADRATIC = PolynomialActivation((Fraction(1), Fraction(2), Fraction(1, 3)))
CUBIC = PolynomialActivation((Fraction(1), Fraction(2), Fraction(0), Fraction(1, 3)))
Outside = Sequence[tuple[PolyElement, PolyElement]]


def _cases() -> Iterator[tuple[PolynomialActivation, int, int]]:
    for k, d in ((1, 2), (1, 3), (2, 3)):
        yield QUADRATIC, k, d
        yield CUBIC, k, d


def _outside(*, swap: bool = False, rows: int = 2, minus: int = 1) -> Outside:
    k, d = moment_ring().gens[:2]
    same, different = outside_coefficients()
    constant, centred = same + (k - 1) * different, same - minus * different
    counts = [rows * (d - k), rows * (d - k) * (k - 1)]
    return list(zip([constant, centred], counts[::-1] if swap else counts, strict=True))


@claim(
    "nimc:section-C.2.more-rows",
    kind="remark",
    label="Lemma C.1 with more rows than columns (ours)",
    printed=r"""For $d>k$ the spectrum of $H^*$ at orthonormal weights is that for $d=k$ together with
$\alpha_{2,0}\beta_{2,0}+(k-1)\alpha_{1,0}^2\beta_{1,0}^2$ ($2(d-k)$ times) and
$\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2$ ($2(d-k)(k-1)$ times), for every $k$ and every activation with
finite moments; neither is below the first term of the bound without $\beta_{1,1}=0$""",
    hypotheses=[TALL, FINITE],
    depends_on=["nimc:section-C.2.spectrum"],
    parts=["spectrum", "not below"],
)
def more_rows() -> list[Evidence]:
    """A coordinate of x outside span(U*) has mean 0 and is independent of all others: its row of A meets nothing."""
    return [_spectrum(_outside()), _not_below(uniform_bound().off_diagonal)]


def _spectrum(eigenvalues: Outside) -> Evidence:
    return decide_outside_spectrum(eigenvalues, _cases(), part="spectrum")


def _not_below(term: PolyElement) -> Evidence:
    same, different = outside_coefficients()
    squares = (RING.beta(1, 0) * RING.alpha(1, 1)) ** 2 + (RING.alpha(1, 0) * RING.beta(1, 1)) ** 2
    shows = "rows with sum 0 exceed the term by two squares, constant rows by k α₁₀²β₁₀² more"
    return decide_rational_identity(to_sympy(same - different - term), to_sympy(squares), shows, part="not below")


more_rows.near_misses(
    _spectrum,
    {
        "the multiplicities exchanged": _outside(swap=True),
        "rows of A only": _outside(rows=1),
        "α₁₀²β₁₀² added for rows with sum 0": _outside(minus=-1),
    },
)
more_rows.near_misses(_not_below, {"exceeds the opposite diagonal term by the same": uniform_bound().diagonal_opposite})
