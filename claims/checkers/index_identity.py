"""Checkers for identities and bounds between index sums, for every size, against exact expansions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from sympy.polys.rings import PolyElement

from claims.evidence import CheckFailedError, Evidence, checker, mint
from symbolic.population.index_sums import IndexExpression, OrbitForm


class Instance(Protocol):
    """Exact data at which both sides can be evaluated."""

    @property
    def size(self) -> int:
        """Return the size k of the instance."""
        ...

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        ...


@dataclass(frozen=True)
class Formula:
    """A formula transcribed twice: as an index sum for every size, and as arithmetic on an exact instance.

    Args:
        form: The canonical form of the symbolic transcription.
        value: Evaluates the formula at an instance without using the symbolic side; returns an exact number.
    """

    form: OrbitForm
    value: Callable[[Any], Fraction]


@checker
def decide_identity(left: Formula, right: Formula, instances: Iterable[Instance], *, part: str = "") -> Evidence:
    """Return `Identity` if both sides agree for every size, else a `Witness` at an exact instance.

    The symbolic decision (equal orbit forms) and the exact expansions at the instances share no code and must agree.

    Args:
        left: One side.
        right: The other side.
        instances: Exact instances; at least one is required.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the two ways disagree, or no instance shows the difference.
    """
    difference = left.form - right.form
    tried, sizes = 0, set()
    for instance in instances:
        values = left.value(instance), right.value(instance)
        tried += 1
        sizes.add(instance.size)
        if values[0] != values[1]:
            if difference.is_zero:
                raise CheckFailedError(f"equal as index sums, but {values[0]} ≠ {values[1]} at {instance.to_record()}")
            return _witness(difference, instance, values, part)
    if tried == 0:
        raise CheckFailedError("no instance was given to check the identity on")
    if not difference.is_zero:
        raise CheckFailedError(f"the sides differ by ${difference.to_latex()}$, but no instance tried shows it")
    return mint(
        "Identity",
        "both sides have the same orbit sums with the same coefficients, hence agree for every k",
        {
            "method": "orbit sums over coincidence patterns",
            "orbit_sums": len(left.form.coefficients),
            "exact_instances": tried,
            "instance_sizes": sorted(sizes),
        },
        part=part,
    )


def _witness(difference: OrbitForm, instance: Instance, values: tuple[Fraction, Fraction], part: str) -> Evidence:
    return mint(
        "Witness",
        f"at k = {instance.size} the left side is {values[0]} and the right side is {values[1]}",
        {
            "instance": instance.to_record(),
            "left": str(values[0]),
            "right": str(values[1]),
            "difference": difference.to_latex(),
        },
        scope=f"k={instance.size}",
        part=part,
    )


@dataclass(frozen=True)
class Square:
    """A manifestly non-negative term: an even monomial in the moments times the sum of squares of ``root``."""

    coefficient: PolyElement
    root: IndexExpression
    over: tuple[Any, ...]

    @property
    def form(self) -> OrbitForm:
        """Return the canonical form of the term."""
        return OrbitForm.of((self.root * self.root).summed(*self.over) * self.coefficient)


@checker
def prove_lower_bound(
    form: Formula, bound: Formula, squares: Sequence[Square], instances: Iterable[Instance], *, part: str = ""
) -> Evidence:
    """Return `Identity` showing ``form - bound`` is the sum of ``squares``, or a `Witness` below the bound.

    Args:
        form: The form to be bounded from below, for every size.
        bound: The claimed bound.
        squares: Non-negative terms whose sum the difference must equal exactly.
        instances: Exact instances on which the bound is tried as well.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the difference is not the sum of the squares and no instance violates the bound, or if
            a coefficient is not manifestly non-negative.
    """
    for square in squares:
        _require_nonnegative(square.coefficient)
    total = OrbitForm(())
    for square in squares:
        total = total + square.form
    tried = 0
    slack: Fraction | None = None
    for instance in instances:
        values = form.value(instance), bound.value(instance)
        tried += 1
        if values[0] < values[1]:
            return _witness(form.form - bound.form, instance, values, part)
        slack = values[0] - values[1] if slack is None else min(slack, values[0] - values[1])
    remainder = form.form - bound.form - total
    if not remainder.is_zero:
        raise CheckFailedError(f"the difference is not the sum of the squares: ${remainder.to_latex()}$ is left over")
    return mint(
        "Identity",
        "the difference of both sides is a sum of squares, for every k",
        {
            "method": "sum of squares in orbit sums",
            "squares": len(squares),
            "exact_instances": tried,
            "attained_at_an_instance": slack == 0,
        },
        part=part,
    )


def _require_nonnegative(coefficient: PolyElement) -> None:
    """Accept sums of positive multiples of even monomials only: non-negative whatever the moments are."""
    for exponents, value in coefficient.terms():
        if value < 0 or any(power % 2 for power in exponents):
            raise CheckFailedError(f"coefficient {coefficient} is not manifestly non-negative")
