"""Splitting a tree at its kinks: exact or isolated break points, and a smooth tree on each piece between them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import arb

from numeric.enclosures.ball_evaluation import evaluate
from numeric.enclosures.ball_expression import (
    KINKED_HEADS,
    ZERO,
    Expression,
    ExpressionError,
    Z,
    add,
    rational,
    split_coefficient,
)
from numeric.enclosures.balls import hull, rational_ball, working_bits
from numeric.enclosures.growth import IntegrandError
from numeric.enclosures.half_strip import HalfStrip, SingularIntegrandError
from numeric.enclosures.half_strip_bounds import half_strip_rectangle
from numeric.enclosures.polynomial_trees import polynomial_coefficients


class KinkError(IntegrandError):
    """The points where an argument of abs, sign, relu, max or min changes sign cannot be isolated."""


@dataclass(frozen=True)
class BreakPoint:
    """A break point: the exact ``low`` = ``high``, or the one simple zero of ``argument`` in [low, high]."""

    low: Fraction
    high: Fraction
    argument: Expression | None = None

    def is_exact(self) -> bool:
        """Return whether the point is known exactly."""
        return self.low == self.high

    def refined(self, bits: int) -> BreakPoint:
        """Return the same point in a bracket of width at most 2**-bits, by interval Newton steps and bisection."""
        if self.is_exact() or self.argument is None:
            return self
        low, high = self.low, self.high
        slope_tree = self.argument.derivative()
        with working_bits(bits + 64):
            rising = evaluate(self.argument, rational_ball(high)) > 0
            while high - low > Fraction(1, 2**bits):
                low, high = _narrowed(self.argument, slope_tree, low, high, rising=bool(rising))
        return BreakPoint(low, high, self.argument)


def _narrowed(
    g: Expression, slope_tree: Expression, low: Fraction, high: Fraction, *, rising: bool
) -> tuple[Fraction, Fraction]:
    middle = (low + high) / 2
    value = evaluate(g, rational_ball(middle))
    slope = evaluate(slope_tree, hull(rational_ball(low), rational_ball(high)))
    step = rational_ball(middle) - value / slope
    if step.is_finite():
        # Mean value theorem: the zero lies in middle − g(middle)/g'([low, high]).
        new_low, new_high = max(low, _fraction(step.lower())), min(high, _fraction(step.upper()))
        if new_high - new_low < (high - low) * Fraction(3, 4):
            return new_low, new_high
    if value > 0:
        return (low, middle) if rising else (middle, high)
    if value < 0:
        return (middle, high) if rising else (low, middle)
    raise KinkError(f"the zero of {g} near {float(middle):g} cannot be separated at the working precision")


def _fraction(exact: Any) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@dataclass(frozen=True)
class Piece:
    """A part of the line (None: infinite end) on which the tree equals the smooth ``tree``."""

    left: BreakPoint | None
    right: BreakPoint | None
    tree: Expression


def smooth_pieces(expression: Expression) -> list[Piece]:
    """Return the pieces of the line, in order, on each of which the tree is free of kinked heads.

    Raises:
        KinkError: If a change of sign cannot be isolated (for instance infinitely many).

    Example:
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> [(str(p.tree), p.left and p.left.low) for p in smooth_pieces(apply("relu", 2 * Z - 1))]
        [('0', None), ('2*z + -1', Fraction(1, 2))]
    """
    done: list[Piece] = []
    todo = [Piece(None, None, expression)]
    while todo:
        piece = todo.pop()
        # Children come first, so the argument of the first kinked node found is smooth.
        kinked = next((node for node in piece.tree.subexpressions() if node.head in KINKED_HEADS), None)
        if kinked is None:
            done.append(piece)
            continue
        todo += reversed(_split(piece, kinked))
    return _merged(done)


def _split(piece: Piece, kinked: Expression) -> list[Piece]:
    argument = kinked.arguments[0]
    inside = [b for b in break_points(argument) if _is_inside(b, piece)]
    ends = [piece.left, *inside, piece.right]
    parts = []
    for left, right in pairwise(ends):
        sign = _sign_between(argument, left, right)
        try:
            tree = piece.tree.substitute({kinked: _resolved(kinked.head, argument, sign)})
        except ExpressionError as error:
            where = (
                "everywhere"
                if left is None and right is None
                else f"where {argument} is {'< 0' if sign < 0 else '> 0'}"
            )
            raise SingularIntegrandError(f"{piece.tree} has no value {where}: {error}") from None
        parts.append(Piece(left, right, tree))
    return parts


def _resolved(head: str, argument: Expression, sign: int) -> Expression:
    if head == "abs":
        return sign * argument
    if head == "sign":
        return rational(sign)
    if head == "heaviside":
        return rational(1 if sign > 0 else 0)
    return argument if sign > 0 else ZERO


def _is_inside(point: BreakPoint, piece: Piece) -> bool:
    """Decide whether the point separates the piece; one not separable from an end is that end, for our purpose.

    Treating it so is harmless: the bracket around an inexact end is bounded as a whole, with the kinked tree.
    """
    for end, before in ((piece.left, True), (piece.right, False)):
        if end is None:
            continue
        p, q = point, end
        for bits in (64, 256):
            if p.high < q.low or q.high < p.low:
                break
            p, q = p.refined(bits), q.refined(bits)
        if (p.low <= q.high) if before else (p.high >= q.low):
            if p.high < q.low or q.high < p.low or (p.is_exact() and q.is_exact()):
                return False
            if p.low <= q.high and q.low <= p.high:
                if p.argument == q.argument:
                    return False
                raise KinkError(f"two break points near z = {float(q.low):g} cannot be told apart")
    return True


def _sign_between(argument: Expression, left: BreakPoint | None, right: BreakPoint | None) -> int:
    """Return the sign the argument keeps between two neighbouring break points, from one sample inside."""
    low = None if left is None else left.refined(64).high
    high = None if right is None else right.refined(64).low
    if low is None and high is None:
        sample = Fraction(3, 7)
    elif low is None or high is None:
        sample = low + Fraction(3, 7) if low is not None else (high or Fraction(0)) - Fraction(3, 7)
    else:
        sample = low + Fraction(3, 7) * (high - low)
    for bits in (64, 256, 1024):
        with working_bits(bits):
            value = evaluate(argument, rational_ball(sample))
            if value > 0:
                return 1
            if value < 0:
                return -1
            if not value.is_finite():
                break
    if argument == ZERO:
        return 1
    raise KinkError(f"the sign of {argument} at z = {sample} is not decided; it may be 0 on a whole interval")


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Join neighbours that carry the same tree, so that a needless break costs nothing."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1].tree == piece.tree:
            merged[-1] = Piece(merged[-1].left, piece.right, piece.tree)
        else:
            merged.append(piece)
    return merged


def break_points(argument: Expression) -> list[BreakPoint]:
    """Return all real points where the smooth tree may change sign, in increasing order.

    Products split into factors, powers into bases, and odd monotone functions into their arguments; what is affine
    in z is solved exactly; the rest is isolated by interval arithmetic.

    Raises:
        KinkError: If the zeros cannot be isolated.
    """
    points: dict[tuple[Fraction, Fraction], BreakPoint] = {}
    for factor in _sign_factors(argument):
        for point in _zeros(factor):
            points.setdefault((point.low, point.high), point)
    return sorted(points.values(), key=lambda p: (p.low, p.high))


def _sign_factors(g: Expression) -> list[Expression]:
    if g.is_constant() or g.head in {"exp", "cosh", "sech", "sigmoid", "softplus", "erfc"}:
        return []
    if g.head == "mul":
        return list(dict.fromkeys(f for a in g.arguments for f in _sign_factors(a)))
    if g.head in {"pow", "tanh", "sinh", "atan", "erf"}:
        return _sign_factors(g.arguments[0])
    return [_normalised(g)]


def _normalised(g: Expression) -> Expression:
    """Return a multiple of g with sorted terms, so that g and −g, written in any order, are the same tree."""
    if g.head != "add":
        return g
    terms = sorted((split_coefficient(term) for term in g.arguments), key=lambda pair: str(pair[1]))
    return add(*(rest * (coefficient / terms[0][0]) for coefficient, rest in terms))


def _zeros(g: Expression) -> list[BreakPoint]:
    coefficients = polynomial_coefficients(g)
    if coefficients is not None and all(c.head == "rational" for c in coefficients) and len(coefficients) == 2:
        root = -coefficients[0].value / coefficients[1].value
        return [BreakPoint(root, root)]
    reach = _reach(g)
    slope_tree = g.derivative()
    found: list[BreakPoint] = []
    # Ends and cuts avoid round numbers, where zeros like to lie.
    stack = [(-reach - Fraction(1, 7), reach + Fraction(2, 11), 0)]
    with working_bits(128):
        while stack:
            a, b, depth = stack.pop()
            cell = hull(rational_ball(a), rational_ball(b))
            value = evaluate(g, cell)
            if value.is_finite() and not value.contains(0):
                continue
            slope = evaluate(slope_tree, cell)
            if slope.is_finite() and not slope.contains(0):
                at_a, at_b = evaluate(g, rational_ball(a)), evaluate(g, rational_ball(b))
                if (at_a > 0 and at_b > 0) or (at_a < 0 and at_b < 0):
                    continue
                if (at_a > 0 and at_b < 0) or (at_a < 0 and at_b > 0):
                    found.append(_exact_if_simple(BreakPoint(a, b, g)))
                    continue
            if depth > 40:
                raise KinkError(f"the zeros of {g} near z = {float(a):g} cannot be isolated (a multiple zero?)")
            cut = a + (b - a) * Fraction(15, 31)
            stack += [(cut, b, depth + 1), (a, cut, depth + 1)]
    return found


def _exact_if_simple(point: BreakPoint) -> BreakPoint:
    """Return the zero exactly if the simplest rational of its bracket is it, decided on the tree itself."""
    if point.argument is None:
        return point
    near = point.refined(24)
    guess = ((near.low + near.high) / 2).limit_denominator(1000)
    if point.low < guess < point.high and point.argument.substitute({Z: rational(guess)}) == ZERO:
        return BreakPoint(guess, guess)
    return point


def _reach(g: Expression) -> Fraction:
    """Return R with g proved different from 0 for all |z| ≥ R."""
    for reach in (2, 6, 24, 96, 512):
        try:
            sides = [half_strip_rectangle(g, HalfStrip(side, arb(reach), arb(0), arb(0))) for side in (-1, 1)]
        except IntegrandError:
            continue
        if not any(side.re.contains_zero() for side in sides):
            return Fraction(reach)
    raise KinkError(f"{g} is not proved to keep its sign for large |z|, so its kinks cannot all be found")
