"""The field ℚ(√2), for the constants of the recursion (15)."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq


@dataclass(frozen=True)
class RootTwo:
    """The number ``a + b√2`` with rational a and b; the representation is unique, so ``==`` decides.

    Example:
        >>> x = RootTwo(fmpq(1), fmpq(1))
        >>> str(x * x), str(x / x)
        ('3 + 2*sqrt(2)', '1')
    """

    a: fmpq
    b: fmpq

    def __add__(self, other: RootTwo) -> RootTwo:
        return RootTwo(self.a + other.a, self.b + other.b)

    def __sub__(self, other: RootTwo) -> RootTwo:
        return RootTwo(self.a - other.a, self.b - other.b)

    def __mul__(self, other: RootTwo | fmpq) -> RootTwo:
        if isinstance(other, fmpq):
            return RootTwo(self.a * other, self.b * other)
        return RootTwo(self.a * other.a + 2 * self.b * other.b, self.a * other.b + self.b * other.a)

    def __truediv__(self, other: RootTwo) -> RootTwo:
        norm = other.a**2 - 2 * other.b**2  # zero only for zero, as √2 is irrational
        return self * RootTwo(other.a / norm, -other.b / norm)

    @property
    def sign(self) -> int:
        """Return −1, 0 or 1, decided by comparing squares."""
        a, b = self.a, self.b
        if a == 0 or b == 0 or (a > 0) == (b > 0):
            total = a + b
            return (total > 0) - (total < 0)
        larger = a if a**2 > 2 * b**2 else b
        return 1 if larger > 0 else -1

    def __str__(self) -> str:
        if self.b == 0:
            return str(self.a)
        return f"{self.b}*sqrt(2)" if self.a == 0 else f"{self.a} + {self.b}*sqrt(2)"


def half_power(k: int) -> RootTwo:
    """Return 1/(√2)^k.

    Example:
        >>> [str(half_power(k)) for k in range(4)]
        ['1', '1/2*sqrt(2)', '1/2', '1/4*sqrt(2)']
    """
    whole = fmpq(1, 2 ** (k // 2))
    return RootTwo(whole, fmpq(0)) if k % 2 == 0 else RootTwo(fmpq(0), whole / 2)
