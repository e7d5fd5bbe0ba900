"""Laurent polynomials in one parameter e > 0 with rational coefficients: families of points and their limits e → 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


class NoSignError(ValueError):
    """The sign of a Laurent polynomial is asked for that is no monomial."""


@dataclass(frozen=True)
class Laurent:
    """Σ cₖ eᵏ with integer exponents; zero coefficients are not stored.

    Example:
        >>> e = monomial(1, 1)
        >>> (e + monomial(2, -1)) * e
        Laurent(terms=((0, Fraction(2, 1)), (2, Fraction(1, 1))))
    """

    terms: tuple[tuple[int, Fraction], ...]

    def __add__(self, other: Laurent) -> Laurent:
        total = dict(self.terms)
        for exponent, coefficient in other.terms:
            total[exponent] = total.get(exponent, Fraction(0)) + coefficient
        return _laurent(total)

    def __mul__(self, other: Laurent) -> Laurent:
        total: dict[int, Fraction] = {}
        for i, a in self.terms:
            for j, b in other.terms:
                total[i + j] = total.get(i + j, Fraction(0)) + a * b
        return _laurent(total)

    def __neg__(self) -> Laurent:
        return self * monomial(-1)

    def __sub__(self, other: Laurent) -> Laurent:
        return self + -other

    def __abs__(self) -> Laurent:
        """Return the absolute value of a monomial, for e > 0."""
        if len(self.terms) > 1:
            raise NoSignError(f"absolute value of {self}: only a monomial has one sign for all e > 0")
        return -self if self.terms and self.terms[0][1] < 0 else self

    @property
    def tends_to_zero(self) -> bool:
        """Return whether the value tends to 0 with e."""
        return all(exponent > 0 for exponent, _ in self.terms)

    @property
    def is_bounded(self) -> bool:
        """Return whether the value stays bounded as e → 0."""
        return all(exponent >= 0 for exponent, _ in self.terms)

    @property
    def constant(self) -> Fraction | None:
        """Return the value if it does not depend on e, else ``None``."""
        if not self.terms:
            return Fraction(0)
        return self.terms[0][1] if len(self.terms) == 1 and self.terms[0][0] == 0 else None

    def __str__(self) -> str:
        return " + ".join(f"{c}*e^{k}" if k else str(c) for k, c in self.terms) or "0"


def _laurent(terms: Mapping[int, Fraction]) -> Laurent:
    return Laurent(tuple(sorted((k, c) for k, c in terms.items() if c)))


def monomial(coefficient: Fraction | int | str, exponent: int = 0) -> Laurent:
    """Return c·eᵏ."""
    return _laurent({exponent: Fraction(coefficient)})
