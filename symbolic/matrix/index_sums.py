"""Substitution and Taylor expansion inside contractions that have no matrix notation."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from symbolic.matrix.canonical import canonical_form
from symbolic.matrix.expression import Elementwise, Expression, IndexSum, Symbol
from symbolic.matrix.operations import substitute
from symbolic.matrix.read_back import read_back
from symbolic.matrix.tensor_sum import Entry, TensorSum, as_applied, contract, single

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from symbolic.matrix.contraction import Contraction, Label


def substituted(expression: IndexSum, values: dict[Symbol, Expression]) -> Expression:
    """Return the index sum with symbols replaced by expressions of the same shapes."""

    def form_of(label: Label) -> TensorSum:
        return canonical_form(substitute(node_expression(label), values))

    return read_back(with_nodes(expression, [form_of(label) for label, _ in expression.contraction.nodes]))


def node_expression(label: Label) -> Expression:
    """Return a node as an expression: a symbol, or a function of its argument with all slots numbering rows."""
    if isinstance(label, Entry):
        return Symbol(label.name, *label.shape, label.structure)
    applied = as_applied(label)
    return Elementwise(applied.function, applied.order, read_back(applied.argument))


def with_nodes(expression: IndexSum, forms: Sequence[TensorSum]) -> TensorSum:
    """Return the contraction with its nodes replaced by the given forms, in order."""
    term: Contraction = expression.contraction
    everything = list(range(len(term.dims)))
    names = [str(v) for v in everything]
    operands = [(single(term.dims, (), everything, ()), names)]
    for (label, slots), form in zip(term.nodes, forms, strict=True):
        on = [names[v] for v in slots]
        diagonal = isinstance(label, Entry) and label.structure == "diagonal"
        operands.append((form, on * 2 if diagonal else on))
    return contract(operands, [names[v] for v in term.rows], [names[v] for v in term.cols])


def expanded(expression: IndexSum, series_of: Callable[[Expression], list[TensorSum]]) -> list[TensorSum]:
    """Return the power series of the contraction from the power series of its nodes."""
    series = [series_of(node_expression(label)) for label, _ in expression.contraction.nodes]
    order = max((len(s) for s in series), default=1) - 1
    result = [TensorSum(expression.shape, ())] * (order + 1)
    for degrees in product(range(order + 1), repeat=len(series)):
        forms = [s[d] for s, d in zip(series, degrees, strict=True)]
        if sum(degrees) <= order and not any(form.is_zero for form in forms):
            result[sum(degrees)] = result[sum(degrees)] + with_nodes(expression, forms)
    return result
