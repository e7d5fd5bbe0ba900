"""Poles of trees that are meromorphic by construction: exact places, and Laurent series about them.

The class: polynomials, entire heads (exp, sin, cos, sinh, cosh, erf, erfc) of pole-free trees of the class, and
tanh, sigmoid, sech of affine arguments a·z + b. Their only poles are at a·z + b = iπ(k + 1/2), for sigmoid iπ(2k + 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from flint import acb, acb_series, arb

from numeric.enclosures.ball_evaluation import evaluate_series
from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import rational_ball
from numeric.enclosures.polynomial_trees import polynomial_coefficients

_ENTIRE = frozenset({"exp", "sin", "cos", "sinh", "cosh", "erf", "erfc"})
_LATTICE = {
    "tanh": (Fraction(1), Fraction(1, 2)),
    "sech": (Fraction(1), Fraction(1, 2)),
    "sigmoid": (Fraction(2), Fraction(1)),
}


@dataclass(frozen=True)
class LatticePole:
    """A pole at z = x + iπ·y with exact rational x and y."""

    x: Fraction
    y: Fraction

    def height(self) -> float:
        """Return Im z as a float."""
        return float(self.y) * 3.141592653589793

    def point(self) -> Any:
        """Return z as a complex ball."""
        return acb(rational_ball(self.x), arb.pi() * rational_ball(self.y))


def is_meromorphic_by_construction(expression: Expression) -> bool:
    """Return whether the tree belongs to the class whose poles :func:`poles_below` lists completely."""
    return all(_node_belongs(node) for node in expression.subexpressions())


def _node_belongs(node: Expression) -> bool:
    if node.is_constant() or node.head in {"z", "add", "mul"}:
        return True
    if node.head == "pow":
        return node.value.denominator == 1 and node.value > 0
    if node.head in _LATTICE:
        return _affine(node.arguments[0]) is not None
    if node.head in _ENTIRE:
        return not any(n.head in _LATTICE for n in node.arguments[0].subexpressions() if not n.is_constant())
    return False


def _affine(argument: Expression) -> tuple[Fraction, Fraction] | None:
    """Return exact (a, b) with argument = a·z + b, a ≠ 0."""
    coefficients = polynomial_coefficients(argument)
    if coefficients is None or len(coefficients) != 2 or any(c.head != "rational" for c in coefficients):
        return None
    b, a = (c.value for c in coefficients)
    return (a, b) if a else None


def lattice_nodes(expressions: list[Expression]) -> list[Expression]:
    """Return the distinct tanh, sigmoid and sech nodes of the trees."""
    found: dict[Expression, None] = {}
    for expression in expressions:
        found.update(
            dict.fromkeys(n for n in expression.subexpressions() if n.head in _LATTICE and not n.is_constant())
        )
    return list(found)


def poles_below(expressions: list[Expression], height: float) -> list[LatticePole]:
    """Return every pole of the trees with 0 < Im z ≤ about ``height``, by increasing height, each once."""
    found: dict[LatticePole, None] = {}
    for node in lattice_nodes(expressions):
        affine = _affine(node.arguments[0])
        if affine is None:
            continue
        a, b = affine
        spacing, offset = _LATTICE[node.head]
        for k in range(ceil(height / 3.141592653589793 * abs(a) / spacing) + 1):
            found[LatticePole(-b / a, (offset + k * spacing) / abs(a))] = None
    return sorted((p for p in found if p.height() <= height), key=lambda p: (p.y, p.x))


def pole_order(expression: Expression) -> int:
    """Return an upper bound of the order of the poles of a tree of the class."""
    memo: dict[Expression, int] = {}
    for node in expression.subexpressions():
        inner = [memo[a] for a in node.arguments]
        if node.head in _LATTICE and not node.is_constant():
            memo[node] = 1
        elif node.head == "mul":
            memo[node] = sum(inner)
        elif node.head == "pow":
            memo[node] = inner[0] * max(1, int(node.value))
        else:
            memo[node] = max(inner, default=0)
    return memo[expression]


@dataclass(frozen=True)
class Laurent:
    """The series t^(−order)·series(t), the coefficients balls; ``order`` is an upper bound of the pole's order."""

    order: int
    series: Any

    def __add__(self, other: Laurent) -> Laurent:
        order = max(self.order, other.order)
        return Laurent(order, self._raised(order) + other._raised(order))

    def __mul__(self, other: Laurent) -> Laurent:
        return Laurent(self.order + other.order, self.series * other.series)

    def _raised(self, order: int) -> Any:
        return self.series * acb_series([0] * (order - self.order) + [1]) if order > self.order else self.series

    def coefficient(self, exponent: int) -> Any:
        """Return the coefficient of t**exponent."""
        index = exponent + self.order
        return self.series[index] if index >= 0 else acb(0)


def laurent(expression: Expression, pole: LatticePole, length: int) -> Laurent:
    """Return the Laurent series of a tree of the class about ``pole``, t = z − pole.

    At a pole the argument of tanh is iπ(k + 1/2) + a·t exactly, and tanh there equals coth(a·t): the series is that
    of an exact function, with no ball around the pole left to divide by.

    Args:
        expression: A tree of the class.
        pole: Where to expand.
        length: Coefficients kept of each factor; at least its total pole order.
    """
    memo: dict[Expression, Laurent] = {}
    for node in expression.subexpressions():
        inner = [memo[a] for a in node.arguments]
        memo[node] = _laurent_node(node, inner, pole, length)
    return memo[expression]


def _laurent_node(node: Expression, inner: list[Laurent], pole: LatticePole, length: int) -> Laurent:
    if node.head in {"add", "mul"}:
        total = inner[0]
        for other in inner[1:]:
            total = total + other if node.head == "add" else total * other
        return total
    if node.head == "pow" and not node.is_constant():
        total = inner[0]
        for _ in range(int(node.value) - 1):
            total = total * inner[0]
        return total
    affine = _affine(node.arguments[0]) if node.head in _LATTICE else None
    if affine is not None:
        a, b = affine
        spacing, offset = _LATTICE[node.head]
        steps = (a * pole.y - offset) / spacing
        if a * pole.x + b == 0 and steps.denominator == 1:
            return _at_lattice_pole(node.head, a, int(steps), length)
    return Laurent(0, evaluate_series([node], pole.point())[0])


def _at_lattice_pole(head: str, a: Fraction, steps: int, length: int) -> Laurent:
    """Return the series of tanh = coth(at), sigmoid = 1/(1 − e^{−at}), sech = 1/(i·(−1)^k·sinh(at)) times t, over t."""
    # u = at for tanh and sech, at for sigmoid; the exponential series e^{cu} with exact rational c.
    if head == "sigmoid":
        return Laurent(1, 1 / _difference(Fraction(0), -a, length))
    two_sinh = _difference(a, -a, length)
    if head == "tanh":
        return Laurent(1, _sum_of_exponentials(a, -a, length) / two_sinh)
    sign = 1 if steps % 2 == 0 else -1
    return Laurent(1, acb_series([acb(0, -2 * sign)]) / two_sinh)


def _exponential_coefficients(c: Fraction, length: int) -> list[Fraction]:
    coefficients, term = [], Fraction(1)
    for n in range(length):
        coefficients.append(term)
        term = term * c / (n + 1)
    return coefficients


def _difference(c: Fraction, d: Fraction, length: int) -> Any:
    """Return (e^{ct} − e^{dt})/t."""
    pairs = zip(_exponential_coefficients(c, length + 1), _exponential_coefficients(d, length + 1), strict=True)
    return acb_series([acb(rational_ball(p - q)) for p, q in pairs][1:])


def _sum_of_exponentials(c: Fraction, d: Fraction, length: int) -> Any:
    """Return e^{ct} + e^{dt}."""
    pairs = zip(_exponential_coefficients(c, length), _exponential_coefficients(d, length), strict=True)
    return acb_series([acb(rational_ball(p + q)) for p, q in pairs])
