"""Rewriting with side relations such as ``U.T*U = I`` or ``X*X.T*U = U*D``.

A relation ``left = right`` replaces its greatest term wherever that occurs as part of a contraction: its nodes are
found, its bound indices meet nothing else, and the rest of the relation is put in its place. Contractions do not
know rows from columns, so a relation is applied to its transpose as well, and inside traces at any rotation.

Rewriting ends: contractions are ordered by the number of their nodes and then by the multiset of their names, an
order that a common context does not disturb, and a relation is refused unless all its other terms are below the
greatest one. The result is equal to the start whenever the relations hold. It need not be unique: that the
relations leave two expressions different proves nothing (see :mod:`symbolic.matrix.proving`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from symbolic.matrix.canonical import canonical_form
from symbolic.matrix.dimensions import ShapeError
from symbolic.matrix.factoring import factored
from symbolic.matrix.read_back import read_back
from symbolic.matrix.tensor_sum import Applied, Entry, TensorSum, applied, collected, contract, labels, single

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symbolic.matrix.contraction import Contraction, Node
    from symbolic.matrix.expression import Expression


class RelationError(ValueError):
    """A relation cannot be used for rewriting."""


@dataclass(frozen=True)
class Relation:
    """An equality between matrix expressions that is assumed to hold.

    Args:
        left: One side.
        right: The other side, of the same shape.

    Raises:
        ShapeError: If the shapes differ.
        RelationError: If no term is above all others, as in ``A*B = B*A``, or if the greatest term leaves a row or
            column free of nodes.

    Example:
        >>> from symbolic.matrix.symbols import identity, matrix
        >>> U = matrix("U", "m", "k")
        >>> print(rewrite(U.T * U * U.T, [Relation(U.T * U, identity("k"))]))
        U.T
    """

    left: Expression
    right: Expression

    def __post_init__(self) -> None:
        if self.left.shape != self.right.shape:
            raise ShapeError(
                f"relation {self}", f"{self.left} is {self.left.shape} but {self.right} is {self.right.shape}"
            )
        _ = self.pattern

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"

    def to_latex(self) -> str:
        """Return the equation in LaTeX."""
        return f"{self.left.to_latex()} = {self.right.to_latex()}"

    @cached_property
    def pattern(self) -> tuple[Contraction, TensorSum]:
        """Return the greatest term of the relation and what replaces it."""
        difference = canonical_form(self.left) - canonical_form(self.right)
        if any(isinstance(label, Applied) for label in labels(difference)):
            raise RelationError(f"relation {self}: opaque functions are not allowed in a relation")
        if difference.is_zero:
            raise RelationError(f"relation {self}: both sides are the same")
        ranked = sorted(difference.terms, key=lambda item: _measure(item[0]))
        greatest, c = ranked[-1]
        if len(ranked) > 1 and _measure(ranked[-2][0]) == _measure(greatest):
            raise RelationError(
                f"relation {self}: no term is greater than the others in number of factors or in their names, "
                "so rewriting need not end"
            )
        meeting = {v for _, slots in greatest.nodes for v in slots}
        if not greatest.nodes or len(meeting) < len(greatest.dims):
            raise RelationError(f"relation {self}: the greatest term has an index that meets no factor")
        rest = collected(difference.shape, [(t, -d / c) for t, d in ranked[:-1]])
        return greatest, rest


def rewrite(expression: Expression, relations: Sequence[Relation]) -> Expression:
    """Return an expression equal to the given one modulo the relations, to which none of them applies.

    Args:
        expression: Any expression.
        relations: The relations, tried in this order.

    Returns:
        A normal form; it depends on the order of the relations if they do not determine one.
    """
    return factored(read_back(rewritten(canonical_form(expression), relations)))


def rewritten(form: TensorSum, relations: Sequence[Relation]) -> TensorSum:
    """Return the canonical form after rewriting until no relation applies."""
    done: dict[Contraction, Fraction] = {}
    pending = list(form.terms)
    while pending:
        term, c = pending.pop()
        replaced = next((r for relation in relations if (r := _replaced_once(term, relation)) is not None), None)
        if replaced is None:
            done[term] = done.get(term, Fraction(0)) + c
        else:
            pending += [(t, c * d) for t, d in replaced.terms]
    return collected(form.shape, done.items())


def _replaced_once(term: Contraction, relation: Relation) -> TensorSum | None:
    for i, (label, slots) in enumerate(term.nodes):
        if isinstance(label, Applied):
            argument = rewritten(label.argument, [relation])
            if argument != label.argument:
                # The legs of the argument stand on the slots, so the rewritten one may have fewer of them.
                node = applied(label.function, label.order, argument, slots)
                nodes = [*term.nodes[:i], node, *term.nodes[i + 1 :]]
                return single(term.dims, nodes, term.rows, term.cols)
    pattern, rest = relation.pattern
    found = next(_occurrences(pattern, term), None)
    if found is None:
        return None
    used, where = found
    inner = {where[v] for v in range(len(pattern.dims)) if v not in pattern.legs}
    kept = [v for v in range(len(term.dims)) if v not in inner]
    number = {v: i for i, v in enumerate(kept)}
    nodes = [(label, tuple(number[v] for v in slots)) for i, (label, slots) in enumerate(term.nodes) if i not in used]
    bare = single([term.dims[v] for v in kept], nodes, range(len(kept)), ())
    names = {v: str(v) for v in kept}
    legs = [names[where[v]] for v in pattern.rows + pattern.cols]
    return contract(
        [(bare, list(names.values())), (rest, legs)],
        [names[v] for v in term.rows],
        [names[v] for v in term.cols],
    )


def _occurrences(pattern: Contraction, term: Contraction) -> Iterator[tuple[set[int], dict[int, int]]]:
    """Yield where a pattern occurs: the nodes of the term it uses, and the term's index for each of its own."""
    degree = Counter(v for _, slots in term.nodes for v in slots)
    own = Counter(v for _, slots in pattern.nodes for v in slots)

    def fits(v: int, at: int, where: dict[int, int]) -> bool:
        if where.get(v, at) != at:
            return False
        if v in pattern.legs:
            return at not in {w for u, w in where.items() if u not in pattern.legs}
        # A bound index must be summed over with the pattern's nodes alone, and stand for no other index.
        alone = degree[at] == own[v] and at not in term.legs
        return alone and at not in {w for u, w in where.items() if u != v}

    def search(position: int, used: set[int], where: dict[int, int]) -> Iterator[tuple[set[int], dict[int, int]]]:
        if position == len(pattern.nodes):
            yield used, where
            return
        for i, slots in _candidates(pattern.nodes[position], term.nodes):
            extended = dict(where)
            for v, at in zip(pattern.nodes[position][1], slots, strict=True):
                if not fits(v, at, extended):
                    break
                extended[v] = at
            else:
                if i not in used:
                    yield from search(position + 1, used | {i}, extended)

    return search(0, set(), {})


def _candidates(wanted: Node, nodes: Sequence[Node]) -> Iterator[tuple[int, tuple[int, ...]]]:
    for i, (label, slots) in enumerate(nodes):
        if label.key == wanted[0].key:
            for permutation in label.symmetries:
                yield i, tuple(slots[j] for j in permutation)


def _measure(term: Contraction) -> tuple[int, list[str]]:
    names = sorted((label.name for label, _ in term.nodes if isinstance(label, Entry)), reverse=True)
    return len(names), names
