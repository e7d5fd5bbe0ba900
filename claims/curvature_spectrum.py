"""The least eigenvalues of the population Hessian at orthonormal weights, for one activation: exact, and as balls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from flint import arb, arb_mat
from sympy import Expr, S, sqrt

from claims.curvature_values import MomentValues, Value, in_keys
from numeric.enclosures.balls import bits_of_digits, working_bits
from numeric.enclosures.symmetric_eigenvalues import enclose_symmetric_eigenvalues
from symbolic.population.exact_eigenvalues import (
    CharacteristicRoots,
    ExactMatrix,
    characteristic_roots,
    is_zero,
    normal_form,
    null_vector,
)
from symbolic.population.orthonormal_blocks import OrthonormalBlock

_SCREENING_DIGITS = 15


@dataclass(frozen=True)
class Part:
    """A part of a block that nothing couples to the rest, for the activation at hand.

    Args:
        block: The block it belongs to.
        members: Positions of its members in the block's basis.
        form: The quadratic form on them, in the moments' keys; what vanishes for this activation is left out.
        values: The activation's moments.
    """

    block: OrthonormalBlock
    members: tuple[int, ...]
    form: tuple[tuple[Expr, ...], ...]
    values: MomentValues

    @property
    def outside(self) -> bool:
        """Return whether its directions are rows outside span(U*), span(V*)."""
        return self.block.sign == 0

    @property
    def norms(self) -> tuple[int, ...]:
        """Return the squared norms of its members."""
        return tuple(self.block.norms[i] for i in self.members)

    @cached_property
    def roots(self) -> CharacteristicRoots | None:
        """Return its eigenvalues in closed form, or ``None`` where a moment has none."""
        exact = self._exact_form
        return None if exact is None else characteristic_roots(exact, self.norms)

    @cached_property
    def _exact_form(self) -> ExactMatrix | None:
        exact = [[self.values.closed_form(entry) for entry in row] for row in self.form]
        if any(entry is None for row in exact for entry in row):
            return None
        return tuple(tuple(row) for row in exact)

    @cached_property
    def nullity(self) -> int:
        """Return how many of its eigenvalues are exactly 0; the form is a square, so these are the least ones."""
        if self._enclosed(_SCREENING_DIGITS)[0] > 0:
            return 0
        return self.roots.nullity if self.roots else 0

    @property
    def formula(self) -> str:
        """Return its eigenvalue as a formula in the moments, or the matrix it is an eigenvalue of."""
        entries = [
            [str(entry / sqrt(n * m)) for entry, m in zip(row, self.norms, strict=True)]
            for row, n in zip(self.form, self.norms, strict=True)
        ]
        if len(entries) == 1:
            return entries[0][0]
        return "eigenvalue of [" + ", ".join(f"[{', '.join(row)}]" for row in entries) + "]"

    @cached_property
    def _balls(self) -> dict[int, list[Any]]:
        return {}

    def balls(self, digits: int) -> list[Any]:
        """Return balls of its eigenvalues, least first, the exact zeros as such."""
        if digits not in self._balls:
            self._balls[digits] = [*([arb(0)] * self.nullity), *self._enclosed(digits)[self.nullity :]]
        return self._balls[digits]

    def _enclosed(self, digits: int) -> list[Any]:
        with working_bits(bits_of_digits(digits) + 32):
            size = len(self.members)
            return enclose_symmetric_eigenvalues(
                arb_mat(
                    [
                        [
                            self.values.ball(self.form[i][j], digits) / arb(self.norms[i] * self.norms[j]).sqrt()
                            for j in range(size)
                        ]
                        for i in range(size)
                    ]
                )
            )

    def null_directions(self) -> str:
        """Return its null directions in words, with exact coefficients where members are combined."""
        if len(self.members) == 1 or self.nullity != 1 or self._exact_form is None:
            return self.directions()
        names = [self.block.members[i] for i in self.members]
        combined = _combination(null_vector(self._exact_form), names)
        return f"A = {combined}, B = {'' if self.block.sign > 0 else '-'}A"

    def directions(self) -> str:
        """Return its directions in words."""
        names = [self.block.members[i] for i in self.members]
        what = names[0] if len(names) == 1 else "a combination of " + ", ".join(names)
        if self.outside:
            return what
        return f"A = {what}, B = {'' if self.block.sign > 0 else '-'}A"


def _combination(coefficients: Iterable[Expr], names: Sequence[str]) -> str:
    """Return a sum of named matrices in words, such as ``I - 1/2 ones off the diagonal``."""
    text = ""
    for coefficient, name in zip(coefficients, names, strict=True):
        if coefficient == 0:
            continue
        negative = bool(coefficient.could_extract_minus_sign())
        size = -coefficient if negative else coefficient
        factor = "" if size == 1 else f"{size} " if size.is_Rational else f"({size}) "
        term = factor + (f"({name})" if " + " in name or " - " in name else name)
        joint = (" - " if text else "-") if negative else (" + " if text else "")
        text += joint + term
    return text


@dataclass(frozen=True)
class Least:
    """The least of some eigenvalues, where it is attained, and whether the balls tell that."""

    value: Value
    attained: tuple[tuple[Part, int], ...]
    separated: bool

    def family_lines(self, rows_outside: int | None) -> list[dict[str, Any]]:
        """Return where it is attained as JSON-ready data; multiplicities are counted for d - k = ``rows_outside``."""
        lines = []
        for part, count in self.attained:
            lines.append(
                {
                    "family": part.block.family,
                    "sign": {1: "+", -1: "-", 0: None}[part.block.sign],
                    "directions": part.directions(),
                    "multiplicity": multiplicity(part, count, rows_outside),
                }
            )
        return lines


def multiplicity(part: Part, count: int, rows_outside: int | None) -> int | str:
    """Return how often an eigenvalue occurs that is ``count`` times in a part; the blocks are those of d = k + 1."""
    number = count * part.block.multiplicity
    if not part.outside:
        return number
    return f"{number}*(d - k)" if rows_outside is None else number * rows_outside


def parts_of(blocks: Iterable[OrthonormalBlock], values: MomentValues) -> list[Part]:
    """Return the blocks split into parts whose couplings are exactly 0 for the activation."""
    parts = []
    for block in blocks:
        form = [[values.simplified(in_keys(entry)) for entry in row] for row in block.form]
        form = [[S.Zero if values.vanishes(entry) else entry for entry in row] for row in form]
        groups: list[list[int]] = []
        for i in range(block.size):
            touching = [group for group in groups if any(form[i][j] != 0 for j in group)]
            merged = sorted([i, *(j for group in touching for j in group)])
            groups = [group for group in groups if group not in touching] + [merged]
        for group in sorted(groups):
            entries = tuple(tuple(form[i][j] for j in group) for i in group)
            parts.append(Part(block, tuple(group), entries, values))
    return parts


def least_eigenvalue(parts: Sequence[Part], digits: int, *, positive: bool = False) -> Least | None:
    """Return the least eigenvalue of the parts, or the least of those that are not exactly 0.

    Args:
        parts: Parts of one Hessian.
        digits: Working accuracy of the moments.
        positive: Leave out the eigenvalues that are exactly 0.

    Returns:
        The least, exact if its part's eigenvalues are; ``separated`` is false where balls overlap, of different parts
        or of one, and nothing shows the eigenvalues equal. ``None`` if there is no eigenvalue left.
    """
    found = []
    for part in parts:
        balls = part.balls(digits)[part.nullity if positive else 0 :]
        if balls:
            found.append((part, balls))
    if not found:
        return None
    with working_bits(bits_of_digits(digits) + 32):
        least = reduce(arb.min, (balls[0] for _, balls in found))
        touching = [(part, sum(1 for ball in balls if ball.overlaps(least))) for part, balls in found]
        touching = [(part, count) for part, count in touching if count]
    exact = [_exact_least(part, least, digits, positive=positive) for part, _ in touching]
    formulas = {part.formula for part, _ in touching}
    same = len(touching) == 1 or len(formulas) == 1 or _all_equal(exact)
    first = touching[0][0]
    note = ""
    if same and first.roots is not None and first.roots.remaining is not None:
        note = f"least root of {first.roots.remaining}"
    reason = "" if first.roots is not None else first.values.reason
    formula = ("least " if len(first.members) > 1 else "") + first.formula
    value = Value(formula, exact[0] if same else None, least, reason, note)
    if value.exact is not None:
        first.values.refuse_contradiction("lambda_min", value.exact, least, digits)
    # Balls that overlap within a part do not count an eigenvalue twice, unless it has a closed form.
    counted = all(count == 1 or form is not None for (_, count), form in zip(touching, exact, strict=True))
    return Least(value, tuple(touching), same and counted)


def _exact_least(part: Part, least: Any, digits: int, *, positive: bool) -> Expr | None:
    """Return the closed form of the eigenvalue of a part in the ball ``least``, if only one closed form is there."""
    if part.roots is None or part.roots.remaining is not None:
        return None
    inside = []
    for value in part.roots.values:
        ball = part.values.exact_ball(value, digits)
        if ball is None:
            return None
        if ball.overlaps(least) and not (positive and ball.contains(0) and is_zero(value)):
            inside.append(value)
    return inside[0] if inside and _all_equal(inside) else None


def _all_equal(values: Sequence[Expr | None]) -> bool:
    first = values[0]
    return first is not None and all(v is not None and is_zero(normal_form(v - first)) for v in values[1:])
