"""Values of trees on a grid 0, h, 2h, …: exponentials of polynomials of degree ≤ 2 are advanced by multiplication.

exp(αk² + βk + γ) satisfies E(k+1) = E(k)·R(k), R(k+1) = R(k)·e^{2α}: two products a node instead of a fresh
exponential. tanh, sigmoid, sech, sinh, cosh and softplus of such arguments follow from E by field operations.
"""

from __future__ import annotations

from typing import Any

from flint import acb, arb

from numeric.enclosures.ball_evaluation import evaluate, node_value
from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.polynomial_trees import polynomial_coefficients

_BY_EXPONENTIAL = {"exp": 1, "tanh": 2, "sigmoid": 1, "sech": 1, "sinh": 1, "cosh": 1, "softplus": 1}


class ExponentialSequence:
    """The sequence exp(αk² + βk + γ), k = 0, 1, 2, …, at the working precision of each step."""

    def __init__(self, alpha: Any, beta: Any, gamma: Any) -> None:
        self.value = gamma.exp()
        self._ratio = (alpha + beta).exp()
        self._second = None if alpha.is_zero() else (2 * alpha).exp()

    def advance(self) -> None:
        """Move from k to k + 1."""
        self.value = self.value * self._ratio
        if self._second is not None:
            self._ratio = self._ratio * self._second


class GridEvaluator:
    """Evaluates trees at z = 0, h, 2h, … in order; h may be negative.

    Args:
        expressions: Smooth trees.
        h: The exact step, an ``arb``.
    """

    def __init__(self, expressions: list[Expression], h: Any) -> None:
        self._h = h
        self._k = 0
        self._outputs = list(expressions)
        nodes: dict[Expression, None] = {}
        for expression in expressions:
            nodes.update(dict.fromkeys(expression.subexpressions()))
        self._sequences: dict[Expression, ExponentialSequence] = {}
        self._sequence_of: dict[Expression, ExponentialSequence] = {}
        self._rotations: dict[Expression, ExponentialSequence] = {}
        self._nodes = [node for node in nodes if not node.is_constant()]
        self._constants = {node: evaluate(node, arb(0)) for node in nodes if node.is_constant()}
        for node in self._nodes:
            if node.head in _BY_EXPONENTIAL or node.head in {"sin", "cos"}:
                self._prepare(node)

    def _prepare(self, node: Expression) -> None:
        argument = node.arguments[0]
        coefficients = polynomial_coefficients(argument)
        if coefficients is None or len(coefficients) > 3:
            return
        c, b, a = ([evaluate(k, arb(0)) for k in coefficients] + [arb(0), arb(0)])[:3]
        alpha, beta = a * self._h * self._h, b * self._h
        if node.head in {"sin", "cos"}:
            i = acb(0, 1)
            self._rotations.setdefault(argument, ExponentialSequence(i * alpha, i * beta, i * c))
        else:
            key = argument * _BY_EXPONENTIAL[node.head]
            scale = _BY_EXPONENTIAL[node.head]
            if key not in self._sequences:
                self._sequences[key] = ExponentialSequence(scale * alpha, scale * beta, scale * c)
            self._sequence_of[node] = self._sequences[key]

    def values(self) -> list[Any]:
        """Return the values of the trees at the present node."""
        point = self._k * self._h
        memo: dict[Expression, Any] = dict(self._constants)
        for node in self._nodes:
            memo[node] = self._node(node, memo, point)
        return [memo[output] for output in self._outputs]

    def advance(self) -> None:
        """Move to the next node, at the working precision in force."""
        self._k += 1
        for sequence in self._sequences.values():
            sequence.advance()
        for sequence in self._rotations.values():
            sequence.advance()

    def _node(self, node: Expression, memo: dict[Expression, Any], point: Any) -> Any:
        head = node.head
        if head in {"sin", "cos"} and node.arguments[0] in self._rotations:
            rotated = self._rotations[node.arguments[0]].value
            return rotated.imag if head == "sin" else rotated.real
        sequence = self._sequence_of.get(node)
        if sequence is not None:
            return _from_exponential(head, sequence.value, memo[node.arguments[0]])
        return node_value(node, [memo[a] for a in node.arguments], point, analytic=False)


def _from_exponential(head: str, e: Any, argument: Any) -> Any:
    """Return head(g) from e = exp(g), or from e = exp(2g) for tanh."""
    if head == "exp":
        return e
    if head == "tanh":
        return 1 - 2 / (1 + e)
    if head == "sigmoid":
        return 1 - 1 / (1 + e)
    if head == "softplus":
        return argument + (1 + 1 / e).log() if e > 1 else (1 + e).log()
    inverse = 1 / e
    if head == "sech":
        return 2 / (e + inverse)
    return (e - inverse) / 2 if head == "sinh" else (e + inverse) / 2
