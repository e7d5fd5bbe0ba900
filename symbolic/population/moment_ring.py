r"""The polynomial ring ℚ[k, d, α, β, γ, …] in which coefficients of index sums are decided equal.

Generators are opaque: nothing is assumed of the activation but that its moments exist. Two coefficients are equal
for every activation if and only if they are the same element of the ring, up to relations among the moments that a
claim states itself (Stein's lemma, β₁₁ = 0, …) by :func:`substitute`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sympy import QQ, Expr, Symbol, latex
from sympy.polys.orderings import lex
from sympy.polys.rings import PolyElement, PolyRing

MAX_POWER = 2
"""Highest power of φ, of φ′ and of z that the ring has generators for: all a quadratic form needs."""


def moment_symbol(phi_power: int, derivative_power: int, z_power: int) -> Symbol:
    r"""Return the symbol of :math:`\mathbb E[\phi^a \phi'^b z^c]` under the name the papers give it.

    Example:
        >>> moment_symbol(2, 0, 0), moment_symbol(0, 1, 2), moment_symbol(1, 1, 1), moment_symbol(1, 1, 0)
        (alpha_{2,0}, beta_{1,2}, gamma, mu_{1,1,0})
    """
    if derivative_power == 0:
        return Symbol(f"alpha_{{{phi_power},{z_power}}}")
    if phi_power == 0:
        return Symbol(f"beta_{{{derivative_power},{z_power}}}")
    if (phi_power, derivative_power, z_power) == (1, 1, 1):
        return Symbol("gamma")
    return Symbol(f"mu_{{{phi_power},{derivative_power},{z_power}}}")


@cache
def moment_ring() -> PolyRing:
    """Return the ring; its generators are ``k``, ``d`` and all moments up to :data:`MAX_POWER` in each factor."""
    powers = range(MAX_POWER + 1)
    moments = [moment_symbol(a, b, c) for a in powers for b in powers for c in powers if a or b]
    return PolyRing([Symbol("k"), Symbol("d"), *moments], QQ, lex)


def generator(symbol: Symbol) -> PolyElement:
    """Return the ring's generator of that symbol."""
    ring = moment_ring()
    return ring.gens[ring.symbols.index(symbol)]


def moment(phi_power: int, derivative_power: int, z_power: int) -> PolyElement:
    r"""Return :math:`\mathbb E[\phi^a\phi'^b z^c]` as a ring element; pure Gaussian moments are numbers.

    Args:
        phi_power: Power a of φ, 0 to 2.
        derivative_power: Power b of φ′, 0 to 2.
        z_power: Power c of z, at least 0 (at most 2 unless a = b = 0).

    Example:
        >>> moment(0, 0, 4), moment(0, 0, 3), moment(1, 0, 1)
        (3, 0, alpha_{1,1})
    """
    if phi_power == derivative_power == 0:
        if z_power % 2:
            return moment_ring().zero
        value = 1
        for odd in range(1, z_power, 2):
            value *= odd
        return moment_ring().ground_new(QQ(value))
    return generator(moment_symbol(phi_power, derivative_power, z_power))


def alpha(i: int, j: int) -> PolyElement:
    r"""Return :math:`\alpha_{i,j} = \mathbb E[\phi(z)^i z^j]`. **Source:** [nimc] equation (9)."""
    return moment(i, 0, j)


def beta(i: int, j: int) -> PolyElement:
    r"""Return :math:`\beta_{i,j} = \mathbb E[\phi'(z)^i z^j]`. **Source:** [nimc] equation (9)."""
    return moment(0, i, j)


def gamma() -> PolyElement:
    r"""Return :math:`\gamma = \mathbb E[\phi(z)\phi'(z)z]`. **Source:** [nimc] equation (9)."""
    return moment(1, 1, 1)


def substitute(element: PolyElement, values: Mapping[PolyElement, PolyElement | int]) -> PolyElement:
    """Return ``element`` with generators replaced, exactly and all at once.

    Args:
        element: An element of the moment ring.
        values: What each generator is replaced by.
    """
    ring = moment_ring()
    image = [ring(values.get(gen, gen)) for gen in ring.gens]
    return element.compose(list(zip(ring.gens, image, strict=True))) if values else element


def to_sympy(element: PolyElement) -> Expr:
    """Return the element as a SymPy expression in the papers' symbols."""
    return element.as_expr()


def to_latex(element: PolyElement) -> str:
    r"""Return the element as LaTeX in the papers' letters.

    Example:
        >>> print(to_latex(alpha(1, 0) ** 2 * beta(1, 1)))
        \alpha_{1,0}^{2} \beta_{1,1}
    """
    greek = ("alpha", "beta", "gamma", "mu")
    names = {s: "\\" + s.name if s.name.startswith(greek) else s.name for s in moment_ring().symbols}
    return str(latex(to_sympy(element), symbol_names=names))
