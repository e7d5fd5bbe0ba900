r"""Solutions of `u' = P(u)`, `u(0) = u0` with P over ℚ: global and bounded, symmetric, tanh-like; decided exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Poly, Rational, S, Symbol, sqrt

_u = Symbol("u", real=True)


class UnboundedSolutionError(ValueError):
    """The initial value does not lie between two real roots of P, so the solution need not be global and bounded."""


@dataclass(frozen=True)
class PolynomialOde:
    """The bounded solution u of `u' = P(u)`, `u(0) = value_at_zero`.

    P has rational coefficients, given from the constant term upwards. If u(0) is a root of P, u is constant;
    if it lies strictly between two consecutive real roots, uniqueness of solutions keeps u strictly between them,
    so u exists on all of ℝ, is bounded and is smooth. Everything else is refused: a solution that leaves every
    compact set may blow up in finite time, and then no moment exists.

    Args:
        coefficients: P(u) = coefficients[0] + coefficients[1] u + ...
        value_at_zero: u(0).

    Raises:
        UnboundedSolutionError: If u(0) is not enclosed by real roots of P.

    Example:
        >>> PolynomialOde((0, 1, -1), Rational(1, 2)).is_symmetric
        True
        >>> PolynomialOde((0, 1, -1), 1).is_constant
        True
    """

    coefficients: tuple[Rational, ...]
    value_at_zero: Rational

    def __post_init__(self) -> None:
        coefficients = tuple(_rational(c, "coefficient of P") for c in self.coefficients)
        object.__setattr__(self, "coefficients", coefficients)
        object.__setattr__(self, "value_at_zero", _rational(self.value_at_zero, "u(0)"))
        if self.is_constant:
            return
        P = self.polynomial
        # u(0) is no root here, so Sturm counts on the two closed rays are the numbers of roots strictly
        # beside it.
        below, above = P.count_roots(None, self.value_at_zero), P.count_roots(self.value_at_zero, None)
        if not (below and above):
            missing = [side for side, count in (("below u(0)", below), ("above", above)) if not count]
            raise UnboundedSolutionError(
                f"u' = {P.as_expr()}, u(0) = {self.value_at_zero}: P has no real root {' and none '.join(missing)}, "
                "so the solution is not confined to a bounded interval; state an ODE whose roots enclose u(0)"
            )

    @cached_property
    def polynomial(self) -> Poly:
        """Return P as an exact polynomial in u over ℚ."""
        return Poly(list(reversed(self.coefficients)) or [0], _u, domain="QQ")

    @property
    def is_constant(self) -> bool:
        """Return whether u(0) is a root of P, that is, whether u is the constant u(0)."""
        return bool(self.polynomial.rem(Poly(_u - self.value_at_zero, _u, domain="QQ")).is_zero)

    @cached_property
    def is_symmetric(self) -> bool:
        """Return whether u(-z) = 2u(0) - u(z) for all z; decided exactly, true iff P(2u(0) - u) = P(u).

        If P has that symmetry, z ↦ 2u(0) - u(-z) solves the same initial value problem, so it is u.
        Conversely, if u is
        symmetric and not constant, u' is even, so the two polynomials agree on an interval of values, hence
        everywhere.
        """
        P = self.polynomial
        reflected = P.compose(Poly(2 * self.value_at_zero - _u, _u, domain="QQ"))
        return self.is_constant or bool(reflected == P)

    def affine_tanh(self) -> tuple[Expr, Expr, Expr] | None:
        """Return (m, h, s) with u(z) = m + h·tanh(s z), s > 0, or None if u is no such function of z.

        By uniqueness: with t = tanh(sz), (m + h t)' = h s (1 - t²); this is P(m + h t) iff P = -(s/h)(u - m -
        h)(u - m + h), and m + h·tanh(0) = u(0) forces m = u(0).
        """
        if len(self.coefficients) < 3 or self.polynomial.degree() != 2 or self.is_constant:
            return None
        c0, c1, c2 = (self.polynomial.nth(k) for k in range(3))
        m = -c1 / (2 * c2)
        if m != self.value_at_zero:
            return None
        # P(m) = -c2 h², and s = -c2 h; P(m) and c2 have opposite signs because u(0) lies between two roots.
        h = sqrt((c1**2 - 4 * c0 * c2) / (4 * c2**2))
        if c2 > 0:
            h = -h
        return m, h, -c2 * h


def _rational(value: object, what: str) -> Rational:
    number = S(value) if isinstance(value, int | Expr) else None
    if number is None or not number.is_Rational:
        raise UnboundedSolutionError(
            f"polynomial ODE: the {what} is {value!r}, not an exact rational; write Rational(p, q)"
        )
    return number
