"""From canonical forms back to matrix notation.

A contraction is a graph: its indices are the vertices, a matrix entry is an edge. Bound indices are eliminated
one after the other: an index between two edges is a matrix product, the end of a single edge is a product with
a vector, parallel edges are a Hadamard product, a loop is a ``diag``. What is left is a matrix between the row
leg and the column leg. A graph that does not reduce in this way (four indices, every two joined) has no matrix
notation and is returned as an :class:`~symbolic.matrix.expression.IndexSum`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.matrix.arithmetic import add, multiply, power
from symbolic.matrix.canonical import canonical_form
from symbolic.matrix.dimensions import Dimension
from symbolic.matrix.expression import Elementwise, Expression, IndexSum, Number, Product, Size, Symbol, transposes
from symbolic.matrix.operations import diag, hadamard, inner, kronecker, norm2, trace, vec
from symbolic.matrix.symbols import commutation, identity, ones, zeros
from symbolic.matrix.tensor_sum import Applied, Entry, TensorSum, as_applied, as_entry, collected, contract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symbolic.matrix.contraction import Contraction, Node
    from symbolic.matrix.dimensions import Shape


class NoMatrixNotationError(ValueError):
    """A contraction is not a matrix product, Hadamard product, diag or trace of anything."""


def read_back(form: TensorSum) -> Expression:
    """Return an expression with the given canonical form, each term checked before it is returned."""
    terms = [multiply(Number(c), _notation(term, form.shape)) for term, c in reversed(form.terms)]
    return add(*sorted(terms, key=_is_subtracted)) if terms else zeros(*form.shape)


def _notation(term: Contraction, shape: Shape) -> Expression:
    """Return matrix notation for a contraction if there is one and it says the same, else its indices."""
    try:
        found = _Graph(term).expression()
    except NoMatrixNotationError:
        return IndexSum(term, shape)
    same = canonical_form(found) == collected(shape, [(term, Fraction(1))])
    return found if same else IndexSum(term, shape)


def _is_subtracted(term: Expression) -> bool:
    return (isinstance(term, Product) and term.coefficient < 0) or (isinstance(term, Number) and term.value < 0)


class _Graph:
    """The edges and vertex weights of one contraction, reduced step by step."""

    def __init__(self, term: Contraction) -> None:
        self.term = term
        self.dims = term.dims
        self.scalars: list[Expression] = []
        self.weights: dict[int, list[Expression]] = {v: [] for v in range(len(term.dims))}
        self.edges: list[tuple[int, int, Expression]] = []
        for vertices, nodes in term.components():
            cycle = _trace_word(vertices, nodes) if not term.legs.intersection(vertices) else None
            if cycle is None:
                for node in nodes:
                    self._place(*_node_expression(node))
            else:
                self.scalars.append(cycle)
                for v in vertices:
                    self.weights.pop(v)
        self.bound = [v for v in self.weights if v not in term.legs]

    def expression(self) -> Expression:
        """Return the contraction in matrix notation."""
        while self._merge_parallel() or self._eliminate():
            pass
        core = self._between(list(self.term.rows), list(self.term.cols))
        return multiply(*_powers(self.scalars), core)

    def _place(self, expression: Expression, slots: Sequence[int]) -> None:
        if not slots:
            self.scalars.append(expression)
        elif len(slots) == 1:
            self.weights[slots[0]].append(expression)
        elif slots[0] == slots[1]:
            self.weights[slots[0]].append(diag(expression))
        else:
            self.edges.append((slots[0], slots[1], expression))

    def _at(self, v: int) -> list[tuple[int, int, Expression]]:
        return [edge for edge in self.edges if v in edge[:2]]

    def _weight(self, v: int) -> Expression | None:
        """Return the entries on one index as a column vector."""
        return hadamard(*self.weights[v]) if self.weights[v] else None

    def _diagonal(self, v: int) -> tuple[Expression, ...]:
        """Return the entries on one index as a product of diagonal matrices."""
        own = [d for w in self.weights[v] if isinstance(d := diag(w), Symbol)]
        other = [w for w in self.weights[v] if not isinstance(diag(w), Symbol)]
        return (*own, *([diag(hadamard(*other))] if other else []))

    def _eliminate(self) -> bool:
        """Sum over one bound index that meets at most two edges."""
        for count in (2, 1, 0):
            for v in self.bound:
                edges = self._at(v)
                if len(edges) == count:
                    self.edges = [edge for edge in self.edges if edge not in edges]
                    self.bound.remove(v)
                    self._sum_over(v, edges)
                    del self.weights[v]
                    return True
        return False

    def _sum_over(self, v: int, edges: list[tuple[int, int, Expression]]) -> None:
        weight, diagonal = self._weight(v), self._diagonal(v)
        if len(edges) == 2:
            (u, left), (w, right) = _ending(edges[0], v), _beginning(edges[1], v)
            if _wants_turn(left, right):
                (u, left), (w, right) = _ending(edges[1], v), _beginning(edges[0], v)
            self._place(multiply(left, *diagonal, right), (u, w))
        elif len(edges) == 1:
            u, left = _ending(edges[0], v)
            self.weights[u].append(multiply(left, weight or ones(Dimension((self.dims[v],)))))
        elif weight is None:
            self.scalars.append(Size(Dimension((self.dims[v],))))
        elif all(isinstance(d, Symbol) for d in diagonal):
            self.scalars.append(trace(multiply(*diagonal)))
        elif len(self.weights[v]) == 1:
            self.scalars.append(multiply(ones(Dimension((self.dims[v],))).T, weight))
        else:
            first, *rest = self.weights[v]
            self.scalars.append(norm2(first) if rest == [first] else multiply(first.T, hadamard(*rest)))

    def _merge_parallel(self) -> bool:
        """Make one edge of two parallel ones; if nothing else meets their ends, an inner product."""
        for i, (u, v, first) in enumerate(self.edges):
            for edge in self.edges[i + 1 :]:
                if {u, v} == set(edge[:2]):
                    second = edge[2] if edge[0] == u else edge[2].T
                    if u in self.bound and v in self.bound and len(self._at(u)) == len(self._at(v)) == 2:
                        self._close(u, v, first, second)
                        return True
                    self.edges = [e for e in self.edges if e is not edge]
                    turned = (v, u, hadamard(first.T, second.T))
                    self.edges[i] = turned if _wants_turn(first, second) else (u, v, hadamard(first, second))
                    return True
        return False

    def _close(self, u: int, v: int, first: Expression, second: Expression) -> None:
        """Sum over both ends of two parallel edges that nothing else meets."""
        weighted = multiply(*self._diagonal(u), second, *self._diagonal(v))
        self.scalars.append(norm2(first) if first == weighted else inner(first, weighted))
        self.edges = [edge for edge in self.edges if u not in edge[:2]]
        for index in (u, v):
            self.bound.remove(index)
            del self.weights[index]

    def _between(self, rows: list[int], cols: list[int]) -> Expression:
        """Return what is left between the legs, as a matrix."""
        if len(rows) > 2 or len(cols) > 2:
            raise NoMatrixNotationError("more than two indices number the rows or the columns")
        if max(len(rows), len(cols)) == 2 and min(len(rows), len(cols)) > 0:
            return self._between_pairs(rows, cols)
        if self.bound:
            raise NoMatrixNotationError("bound indices are left that are neither inner nor end points of a path")
        if len(rows) == 2:
            return vec(self._simple(rows[1], rows[0]))
        if len(cols) == 2:
            return vec(self._simple(cols[1], cols[0])).T
        return self._simple(rows[0] if rows else None, cols[0] if cols else None)

    def _between_pairs(self, rows: list[int], cols: list[int]) -> Expression:
        """Return a matrix whose rows or columns are numbered by pairs: Kronecker products, diag of a vec."""
        joined = set(rows) & set(cols) or any({u, v} & set(rows) and {u, v} & set(cols) for u, v, _ in self.edges)
        if not joined and not self.bound:
            left, right = (self._column(legs) for legs in (rows, cols))
            return multiply(left, right.T)
        if not self.bound:
            weights = [self._taken_outer_weight(legs) for legs in (rows, cols)]
            try:
                before, after = ([] if w is None else [diag(w)] for w in weights)
                return multiply(*before, self._kronecker(rows, cols, self.edges), *after)
            except NoMatrixNotationError:
                if any(w is not None for w in weights):
                    raise
        return self._sandwich(rows, cols)

    def _column(self, legs: list[int]) -> Expression:
        return vec(self._simple(legs[1], legs[0])) if len(legs) == 2 else self._simple(legs[0], None)

    def _taken_outer_weight(self, legs: list[int]) -> Expression | None:
        """Take out an entry that depends on both legs of one side: a diagonal matrix of a vec."""
        for edge in self.edges:
            if len(legs) == 2 and set(edge[:2]) == set(legs):
                self.edges = [e for e in self.edges if e is not edge]
                return vec(edge[2] if edge[0] == legs[1] else edge[2].T)
        return None

    def _sandwich(self, rows: list[int], cols: list[int]) -> Expression:
        """Return ``K * diag(vec(M)) * L`` with Kronecker products K and L: one entry M joins what they keep apart."""
        found = []
        for edge in self.edges:
            for middle in ([edge[1], edge[0]], [edge[0], edge[1]]):
                if set(self.bound) | (set(rows) & set(cols)) <= set(middle):
                    found += self._split_at(edge, rows, middle, cols)
        if not found:
            raise NoMatrixNotationError("no entry separates the rows from the columns")
        return min(found, key=lambda product: (str(product).count("commutation"), transposes(product)))

    def _split_at(
        self, edge: tuple[int, int, Expression], rows: list[int], middle: list[int], cols: list[int]
    ) -> list[Expression]:
        others = [e for e in self.edges if e is not edge]
        left = [e for e in others if set(e[:2]) <= {*rows, *middle}]
        right = [e for e in others if e not in left]
        if any(not set(e[:2]) <= {*cols, *middle} for e in right) or len(rows) != 2 or len(cols) != 2:
            return []
        weights, edges = self.weights, self.edges
        try:
            # The weights of the middle indices belong to the diagonal matrix, the others to their own side.
            self.weights, self.edges = {v: w if v in middle else [] for v, w in weights.items()}, [edge]
            centre = diag(vec(self._simple(middle[1], middle[0])))
            self.weights = {v: w if v in rows and v not in middle else [] for v, w in weights.items()}
            self.edges = left
            before = self._kronecker(rows, middle, left)
            self.weights = {v: w if v in cols and v not in middle else [] for v, w in weights.items()}
            self.edges = right
            return [multiply(before, centre, self._kronecker(middle, cols, right))]
        except NoMatrixNotationError:
            return []
        finally:
            self.weights, self.edges = weights, edges

    def _kronecker(
        self,
        rows: list[int],
        cols: list[int],
        edges: list[tuple[int, int, Expression]],
    ) -> Expression:
        """Return the Kronecker product of the matrices between paired legs, a commutation matrix if they cross."""
        for pairs, crossed in _pairings(rows, cols):
            inside = {frozenset(pair) for pair in pairs}
            used = [v for pair in pairs for v in {*pair} if v is not None]
            if len(set(used)) < len(used) or any(frozenset(edge[:2]) not in inside for edge in edges):
                continue
            product = kronecker(*(self._simple(*pair) for pair in pairs))
            if not crossed:
                return product
            # The factors' own column order is the opposite of the order of the legs.
            p, q = (Dimension((self.dims[c],)) for c in reversed(cols))
            return multiply(product, commutation(p, q))
        raise NoMatrixNotationError("an entry joins the two factors of the Kronecker product")

    def _simple(self, row: int | None, col: int | None) -> Expression:
        """Return the matrix between one row leg and one column leg, its weights as diagonal factors."""
        if row is None and col is None:
            return Number(Fraction(1))
        size = {v: Dimension((self.dims[v],)) for v in (row, col) if v is not None}
        if row is not None and row == col:
            return multiply(identity(size[row]), *self._diagonal(row))  # both legs stand on one index
        left = self._weight(row) if row is not None else None
        right = self._weight(col) if col is not None else None
        for edge in self.edges:
            if set(edge[:2]) == {row, col}:
                middle = edge[2] if edge[0] == row else edge[2].T
                before, after = (self._diagonal(v) if v is not None else () for v in (row, col))
                return multiply(*before, middle, *after)
        if left is None and right is None and row is not None and col is not None:
            return ones(size[row], size[col])
        column = left or (ones(size[row]) if row is not None else None)
        line = right or (ones(size[col]) if col is not None else None)
        return multiply(*([column] if column else []), *([line.T] if line else []))


Pair = tuple[int | None, int | None]


def _pairings(rows: list[int], cols: list[int]) -> list[tuple[tuple[Pair, Pair], bool]]:
    """Return the ways to pair row legs with column legs, and whether the pairs cross."""
    if len(cols) == 1:
        return [
            (((rows[0], None), (rows[1], cols[0])), False),
            (((rows[0], cols[0]), (rows[1], None)), False),
        ]
    if len(rows) == 1:
        return [
            (((None, cols[0]), (rows[0], cols[1])), False),
            (((rows[0], cols[0]), (None, cols[1])), False),
        ]
    straight = ((rows[0], cols[0]), (rows[1], cols[1]))
    return [(straight, False), (((rows[0], cols[1]), (rows[1], cols[0])), True)]


def _ending(edge: tuple[int, int, Expression], v: int) -> tuple[int, Expression]:
    """Return the other end of an edge and its matrix with ``v`` numbering the columns."""
    return (edge[0], edge[2]) if edge[1] == v else (edge[1], edge[2].T)


def _beginning(edge: tuple[int, int, Expression], v: int) -> tuple[int, Expression]:
    """Return the other end of an edge and its matrix with ``v`` numbering the rows."""
    return (edge[1], edge[2]) if edge[0] == v else (edge[0], edge[2].T)


def _wants_turn(left: Expression, right: Expression) -> bool:
    """Whether the product reads better transposed: more of its factors are transposed than not."""
    return transposes(left.T) + transposes(right.T) < transposes(left) + transposes(right)


def _node_expression(node: Node) -> tuple[Expression, tuple[int, ...]]:
    """Return a node as a matrix (two slots), a column vector (one slot) or a scalar."""
    label, slots = node
    if len(slots) > 2:
        raise NoMatrixNotationError("an entry depends on more than two indices")
    if isinstance(label, Entry):
        symbol = Symbol(label.name, *label.shape, label.structure)
        if label.structure == "diagonal":
            return diag(symbol), slots
        rows, cols = (len(d.factors) for d in label.shape)
        if max(rows, cols) > 1:
            raise NoMatrixNotationError("a symbol's rows or columns are numbered by two indices")
        return (symbol.T if (rows, cols) == (0, 1) else symbol), slots
    applied = as_applied(label)
    argument = argument_matrix(applied)
    if len(slots) == 2 and transposes(argument.T) < transposes(argument):
        argument, slots = argument.T, slots[::-1]
    return Elementwise(applied.function, applied.order, argument), slots


def argument_matrix(label: Applied) -> Expression:
    """Return the argument of a function with its first slot numbering rows and the others columns."""
    names = [str(i) for i in range(len(label.argument.shape.rows.factors))]
    return read_back(contract([(label.argument, names)], names[:1], names[1:]))


def _trace_word(vertices: list[int], nodes: list[Node]) -> Expression | None:
    """Return the trace of a cycle of matrices, as a squared norm if it is one; None if it is no plain cycle."""
    at: dict[int, list[int]] = {v: [] for v in vertices}
    for i, (label, slots) in enumerate(nodes):
        if len(slots) != 2 or not isinstance(label, Entry) or max(len(d.factors) for d in label.shape) > 1:
            return None
        for v in slots:
            at[v].append(i)
    if not nodes or any(len(meeting) != 2 for meeting in at.values()):
        return None
    letters: list[Expression] = []
    current, v = 0, nodes[0][1][0]
    for _ in nodes:
        label, slots = nodes[current]
        entry = as_entry(label)
        forward = slots[0] == v
        symbol = Symbol(entry.name, *entry.shape, entry.structure)
        letters.append(symbol if forward else symbol.T)
        v = slots[1] if forward else slots[0]
        current = next((i for i in at[v] if i != current), current)
    rotations = [letters[i:] + letters[:i] for i in range(len(letters))]
    rotations += [[letter.T for letter in reversed(rotation)] for rotation in rotations]
    half = len(letters) // 2
    squares = [r for r in rotations if len(r) == 2 * half and r[half:] == [x.T for x in reversed(r[:half])]]
    if squares:
        return norm2(multiply(*min((r[:half] for r in squares), key=_weight_of_word)))
    return trace(multiply(*min(rotations, key=_weight_of_word)))


def _weight_of_word(word: list[Expression]) -> tuple[int, list[tuple[bool, str]]]:
    """Order words by the number of transposes, transposed letters first, then by their text."""
    text = [str(letter) for letter in word]
    return sum(".T" in letter for letter in text), [(".T" not in letter, letter) for letter in text]


def _powers(scalars: list[Expression]) -> list[Expression]:
    """Return the scalar factors, dimensions first and equal ones gathered into powers."""
    distinct = sorted(dict.fromkeys(scalars), key=lambda s: (not isinstance(s, Size), str(s)))
    return [power(s, scalars.count(s)) for s in distinct]
