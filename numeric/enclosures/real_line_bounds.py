"""Proof that a tree is integrable against the normal density on a part of the line, with majorants of its tails."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from numeric.enclosures.ball_evaluation import evaluate_many, node_value
from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import hull, rational_ball, working_bits
from numeric.enclosures.growth import Growth, GrowthError, IntegrandError
from numeric.enclosures.half_strip import HalfStrip, SingularIntegrandError
from numeric.enclosures.half_strip_bounds import half_strip_growth

__all__ = ["GrowthError", "IntegrandError", "RealLineBounds", "SingularIntegrandError", "real_line_bounds"]

_STARTS = (2, 6, 24, 96, 512)
_DEPTH = 40
_CELLS = 20_000


@dataclass(frozen=True)
class RealLineBounds:
    """Majorants for |z| ≥ ``start``; between −start and start every tree is proved finite and analytic.

    Attributes:
        start: Exact integer R > 0.
        left: One majorant a tree for z ≤ −R, in x = −z (empty if that side is not part of the piece).
        right: One majorant a tree for z ≥ R, in x = z.
        middle: One upper bound a tree of |f| on the bounded rest of the piece.
    """

    start: int
    left: tuple[Growth, ...]
    right: tuple[Growth, ...]
    middle: tuple[Any, ...]


def real_line_bounds(
    expressions: list[Expression], lower: Fraction | None = None, upper: Fraction | None = None
) -> RealLineBounds:
    """Return majorants of smooth trees on [lower, upper] (None: infinite), each proved analytic on it.

    Args:
        expressions: Trees without kinked heads.
        lower: Exact left end, or None for −∞.
        upper: Exact right end, or None for +∞.

    Returns:
        Majorants C(1+|z|)^p·exp(c|z| + d z²) with d < 1/2 on the infinite sides and bounds on the rest. Their
        existence proves that every product of two trees with d summing below 1/2 has a Gaussian expectation.

    Raises:
        SingularIntegrandError: If a pole or branch cut on the piece cannot be excluded.
        GrowthError: If the growth cannot be bounded as above.

    Example:
        >>> from numeric.enclosures.ball_expression import Z
        >>> real_line_bounds([1 / (1 + Z**2)]).start
        2
        >>> real_line_bounds([1 / Z])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        numeric.enclosures.half_strip.SingularIntegrandError: z**(-1) is not proved analytic near z = 0: ...
    """
    left, right, start = _tails(expressions, lower, upper)
    begin = Fraction(-start) if lower is None else lower
    end = Fraction(start) if upper is None else upper
    middle = _middle(expressions, begin, max(begin, end))
    for growth in (*left, *right):
        growth.check_integrable()
    return RealLineBounds(start, tuple(left), tuple(right), tuple(middle))


def _tails(
    expressions: list[Expression], lower: Fraction | None, upper: Fraction | None
) -> tuple[list[Growth], list[Growth], int]:
    failure: IntegrandError | None = None
    least = max([Fraction(0), *(abs(end) + 1 for end in (lower, upper) if end is not None)])
    for start in (*(r for r in _STARTS if r >= least), *((int(least) + 1,) if least > _STARTS[-1] else ())):
        try:
            left = half_strip_growth(expressions, HalfStrip(-1, arb(start), arb(0), arb(0))) if lower is None else []
            right = half_strip_growth(expressions, HalfStrip(1, arb(start), arb(0), arb(0))) if upper is None else []
        except IntegrandError as error:
            failure = failure if isinstance(failure, GrowthError) else error
        else:
            return left, right, start
    raise failure or SingularIntegrandError(f"{expressions[0]}: the piece of the line reaches too far out")


def _middle(expressions: list[Expression], begin: Fraction, end: Fraction) -> list[Any]:
    """Return bounds of |f| on [begin, end] by ball evaluation of cells, bisected until every value is finite."""
    bounds = [arb(0) for _ in expressions]
    stack = [(begin, end, 0)]
    used = 0
    with working_bits(64):
        while stack:
            a, b, depth = stack.pop()
            used += 1
            cell = hull(rational_ball(a), rational_ball(b))
            values = evaluate_many(expressions, cell)
            if all(value.is_finite() for value in values):
                bounds = [bound.max(value.abs_upper()) for bound, value in zip(bounds, values, strict=True)]
            elif depth >= _DEPTH or used > _CELLS:
                raise SingularIntegrandError(_diagnosis(expressions, cell, (a + b) / 2))
            else:
                stack += [((a + b) / 2, b, depth + 1), (a, (a + b) / 2, depth + 1)]
    return bounds


def _diagnosis(expressions: list[Expression], cell: Any, where: Fraction) -> str:
    """Name the innermost node that has no finite value on the cell, and why."""
    reasons = {
        "pow": "division by a value that may be 0",
        "log": "the logarithm of a value that may be 0 or below",
        "tan": "a pole of the tangent may be there",
    }
    memo: dict[Expression, Any] = {}
    for expression in expressions:
        for node in expression.subexpressions():
            memo[node] = node_value(node, [memo[a] for a in node.arguments], cell, analytic=False)
            if not memo[node].is_finite():
                reason = reasons.get(node.head, "no finite value")
                if node.head == "pow" and node.value.denominator != 1:
                    reason = "a root or real power of a value that may be 0 or below"
                return f"{node} is not proved analytic near z = {_place(where)}: {reason}"
    return f"{expressions[0]} is not proved finite near z = {_place(where)}"


def _place(where: Fraction) -> str:
    rounded = round(float(where), 9)
    return f"{rounded + 0.0:g}"
