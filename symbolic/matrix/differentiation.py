"""Derivatives of canonical forms by the product rule and the chain rule, node by node.

Also, by a separate way that does not use the product rule, the Taylor coefficients of a form in a scalar ``t``:
the one checks the other at every step of a derivation.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING

from symbolic.matrix.canonical import elementwise_form, leg_names, transpose_form
from symbolic.matrix.dimensions import Dimension, Shape
from symbolic.matrix.tensor_sum import Applied, Entry, TensorSum, collected, constant, contract, single

if TYPE_CHECKING:
    from symbolic.matrix.contraction import Contraction, Node
    from symbolic.matrix.expression import Symbol


def derivative_form(form: TensorSum, directions: dict[str, TensorSum]) -> TensorSum:
    """Return the Fréchet derivative of a form in the directions given for the symbols of these names.

    Each occurrence of a symbol is replaced by its direction in turn (product rule); at a function the
    derivative of the function is multiplied by the derivative of its argument (chain rule).
    """

    def of_term(term: Contraction) -> TensorSum:
        total = TensorSum(form.shape, ())
        for i, (label, slots) in enumerate(term.nodes):
            others = [node for j, node in enumerate(term.nodes) if j != i]
            if isinstance(label, Entry) and label.name in directions:
                inserted = _on_slots(directions[label.name], label)
                total += _with_inserted(term, others, inserted, slots)
            elif isinstance(label, Applied):
                inserted = derivative_form(label.argument, directions)
                outer = (Applied(label.function, label.order + 1, label.argument, label.symmetries), slots)
                total += _with_inserted(term, [*others, outer], inserted, slots)
        return total

    return form.expanded(of_term)


def _on_slots(direction: TensorSum, label: Entry) -> TensorSum:
    """Return a direction with its legs in the order of the slots of the symbol it replaces, all as rows."""
    rows, cols = leg_names(direction)
    if label.structure == "diagonal":
        return contract([(direction, rows + rows)], rows)
    return contract([(direction, rows + cols)], rows + cols)


def _with_inserted(term: Contraction, nodes: list[Node], inserted: TensorSum, slots: tuple[int, ...]) -> TensorSum:
    """Return the contraction of ``nodes`` with ``inserted`` standing on ``slots``, legs as in ``term``."""
    everything = list(range(len(term.dims)))
    names = [str(v) for v in everything]
    # The bare nodes, every index a leg: summing over the bound ones is then left to the contraction.
    bare = single(term.dims, nodes, everything, ())
    rows, cols = [names[v] for v in term.rows], [names[v] for v in term.cols]
    return contract([(bare, names), (inserted, [names[v] for v in slots])], rows, cols)


def factor_of_direction(form: TensorSum, symbol: Symbol) -> TensorSum:
    """Return the matrix M with ``form = inner(M, symbol)``, for a scalar form linear in a symbol.

    The node of the symbol is taken out and its slots become the legs. For a symmetric symbol the symmetric part
    is returned; for a diagonal one the result is diagonal.
    """
    rows = len(symbol.rows.factors)
    total = TensorSum(symbol.shape, ())
    for term, c in form.terms:
        nodes, slots = without_node(term, symbol)
        legs = (slots, slots) if symbol.structure == "diagonal" else (slots[:rows], slots[rows:])
        total += single(term.dims, nodes, *legs).scaled(c)
    if symbol.structure == "symmetric":
        total = (total + transpose_form(total)).scaled(Fraction(1, 2))
    return total


def without_node(term: Contraction, symbol: Symbol) -> tuple[list[Node], tuple[int, ...]]:
    """Return the nodes of a term other than its one node of ``symbol``, and the slots of that node."""
    found = [i for i, (label, _) in enumerate(term.nodes) if isinstance(label, Entry) and label.name == symbol.name]
    assert len(found) == 1, "the form is not linear in the symbol"
    return [node for i, node in enumerate(term.nodes) if i != found[0]], term.nodes[found[0]][1]


def taylor_coefficients(form: TensorSum, parameter: str, order: int) -> list[TensorSum]:
    """Return the coefficients of ``t**0, ..., t**order`` of a form that contains the scalar ``t``.

    Powers of ``t`` are counted, and a function of ``a + r`` with ``r`` divisible by ``t`` is replaced by its Taylor
    polynomial ``sum f^(j)(a) r**j / j!``: no rule of differentiation is used.

    Args:
        form: Any form.
        parameter: The name of the scalar symbol ``t``.
        order: The highest power wanted.
    """
    coefficients = [TensorSum(form.shape, ()) for _ in range(order + 1)]
    for term, c in form.terms:
        for degree, coefficient in enumerate(_taylor_term(term, parameter, order)):
            coefficients[degree] += coefficient.scaled(c)
    return coefficients


def _taylor_term(term: Contraction, parameter: str, order: int) -> list[TensorSum]:
    everything = list(range(len(term.dims)))
    names = [str(v) for v in everything]
    powers = sum(1 for label, _ in term.nodes if isinstance(label, Entry) and label.name == parameter)
    plain = [
        node
        for node in term.nodes
        if isinstance(node[0], Applied) or (isinstance(node[0], Entry) and node[0].name != parameter)
    ]
    fixed = [node for node in plain if isinstance(node[0], Entry)]
    rows, cols = [names[v] for v in term.rows], [names[v] for v in term.cols]
    empty = TensorSum(Shape(*(Dimension(tuple(term.dims[v] for v in s)) for s in (term.rows, term.cols))), ())
    series = [empty] * (order + 1)
    if powers > order:
        return series
    # Series of the product of the nodes, every index a leg until the end.
    legs = single(term.dims, fixed, everything, ())
    current = [legs if degree == powers else TensorSum(legs.shape, ()) for degree in range(order + 1)]
    for label, slots in plain:
        if not isinstance(label, Applied):
            continue
        factor = _taylor_applied(label, parameter, order)
        where = [names[v] for v in slots]
        current = [
            collected(
                legs.shape,
                [
                    item
                    for i in range(degree + 1)
                    for item in contract([(current[i], names), (factor[degree - i], where)], names).terms
                ],
            )
            for degree in range(order + 1)
        ]
    return [contract([(coefficient, names)], rows, cols) for coefficient in current]


def _taylor_applied(label: Applied, parameter: str, order: int) -> list[TensorSum]:
    """Return the Taylor coefficients of a function at an argument that depends on ``t``, slots as rows."""
    argument = taylor_coefficients(label.argument, parameter, order)
    count = len(label.argument.shape.rows.factors)
    names = [str(i) for i in range(count)]
    dims = label.argument.shape.rows.factors
    result = [TensorSum(label.argument.shape, ())] * (order + 1)
    # power[d] is the coefficient of t**d of the j-th power of the part of the argument divisible by t.
    unit = contract([(constant(Fraction(1)), [])], names, (), dict(zip(names, dims, strict=True)))
    power = [unit if degree == 0 else TensorSum(unit.shape, ()) for degree in range(order + 1)]
    for j in range(order + 1):
        outer = elementwise_form(label.function, label.order + j, argument[0])
        for degree in range(order + 1):
            term = contract([(outer, names), (power[degree], names)], names)
            result[degree] = result[degree] + term.scaled(Fraction(1, factorial(j)))
        power = [
            collected(
                unit.shape,
                [
                    item
                    for i in range(degree)
                    for item in contract([(power[i], names), (argument[degree - i], names)], names).terms
                ],
            )
            for degree in range(order + 1)
        ]
    return result
