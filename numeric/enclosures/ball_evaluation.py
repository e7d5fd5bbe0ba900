"""Values of expression trees: on real balls, on complex balls (honouring `analytic`), and as power series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import acb, acb_series, arb, arb_series

from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import rational_ball


def evaluate(expression: Expression, point: Any, *, analytic: bool = False) -> Any:
    """Return a ball that contains the values of the tree on the ball ``point``.

    Args:
        expression: The tree. On complex balls it must have no kinked head (split it into pieces first).
        point: An ``arb`` or ``acb``.
        analytic: On complex balls: return a non-finite ball unless the tree is proved analytic on ``point``.

    Returns:
        An ``arb`` for an ``arb`` (non-finite where the real function is not defined), an ``acb`` for an ``acb``.

    Example:
        >>> from flint import arb
        >>> from numeric.enclosures.ball_expression import Z
        >>> evaluate(1 / (1 + Z**2), arb(2)).overlaps(arb("0.2"))
        True
    """
    return evaluate_many([expression], point, analytic=analytic)[0]


def evaluate_many(expressions: Sequence[Expression], point: Any, *, analytic: bool = False) -> list[Any]:
    """Return the values of several trees on one ball; equal subtrees are evaluated once."""
    memo: dict[Expression, Any] = {}
    return [_value(expression, point, analytic, memo) for expression in expressions]


def _value(node: Expression, point: Any, analytic: bool, memo: dict[Expression, Any]) -> Any:  # noqa: FBT001 - hot path
    found = memo.get(node)
    if found is None:
        arguments = [_value(argument, point, analytic, memo) for argument in node.arguments]
        found = memo[node] = node_value(node, arguments, point, analytic=analytic)
    return found


def node_value(node: Expression, arguments: list[Any], point: Any, *, analytic: bool) -> Any:
    """Return the value of one node from the values of its ``arguments``."""
    head = node.head
    if head == "z":
        return point
    if head in _CONSTANTS:
        return _CONSTANTS[head](node)
    if head == "add":
        return _accumulate(arguments, lambda total, value: total + value)
    if head == "mul":
        return _accumulate(arguments, lambda total, value: total * value)
    g = arguments[0]
    if head == "pow":
        return ball_power(g, node.value, analytic=analytic)
    return (_COMPLEX if isinstance(g, acb) else _REAL)[head](g, analytic)


def _accumulate(values: list[Any], operation: Callable[[Any, Any], Any]) -> Any:
    total = values[0]
    for value in values[1:]:
        total = operation(total, value)
    return total


def ball_power(base: Any, exponent: Fraction, *, analytic: bool = False) -> Any:
    """Return base**exponent on balls: products for an integer exponent, the principal branch otherwise."""
    if exponent.denominator == 1:
        positive = integer_power(base, abs(int(exponent)))
        return 1 / positive if exponent < 0 else positive
    if exponent.denominator == 2:
        root = base.sqrt(analytic=analytic) if isinstance(base, acb) else base.sqrt()
        return ball_power(root, Fraction(exponent.numerator))
    if isinstance(base, acb):
        return base.pow(acb(rational_ball(exponent)), analytic=analytic)
    return (base.log() * rational_ball(exponent)).exp()


def integer_power(base: Any, exponent: int) -> Any:
    """Return base**exponent, exponent ≥ 1, by repeated squaring (python-flint's ** is NaN on balls around 0)."""
    if exponent % 2 == 0 and isinstance(base, arb) and base.rel_accuracy_bits() < 8:
        # A wide ball: the power of its ends is tighter than ball products, and is known not to be negative.
        return arb(0).max(base.abs_lower() ** exponent).union(base.abs_upper() ** exponent)
    result = None
    while exponent:
        if exponent & 1:
            result = base if result is None else result * base
        exponent >>= 1
        if exponent:
            base = base * base
    return result


def _atan(g: Any, analytic: bool) -> Any:  # noqa: FBT001 - the shape of every entry of the table
    if analytic:
        # The cuts of atan are {iy : |y| ≥ 1}, which is where 1 + g² ≤ 0.
        square = 1 + g * g
        if not (square.real > 0 or not square.imag.contains(0)):
            return acb("nan")
    return g.atan()


def _heaviside(g: Any, _: bool) -> Any:  # noqa: FBT001 - an entry of the table
    if g > 0:
        return arb(1)
    if g < 0:
        return arb(0)
    return arb(0).union(arb(1))


def _relu(g: Any, _: bool) -> Any:  # noqa: FBT001 - an entry of the table
    if g > 0:
        return g
    if g < 0:
        return arb(0)
    return arb(0).union(arb(g.upper()).max(arb(0)))


def _sigmoid_real(g: Any, _: bool) -> Any:  # noqa: FBT001 - an entry of the table
    if g.is_finite() and g.rad() > 1:
        # A wide ball: exp of it may reach -1 by rounding alone; sigmoid is increasing, so its ends are enough.
        return (1 / (1 + (-g.lower()).exp())).union(1 / (1 + (-g.upper()).exp()))
    return 1 / (1 + (-g).exp())


def _softplus_real(g: Any, _: bool) -> Any:  # noqa: FBT001 - an entry of the table
    # For large g the exponential only adds a small correction to g; both forms are the same function.
    return g + (1 + (-g).exp()).log() if g > 0 else (1 + g.exp()).log()


def _kinked_on_complex(g: Any, _: bool) -> Any:  # noqa: FBT001 - an entry of the table
    raise TypeError(f"evaluate: a kinked head has no analytic value on {g}; split the tree into smooth pieces first")


_CONSTANTS: dict[str, Callable[[Expression], Any]] = {
    "rational": lambda node: rational_ball(node.value),
    "pi": lambda _: arb.pi(),
    "e": lambda _: arb.const_e(),
}
_ENTIRE: dict[str, Callable[[Any, bool], Any]] = {
    "exp": lambda g, _: g.exp(),
    "sin": lambda g, _: g.sin(),
    "cos": lambda g, _: g.cos(),
    "tan": lambda g, _: g.tan(),
    "sinh": lambda g, _: g.sinh(),
    "cosh": lambda g, _: g.cosh(),
    "tanh": lambda g, _: g.tanh(),
    "sech": lambda g, _: g.sech(),
    "sigmoid": lambda g, _: 1 / (1 + (-g).exp()),
    "erf": lambda g, _: g.erf(),
    "erfc": lambda g, _: g.erfc(),
}
_REAL: dict[str, Callable[[Any, bool], Any]] = {
    **_ENTIRE,
    "log": lambda g, _: g.log(),
    "atan": lambda g, _: g.atan(),
    "sigmoid": _sigmoid_real,
    "softplus": _softplus_real,
    "abs": lambda g, _: abs(g),
    "sign": lambda g, _: g.sgn(),
    "heaviside": _heaviside,
    "relu": _relu,
}
_COMPLEX: dict[str, Callable[[Any, bool], Any]] = {
    **_ENTIRE,
    "log": lambda g, analytic: g.log(analytic=analytic),
    "atan": _atan,
    "softplus": lambda g, analytic: (1 + g.exp()).log(analytic=analytic),
    **dict.fromkeys(("abs", "sign", "heaviside", "relu"), _kinked_on_complex),
}


def evaluate_series(expressions: Sequence[Expression], centre: Any) -> list[Any]:
    """Return the Taylor series of smooth trees about ``centre``, to the length set by ``series_length``.

    Args:
        expressions: Trees without kinked heads.
        centre: An ``arb`` (gives ``arb_series``) or an ``acb`` (gives ``acb_series``).

    Returns:
        One series a tree; coefficients are non-finite where the tree has no such expansion.

    Example:
        >>> from flint import arb
        >>> from numeric.enclosures.balls import series_length
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> with series_length(4):
        ...     (s,) = evaluate_series([apply("tanh", Z)], arb(0))
        >>> bool(abs(s[3] + arb(1) / 3) < 1e-10)
        True
    """
    series = acb_series if isinstance(centre, acb) else arb_series
    variable = series([centre, 1])
    memo: dict[Expression, Any] = {}
    for expression in expressions:
        for node in expression.subexpressions():
            if node not in memo:
                memo[node] = _series_node(node, [memo[argument] for argument in node.arguments], variable, series)
    return [memo[expression] for expression in expressions]


def _series_node(node: Expression, arguments: list[Any], variable: Any, series: Any) -> Any:
    head = node.head
    if head == "z":
        return variable
    if head in _CONSTANTS:
        return series([_CONSTANTS[head](node)])
    if head == "add":
        return _accumulate(arguments, lambda total, value: total + value)
    if head == "mul":
        return _accumulate(arguments, lambda total, value: total * value)
    g = arguments[0]
    if head == "pow":
        return _series_power(g, node.value, series)
    if head not in _SERIES:
        raise TypeError(f"evaluate_series: {head} has a kink; split the tree into smooth pieces first")
    return _SERIES[head](g)


def _series_power(base: Any, exponent: Fraction, series: Any) -> Any:
    if exponent.denominator == 1:
        positive = integer_power(base, abs(int(exponent)))
        return 1 / positive if exponent < 0 else positive
    if exponent.denominator == 2:
        return _series_power(base.sqrt(), Fraction(exponent.numerator), series)
    return (base.log() * series([rational_ball(exponent)])).exp()


_SERIES: dict[str, Callable[[Any], Any]] = {
    "exp": lambda g: g.exp(),
    "log": lambda g: g.log(),
    "sin": lambda g: g.sin(),
    "cos": lambda g: g.cos(),
    "tan": lambda g: g.tan(),
    "sinh": lambda g: (g.exp() - (-g).exp()) / 2,
    "cosh": lambda g: (g.exp() + (-g).exp()) / 2,
    "tanh": lambda g: 1 - 2 / (1 + (2 * g).exp()),
    "sech": lambda g: 2 / (g.exp() + (-g).exp()),
    "sigmoid": lambda g: 1 / (1 + (-g).exp()),
    "erf": lambda g: g.erf(),
    "erfc": lambda g: g.erfc(),
    "atan": lambda g: g.atan(),
    "softplus": lambda g: (1 + g.exp()).log(),
}
