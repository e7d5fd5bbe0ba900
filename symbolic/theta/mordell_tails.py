r"""Bounds for what a cut of the Mordell identity's three series omits, each derived for every order r >= 0.

Let the terms from ``x = N + 1`` on be at most ``C U_x`` with ``U_x = base(x)^r exp(E(x))``. If ``base`` is positive and
log-concave and the second difference of ``E`` is negative, then ``U_{x+1}/U_x`` decreases in ``x``; so with
``rho = U_{N+2}/U_{N+1} < 1`` the tail is at most ``C U_{N+1}/(1 - rho)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symbolic.derivation import Derivation, Rule
from symbolic.theta.theta_terms import HALF, ONE, SCALE, Atom, K, N, a, c, h, is_positive, k, m, n, polynomial_latex


class TailFamilyError(ValueError):
    """There is no such series in the Mordell identity."""


@dataclass(frozen=True)
class SeriesTail:
    """``sum over index > N of |base^r exp(exponent) atoms / (1 - exp(pole))|``.

    Args:
        index: The generator summed over.
        base: Polynomial whose r-th power multiplies the terms.
        exponent: Polynomial.
        atoms: Further factors of modulus at most 1.
        pole: Exponent in the denominator, or ``None``.
        pole_is_fixed: Whether ``pole`` no longer runs with the index.
    """

    index: Any
    base: Any
    exponent: Any
    atoms: tuple[Atom, ...] = ()
    pole: Any = None
    pole_is_fixed: bool = False

    def to_latex(self) -> str:
        """Return the tail as LaTeX."""
        factors = "".join(
            rf"\left|\{atom.function}\left({polynomial_latex(atom.argument)}\right)\right|" for atom in self.atoms
        )
        term = rf"\left({polynomial_latex(self.base)}\right)^r e^{{{polynomial_latex(self.exponent)}}}{factors}"
        body = term if self.pole is None else rf"\frac{{{term}}}{{1-e^{{{polynomial_latex(self.pole)}}}}}"
        return rf"\sum_{{{polynomial_latex(self.index)}>N}} {body}"

    def __str__(self) -> str:
        return self.to_latex()


@dataclass(frozen=True)
class GeometricBound:
    """``first^r exp(exponent) / ((1 - exp(pole)) (1 - rho))`` with ``rho = (second/first)^r exp(step)``, if rho < 1.

    Args:
        first: ``base`` at ``N + 1``.
        second: ``base`` at ``N + 2``.
        exponent: The exponent at ``N + 1``.
        step: What the exponent changes by from ``N + 1`` to ``N + 2``.
        pole: Exponent in the denominator, or ``None``.
    """

    first: Any
    second: Any
    exponent: Any
    step: Any
    pole: Any = None

    def to_latex(self) -> str:
        """Return the bound as LaTeX."""
        first, second = polynomial_latex(self.first), polynomial_latex(self.second)
        rho = rf"\left(\frac{{{second}}}{{{first}}}\right)^r e^{{{polynomial_latex(self.step)}}}"
        denominator = r"1-\rho"
        if self.pole is not None:
            denominator = rf"\left(1-e^{{{polynomial_latex(self.pole)}}}\right)\left({denominator}\right)"
        numerator = rf"\left({first}\right)^r e^{{{polynomial_latex(self.exponent)}}}"
        return rf"\frac{{{numerator}}}{{{denominator}}},\quad \rho={rho}<1"

    def __str__(self) -> str:
        return self.to_latex()


def tail_families() -> dict[str, SeriesTail]:
    """Return the tails of the three series: over nodes, over the theta function, over residues (one c of 0..m-1).

    Example:
        >>> list(tail_families())
        ['nodes', 'theta', 'residues']
    """
    odd = m * K - c - HALF
    return {
        "nodes": SeriesTail(n, n, -HALF * n**2 * h**2, (Atom("tanh", SCALE * n * h),)),
        "theta": SeriesTail(k, k, -HALF * (k * m * a) ** 2),
        "residues": SeriesTail(K, odd, -HALF * a**2 * (m**2 * K**2 - (c + HALF) ** 2), (), -(a**2) * m * odd),
    }


def derive_tail_bound(family: str) -> Derivation:
    r"""Return the derivation of an upper bound for the tail of one series, for every order r >= 0 and every N >= 0.

    Args:
        family: ``"nodes"``, ``"theta"`` or ``"residues"``.

    Returns:
        Two steps, each ``<=``: the terms are bounded one by one, then by a geometric series. The bound holds
        whenever its ratio rho is below 1, which whoever uses it must check.

    Raises:
        TailFamilyError: If ``family`` is none of the three.

    Source: [nimc] equation (9).

    Example:
        >>> print(derive_tail_bound("theta").result.to_latex().split(",")[0])
        \frac{\left(N + 1\right)^r e^{- \frac{a^{2} m^{2} \left(N + 1\right)^{2}}{2}}}{1-\rho}
    """
    families = tail_families()
    if family not in families:
        raise TailFamilyError(f"no series {family!r} in the Mordell identity; take one of {', '.join(families)}")
    tail = families[family]
    dominating = SeriesTail(
        tail.index,
        tail.base,
        tail.exponent,
        (),
        None if tail.pole is None else tail.pole.compose(tail.index, N + 1),
        tail.pole is not None,
    )
    first, second = (_at(tail.base, tail, shift) for shift in (1, 2))
    exponent, later = (_at(tail.exponent, tail, shift) for shift in (1, 2))
    return (
        Derivation(tail)
        .then(dominating, TERMWISE_BOUND, "|tanh| <= 1, and 1 - exp(pole) increases with the index")
        .then(
            GeometricBound(first, second, exponent, later - exponent, dominating.pole),
            DECREASING_RATIO,
            "the base is log-concave and the exponent concave, so the first ratio is the largest",
        )
    )


def _at(polynomial: Any, tail: SeriesTail, shift: int) -> Any:
    """The polynomial at index N + shift."""
    return polynomial.compose(tail.index, N + shift)


def _certainly_positive(polynomial: Any, *indices: Any) -> bool:
    """Whether it is positive for all N, indices >= 0 and 0 <= c < m; c is written m - 1 - c."""
    return is_positive(polynomial.compose(c, m - ONE - c), (N, c, *indices))


def _bounds_termwise(before: object, after: object) -> bool:
    if not (isinstance(before, SeriesTail) and isinstance(after, SeriesTail)):
        return False
    same = (before.index, before.base, before.exponent) == (after.index, after.base, after.exponent)
    bounded = not after.atoms and all(atom.function == "tanh" for atom in before.atoms)
    if before.pole is None:
        return same and bounded and after.pole is None
    falling = before.pole - before.pole.compose(before.index, before.index + 1)
    return (
        same
        and bounded
        and after.pole_is_fixed
        and after.pole == _at(before.pole, before, 1)
        and _certainly_positive(falling, before.index)
        and _certainly_positive(-after.pole)
    )


def _bounds_geometrically(before: object, after: object) -> bool:
    if not (isinstance(before, SeriesTail) and isinstance(after, GeometricBound)):
        return False
    if before.atoms or not (before.pole is None or before.pole_is_fixed):
        return False
    x = before.index
    # from here on the index is N + 1 + x with x >= 0
    base, exponent = (polynomial.compose(x, x + N + 1) for polynomial in (before.base, before.exponent))
    next_base, last_base = base.compose(x, x + 1), base.compose(x, x + 2)
    second_difference = exponent.compose(x, x + 2) - 2 * exponent.compose(x, x + 1) + exponent
    return (
        _certainly_positive(base, x)
        and _certainly_positive(next_base**2 - base * last_base, x)
        and _certainly_positive(-second_difference, x)
        and after.first == _at(before.base, before, 1)
        and after.second == _at(before.base, before, 2)
        and after.exponent == _at(before.exponent, before, 1)
        and after.exponent + after.step == _at(before.exponent, before, 2)
        and after.pole == before.pole
    )


TERMWISE_BOUND = Rule("termwise bound", _bounds_termwise, r"\le")
DECREASING_RATIO = Rule("decreasing ratio", _bounds_geometrically, r"\le")
