"""Two nondegenerate pairs at the border of the theory, evaluated exactly along families of points.

The *shear pair*: φ(x, y) = (x|x|, xy), g(x, y) = x². Both have degree 2, g is positive wherever φ is not zero, and the
only preimages of X = (a, b), a ≠ 0, are x = ±√|a| with the sign of a and y = b/x, so Definition 8 holds; but the second
coordinate costs nothing in the limit.

The *edge pair*: φ(s, t) = (s², t²), g(s, t) = 2s² − st for 0 ≤ t ≤ s and ∞ elsewhere. Its Ω is finite on a cone and
falls with infinite slope from the border of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from numeric.homogeneous.laurent import Laurent, monomial

Target = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class ShearFamily:
    """A factorization of the shear pair for every e > 0: slices (x, y) of monomials in e.

    Args:
        slices: The slices.
        target: The output they are meant to have.
    """

    slices: tuple[tuple[Laurent, Laurent], ...]
    target: Target

    def image(self) -> tuple[Laurent, Laurent]:
        """Return Φ of the slices as functions of e."""
        first = second = monomial(0)
        for x, y in self.slices:
            first, second = first + x * abs(x), second + x * y
        return first, second

    def cost(self) -> Laurent:
        """Return Σ x² as a function of e."""
        total = monomial(0)
        for x, _ in self.slices:
            total = total + x * x
        return total

    def factorizes_target(self) -> bool:
        """Return whether the output is the target for every e."""
        return tuple(value.constant for value in self.image()) == self.target

    def target_is_nonzero(self) -> bool:
        """Return whether the target is not 0."""
        return any(self.target)

    def cost_is_bounded_away_from_zero(self) -> bool:
        """Return whether the costs of the family stay above a positive number, so that they do not show Ω = 0."""
        return not self.cost().tends_to_zero

    def zero_cost_reaches_target(self) -> bool:
        """Return whether a factorization of cost Σx² = 0, that is with every x = 0, can have the target for output."""
        y = monomial(1, -1)
        nothing = ShearFamily(((monomial(0), y),), self.target)
        return tuple(value.constant for value in nothing.image()) == self.target

    def to_record(self) -> dict[str, str]:
        """Return the family as exact text."""
        return {
            "slices": "; ".join(f"x = {x}, y = {y}" for x, y in self.slices),
            "target": f"({self.target[0]}, {self.target[1]})",
        }


def vanishing(power: int = 1, second: int = 2) -> ShearFamily:
    """Return the slices (e^power, e^-power) and (−e^power, −e^-power): output (0, 2), cost 2e^{2·power}."""
    x, y = monomial(1, power), monomial(1, -power)
    return ShearFamily(((x, y), (-x, -y)), (Fraction(0), Fraction(second)))


@dataclass(frozen=True)
class ShearSlice:
    """One slice (x, y) of the shear pair for every e > 0."""

    x: Laurent
    y: Laurent

    def image(self) -> tuple[Laurent, Laurent]:
        """Return φ(x, y) as functions of e."""
        return self.x * abs(self.x), self.x * self.y

    def lies_in_unit_level(self) -> bool:
        """Return whether g = x² is a constant of at most 1, so that φ lies in Γ for every e."""
        cost = (self.x * self.x).constant
        return cost is not None and cost <= 1

    def image_is_bounded(self) -> bool:
        """Return whether the outputs stay bounded as e → 0."""
        return all(value.is_bounded for value in self.image())

    def to_record(self) -> dict[str, str]:
        """Return the slice, its cost and its output as exact text."""
        first, second = self.image()
        return {
            "slice": f"x = {self.x}, y = {self.y}",
            "cost": str(self.x * self.x),
            "output": f"({first}, {second})",
        }


def shooting_off(x: Fraction | int | str = "1/2", exponent: int = 0) -> ShearSlice:
    """Return the slice (x·e^exponent, 1/e): with x = 1/2, exponent 0 it has cost 1/4 and output (1/4, 1/(2e)).

    Example:
        >>> shooting_off().to_record()
        {'slice': 'x = 1/2, y = 1*e^-1', 'cost': '1/4', 'output': '(1/4, 1/2*e^-1)'}
    """
    return ShearSlice(monomial(x, exponent), monomial(1, -1))


@dataclass(frozen=True)
class EdgeFamily:
    """Directions (1, t) beside the optimal slice (1, 0) of the edge pair, t a monomial in e.

    Args:
        t: The second coordinate, a positive monomial that tends to 0.
        slope: The coefficient of st in g = 2s² − slope·s·t.
    """

    t: Laurent
    slope: Fraction = Fraction(1)

    def regularizer(self) -> Laurent:
        """Return g(1, t)."""
        return monomial(2) - monomial(self.slope) * self.t

    def needed(self) -> Laurent:
        """Return g(1, t) − ⟨(2, 0), φ(1, t)⟩, which w t² must not exceed, whatever the second entry w of W."""
        return self.regularizer() - monomial(2)

    def is_admissible(self) -> bool:
        """Return whether t > 0 tends to 0, so that (1, t) lies in the cone 0 ≤ t ≤ s for small e."""
        return self.t.tends_to_zero and len(self.t.terms) == 1 and self.t.terms[0][1] > 0

    def slice_is_optimal(self) -> bool:
        """Return whether (1, 0) has g = 2, the cost of every factorization of (1, 0), whose slices all have t = 0."""
        return EdgeFamily(monomial(0), self.slope).regularizer().constant == 2

    def some_slope_supports(self) -> bool:
        """Return whether a number w ≤ needed/t² for all small e exists: not if the quotient goes to −∞."""
        exponent, coefficient = self.t.terms[0]
        quotient = self.needed() * monomial(1 / coefficient**2, -2 * exponent)
        lowest = quotient.terms[0] if quotient.terms else (0, Fraction(0))
        return not (lowest[0] < 0 and lowest[1] < 0)

    def to_record(self) -> dict[str, str]:
        """Return the family as exact text."""
        return {"X": "(1, 0)", "direction": f"(1, {self.t})", "g": f"2s^2 - {self.slope}st on 0 <= t <= s"}
