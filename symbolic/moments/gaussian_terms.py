r"""The algebra of sums of `c · z^n · exp(λz - b z²/2) · ∏ erf(a_i z)^{m_i}`: products, derivatives, reading SymPy.

The algebra is closed under d/dz, because d erf(az)/dz = (2a/√π) exp(-a²z²). Its monomials are kept as formal
basis elements:
two sums with the same coefficients are equal functions, which is the direction every check in a derivation
needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sympy import Add, Expr, I, Mul, Pow, S, cos, cosh, erf, erfc, exp, expand, pi, sin, sinh, sqrt

from symbolic.moments.constant_form import constants_equal
from symbolic.moments.expectation import z


class NoClosedForm(ValueError):  # noqa: N818 - the name the field's readers look for
    """A moment has no closed form in the class this package derives; `reason` says what stands in the way."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotIntegrable(NoClosedForm):
    """A moment does not exist: its integrand grows at least as fast as the Gaussian density falls."""


@dataclass(frozen=True, order=False)
class Monomial:
    """`z^power · exp(rate·z - curvature·z²/2) · ∏ erf(a z)^m` with (a, m) in `erfs`, sorted."""

    power: int
    rate: Expr
    curvature: Expr
    erfs: tuple[tuple[Expr, int], ...]

    def __mul__(self, other: Monomial) -> Monomial:
        powers = dict(self.erfs)
        for a, m in other.erfs:
            powers[a] = powers.get(a, 0) + m
        return Monomial(
            self.power + other.power,
            expand(self.rate + other.rate),
            expand(self.curvature + other.curvature),
            _sorted_erfs(powers),
        )

    @property
    def erf_degree(self) -> int:
        """Return the total degree in erf."""
        return sum(m for _, m in self.erfs)

    def to_sympy(self) -> Expr:
        """Return the monomial as a SymPy expression in z."""
        exponent = self.rate * z - self.curvature * z**2 / 2
        return Mul(z**self.power, exp(exponent), *(erf(a * z) ** m for a, m in self.erfs))

    def without_power(self) -> Monomial:
        """Return the monomial with the power of z removed."""
        return Monomial(0, self.rate, self.curvature, self.erfs)


@dataclass(frozen=True)
class GaussianTerms:
    """A finite sum of coefficient · monomial; coefficients are exact constants (parameters allowed).

    Example:
        >>> from sympy import erf, sqrt
        >>> gelu = GaussianTerms.from_sympy(z * (1 + erf(z / sqrt(2))) / 2)
        >>> gelu.derivative().to_sympy()
        sqrt(2)*z*exp(-z**2/2)/(2*sqrt(pi)) + erf(sqrt(2)*z/2)/2 + 1/2
    """

    items: tuple[tuple[Monomial, Expr], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Monomial, Expr]]) -> GaussianTerms:
        """Return the sum of coefficient · monomial, like monomials collected, in the package's own order."""
        collected: dict[Monomial, Expr] = {}
        for monomial, coefficient in pairs:
            collected[monomial] = collected.get(monomial, S.Zero) + coefficient
        expanded = ((m, expand(c)) for m, c in collected.items())
        return cls(tuple(sorted(((m, c) for m, c in expanded if c != 0), key=lambda pair: _order(pair[0]))))

    @classmethod
    def constant(cls, value: Expr) -> GaussianTerms:
        """Return the constant function."""
        return cls.of([(_UNIT, value)])

    @classmethod
    def from_sympy(cls, expression: Expr) -> GaussianTerms:
        """Return the sum equal to a SymPy expression in the symbol `z`.

        Raises:
            NoClosedForm: If a part of the expression is not in the algebra; the reason names the part.
        """
        return _read(expression)

    def __iter__(self) -> Iterator[tuple[Monomial, Expr]]:
        return iter(self.items)

    def __add__(self, other: GaussianTerms) -> GaussianTerms:
        return GaussianTerms.of([*self.items, *other.items])

    def __sub__(self, other: GaussianTerms) -> GaussianTerms:
        return self + other.scale(S.NegativeOne)

    def __mul__(self, other: GaussianTerms) -> GaussianTerms:
        return GaussianTerms.of((m * n, c * d) for m, c in self.items for n, d in other.items)

    def __pow__(self, exponent: int) -> GaussianTerms:
        result = GaussianTerms.constant(S.One)
        for _ in range(exponent):
            result = result * self
        return result

    def scale(self, factor: Expr) -> GaussianTerms:
        """Return the sum multiplied by a constant."""
        return GaussianTerms.of((m, factor * c) for m, c in self.items)

    def times_z(self) -> GaussianTerms:
        """Return z times the sum."""
        return self * GaussianTerms.of([(Monomial(1, S.Zero, S.Zero, ()), S.One)])

    def derivative(self) -> GaussianTerms:
        """Return d/dz of the sum."""
        return GaussianTerms.of(
            pair for monomial, coefficient in self.items for pair in _derivative(monomial, coefficient)
        )

    def reflected(self) -> GaussianTerms:
        """Return the function z ↦ f(-z)."""
        return GaussianTerms.of(
            (Monomial(m.power, expand(-m.rate), m.curvature, m.erfs), c * (-1) ** (m.power + m.erf_degree))
            for m, c in self.items
        )

    def to_sympy(self) -> Expr:
        """Return the sum as a SymPy expression in z."""
        return Add(*(c * m.to_sympy() for m, c in self.items))

    def is_same_as(self, other: GaussianTerms) -> bool:
        """Return whether all coefficients agree in canonical form (True is a proof of equality)."""
        return all(constants_equal(c, S.Zero) for _, c in (self - other).items)


_UNIT = Monomial(0, S.Zero, S.Zero, ())


def _derivative(m: Monomial, c: Expr) -> Iterator[tuple[Monomial, Expr]]:
    if m.power:
        yield Monomial(m.power - 1, m.rate, m.curvature, m.erfs), c * m.power
    if m.rate != 0:
        yield m, c * m.rate
    if m.curvature != 0:
        yield Monomial(m.power + 1, m.rate, m.curvature, m.erfs), -c * m.curvature
    yield from erf_derivative(m, c)


def erf_derivative(m: Monomial, c: Expr) -> Iterator[tuple[Monomial, Expr]]:
    """Yield the terms of the derivative in which a factor erf(az) is differentiated."""
    for a, k in m.erfs:
        powers = dict(m.erfs)
        powers[a] = k - 1
        yield (
            Monomial(m.power, m.rate, expand(m.curvature + 2 * a**2), _sorted_erfs(powers)),
            c * k * 2 * a / sqrt(pi),
        )


def _sorted_erfs(powers: dict[Expr, int]) -> tuple[tuple[Expr, int], ...]:
    return tuple(sorted(((a, m) for a, m in powers.items() if m), key=lambda pair: pair[0].sort_key()))


def _order(m: Monomial) -> tuple[object, ...]:
    return (
        m.erf_degree,
        m.power,
        m.curvature.sort_key(),
        m.rate.sort_key(),
        [(a.sort_key(), k) for a, k in m.erfs],
    )


def _read(e: Expr) -> GaussianTerms:
    if not e.has(z):
        if not e.is_finite and e.is_number:
            raise NoClosedForm(f"{e} is not a finite number")
        return GaussianTerms.constant(e)
    if e == z:
        return GaussianTerms.of([(Monomial(1, S.Zero, S.Zero, ()), S.One)])
    if isinstance(e, Add):
        return GaussianTerms.of(pair for arg in e.args for pair in _read(arg).items)
    if isinstance(e, Mul):
        product = GaussianTerms.constant(S.One)
        for arg in e.args:
            product = product * _read(arg)
        return product
    if isinstance(e, Pow):
        if e.exp.is_Integer and e.exp > 0:
            return _read(e.base) ** int(e.exp)
        raise NoClosedForm(
            f"{e} is not a power with a positive whole exponent, so it is outside the sums of z^n exp erf"
        )
    reader = _READERS.get(e.func)
    if reader is None:
        raise NoClosedForm(
            f"{e} is outside the sums of z^n * exp(quadratic) * erf(a*z)^m that are integrated in closed form"
        )
    return reader(e.args[0])


def _quadratic(argument: Expr, head: str, degree: int) -> tuple[Expr, Expr, Expr]:
    polynomial = argument.as_poly(z)
    if polynomial is None or polynomial.degree() > degree:
        raise NoClosedForm(f"{head}({argument}): the argument is not a polynomial of degree at most {degree} in z")
    return polynomial.nth(0), polynomial.nth(1), polynomial.nth(2)


def _exponential(argument: Expr, head: str = "exp", degree: int = 2) -> GaussianTerms:
    constant, rate, square = _quadratic(argument, head, degree)
    return GaussianTerms.of([(Monomial(0, expand(rate), expand(-2 * square), ()), exp(constant))])


def _error_function(argument: Expr) -> GaussianTerms:
    constant, rate, _ = _quadratic(argument, "erf", 1)
    if constant != 0:
        raise NoClosedForm(
            f"erf({argument}): a shifted error function leads to Owen's T function, not to a closed form here"
        )
    if rate.is_real is not True:
        raise NoClosedForm(f"erf({argument}): the factor {rate} is not known to be real; declare its symbols real")
    if rate.could_extract_minus_sign():
        return _error_function(-argument).scale(S.NegativeOne)
    return GaussianTerms.of([(Monomial(0, S.Zero, S.Zero, ((expand(rate), 1),)), S.One)])


def _pair(head: str, unit: Expr, sign: int) -> Callable[[Expr], GaussianTerms]:
    """Return the reader of (e^{w x} + sign·e^{-w x})·(1/2 or 1/(2i)) with w = 1 or i."""
    divisor = 2 * unit if sign < 0 else S(2)

    def read(argument: Expr) -> GaussianTerms:
        constant, rate, _ = _quadratic(argument, head, 1)
        if constant != 0:
            even, odd = (cos, sin) if unit == I else (cosh, sinh)
            like, other = (even, odd) if sign > 0 else (odd, even)
            cross = S.NegativeOne if head == "cos" else S.One
            first = _READERS[even](rate * z).scale(like(constant))
            return first + _READERS[odd](rate * z).scale(cross * other(constant))
        plus, minus = _exponential(unit * argument), _exponential(-unit * argument)
        return (plus + minus.scale(S(sign))).scale(1 / divisor)

    return read


_READERS: dict[object, Callable[[Expr], GaussianTerms]] = {
    exp: _exponential,
    erf: _error_function,
    erfc: lambda argument: GaussianTerms.constant(S.One) - _error_function(argument),
    sin: _pair("sin", I, -1),
    cos: _pair("cos", I, 1),
    sinh: _pair("sinh", S.One, -1),
    cosh: _pair("cosh", S.One, 1),
}
