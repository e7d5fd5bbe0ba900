"""Derivatives of canonical forms by the product rule and the chain rule, node by node."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.matrix.canonical import leg_names, transpose_form
from symbolic.matrix.tensor_sum import Applied, Entry, TensorSum, contract, single

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
    if len(found) != 1:
        raise ValueError(f"{symbol}: occurs {len(found)} times in a term that should be linear in it")
    return [node for i, node in enumerate(term.nodes) if i != found[0]], term.nodes[found[0]][1]
