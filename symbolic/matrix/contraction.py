"""Contractions: one product of matrix entries, summed over its bound indices, in canonical numbering.

``(A B.T)`` has the entry ``sum_j A[i,j] B[k,j]``: two nodes ``A`` and ``B`` on the indices ``i, j, k``, of which
``i`` and ``k`` are free (the legs) and ``j`` is bound. A word in noncommuting letters is a path of nodes from the
row leg to the column leg, a trace word is a cycle; reading a path backwards transposes the word, and where a
cycle is entered does not matter, so rotation and transposition of trace words are built in. An index may also be
shared by more than two nodes: then the contraction is a Hadamard product, a ``diag``, a row sum. The identity is
an index that is row leg and column leg at once, and the matrix of ones is two legs without a node.

Contractions that differ by the names of their indices are equal functions. Here each has one numbering: colours
are refined by the nodes an index meets, remaining ties are broken in every way, and the least result is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from symbolic.matrix.dimensions import Factor

Key = tuple[Any, ...]
Slots = tuple[int, ...]


class Label(Protocol):
    """What stands at a node: an entry of a matrix symbol, or a function applied to an entry."""

    @property
    def key(self) -> Key:
        """Return the label's place in the total order of labels."""
        ...

    @property
    def symmetries(self) -> tuple[Slots, ...]:
        """Return the permutations of the slots that leave the node's value unchanged, identity first."""
        ...


Node = tuple[Label, Slots]


def _dim_key(factor: Factor) -> tuple[int, str]:
    return (factor, "") if isinstance(factor, int) else (0, factor)


@dataclass(frozen=True)
class Contraction:
    """A product of entries in canonical numbering; make it with :func:`contraction`.

    Args:
        dims: The range of each index.
        nodes: Label and index numbers of each factor.
        rows: The indices that number the rows of the value, slowest first.
        cols: The same for its columns.
    """

    dims: tuple[Factor, ...]
    nodes: tuple[Node, ...]
    rows: Slots
    cols: Slots

    @cached_property
    def _hash(self) -> int:
        return hash((self.dims, self.nodes, self.rows, self.cols))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def key(self) -> Key:
        """Return the place in the total order: by degree, then node by node. The same under every hash seed."""
        return (
            len(self.nodes),
            len(self.dims),
            tuple((label.key, slots) for label, slots in self.nodes),
            tuple(map(_dim_key, self.dims)),
            self.rows,
            self.cols,
        )

    @cached_property
    def legs(self) -> frozenset[int]:
        """Return the free indices."""
        return frozenset(self.rows + self.cols)

    def components(self) -> list[tuple[list[int], list[Node]]]:
        """Return the connected pieces, as indices and nodes, in canonical order."""
        return _components(range(len(self.dims)), self.nodes)


def contraction(
    dims: Sequence[Factor], nodes: Iterable[Node], rows: Sequence[int], cols: Sequence[int]
) -> tuple[int, Contraction]:
    """Return an integer factor and the canonical contraction of which the given one is the multiple.

    A bound index that meets no node sums the number 1 over its range: if the range is a number it becomes the
    factor, and if it is a name it stays as an index without nodes, which stands for the dimension itself.
    """
    factor = 1
    legs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for side, indices in enumerate((rows, cols)):
        for position, v in enumerate(indices):
            legs[v].append((side, position))
    pieces = []
    for vertices, piece_nodes in _components(range(len(dims)), list(nodes)):
        if not piece_nodes and vertices[0] not in legs and isinstance(size := dims[vertices[0]], int):
            factor *= size
            continue
        local = {v: i for i, v in enumerate(vertices)}
        key, order, ordered = _canonical_piece(
            tuple(dims[v] for v in vertices),
            tuple((label, tuple(local[v] for v in slots)) for label, slots in piece_nodes),
            tuple(tuple(legs.get(v, ())) for v in vertices),
        )
        named = [(label, tuple(vertices[i] for i in slots)) for label, slots in ordered]
        pieces.append((key, [vertices[i] for i in order], named))
    pieces.sort(key=lambda piece: piece[0])
    number = {v: i for i, v in enumerate(v for _, order, _ in pieces for v in order)}
    canonical_nodes = tuple(
        (label, tuple(number[v] for v in slots)) for _, _, piece_nodes in pieces for label, slots in piece_nodes
    )
    return factor, Contraction(
        tuple(dims[v] for v in number),
        canonical_nodes,
        tuple(number[v] for v in rows),
        tuple(number[v] for v in cols),
    )


def _components(vertices: Iterable[int], nodes: Sequence[Node]) -> list[tuple[list[int], list[Node]]]:
    parent = {v: v for v in vertices}

    def root(v: int) -> int:
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    for _, slots in nodes:
        for v in slots[1:]:
            parent[root(v)] = root(slots[0])
    pieces: dict[int, tuple[list[int], list[Node]]] = {}
    for v in parent:
        pieces.setdefault(root(v), ([], []))[0].append(v)
    loose: list[tuple[list[int], list[Node]]] = []
    for node in nodes:
        if node[1]:
            pieces[root(node[1][0])][1].append(node)
        else:
            loose.append(([], [node]))
    return loose + list(pieces.values())


@lru_cache(maxsize=65536)
def _canonical_piece(
    dims: tuple[Factor, ...], nodes: tuple[Node, ...], legs: tuple[tuple[tuple[int, int], ...], ...]
) -> tuple[Key, list[int], list[Node]]:
    """Return the least key of one connected piece, its indices in that order, and its nodes in that order."""
    vertices = range(len(dims))
    ranks = {key: i for i, key in enumerate(sorted({label.key for label, _ in nodes}))}
    incident: dict[int, list[tuple[int, Label, Slots]]] = {v: [] for v in vertices}
    for label, slots in nodes:
        for v in sorted(set(slots)):
            incident[v].append((ranks[label.key], label, slots))
    start = {v: (_dim_key(dims[v]), legs[v]) for v in vertices}
    found: list[tuple[Key, list[int], list[Node]]] = []
    pending = [_refine(_ranked(start), incident)]
    while pending:
        colour = pending.pop()
        cells = defaultdict(list)
        for v in vertices:
            cells[colour[v]].append(v)
        tied = next((cells[c] for c in sorted(cells) if len(cells[c]) > 1), None)
        if tied is not None:
            # An index singled out among its equals: every choice is tried, so the least result is canonical.
            pending += [_refine({v: 2 * c + (v != chosen) for v, c in colour.items()}, incident) for chosen in tied]
            continue
        order = sorted(vertices, key=lambda v: colour[v])
        place = {v: i for i, v in enumerate(order)}
        ordered = sorted(
            (
                (ranks[label.key], min(tuple(place[slots[i]] for i in p) for p in label.symmetries), label)
                for label, slots in nodes
            ),
            key=lambda item: item[:2],
        )
        key = (
            len(nodes),
            len(vertices),
            tuple((label.key, slots) for _, slots, label in ordered),
            tuple(_dim_key(dims[v]) for v in order),
            tuple(legs[v] for v in order),
        )
        found.append((key, order, [(label, tuple(order[i] for i in slots)) for _, slots, label in ordered]))
    return min(found, key=lambda piece: piece[0])


def _ranked(colour: dict[int, Any]) -> dict[int, int]:
    ranks = {c: i for i, c in enumerate(sorted(set(colour.values())))}
    return {v: ranks[c] for v, c in colour.items()}


def _refine(colour: dict[int, int], incident: dict[int, list[tuple[int, Label, Slots]]]) -> dict[int, int]:
    """Return the coarsest refinement of the colours in which equal colours meet equal nodes."""
    count = len(set(colour.values()))
    while True:
        signature = {
            v: (
                colour[v],
                tuple(
                    sorted(
                        (
                            rank,
                            min(tuple((colour[slots[i]], slots[i] == v) for i in p) for p in label.symmetries),
                        )
                        for rank, label, slots in incident[v]
                    )
                ),
            )
            for v in colour
        }
        colour = _ranked(signature)
        refined = len(set(colour.values()))
        if refined == count:
            return colour
        count = refined
