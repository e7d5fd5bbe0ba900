"""Rational combinations of contractions: the algebra in which everything here is decided.

One operation, :func:`contract`, is summation over repeated indices; matrix product, trace, Hadamard and Kronecker
product, ``vec``, ``diag`` and transposition are each one line of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import permutations, product

from symbolic.matrix.contraction import Contraction, Key, Label, Node, Slots, contraction
from symbolic.matrix.dimensions import SCALAR, Dimension, Factor, Shape, ShapeError

_MAX_PERMUTED = 4


@dataclass(frozen=True)
class TensorSum:
    """A rational combination of contractions with common legs, terms in canonical order.

    Two sums are equal as values of this class exactly when they have the same canonical form.

    Args:
        shape: The dimensions of the row legs and of the column legs.
        terms: Pairs of a contraction and its nonzero coefficient, sorted.
    """

    shape: Shape
    terms: tuple[tuple[Contraction, Fraction], ...]

    @cached_property
    def key(self) -> Key:
        """Return the place of the sum in a total order."""
        return tuple((term.key, c.numerator, c.denominator) for term, c in self.terms)

    @property
    def is_zero(self) -> bool:
        """Whether the sum has no terms."""
        return not self.terms

    def __add__(self, other: TensorSum) -> TensorSum:
        return collected(self.shape, (*self.terms, *other.terms))

    def __sub__(self, other: TensorSum) -> TensorSum:
        return self + other.scaled(Fraction(-1))

    def scaled(self, factor: Fraction) -> TensorSum:
        """Return the sum times a rational number."""
        return TensorSum(self.shape, tuple((t, c * factor) for t, c in self.terms) if factor else ())

    def expanded(self, expand: Callable[[Contraction], TensorSum]) -> TensorSum:
        """Return the sum with each contraction replaced by what ``expand`` makes of it."""
        terms: list[tuple[Contraction, Fraction]] = []
        for term, c in self.terms:
            terms += [(t, c * d) for t, d in expand(term).terms]
        return collected(self.shape, terms)


def collected(shape: Shape, terms: Iterable[tuple[Contraction, Fraction]]) -> TensorSum:
    """Return the sum of the terms, equal contractions gathered and zero coefficients dropped."""
    total: dict[Contraction, Fraction] = {}
    for term, c in terms:
        total[term] = total.get(term, Fraction(0)) + c
    kept = sorted(((t, c) for t, c in total.items() if c), key=lambda item: item[0].key)
    return TensorSum(shape, tuple(kept))


@dataclass(frozen=True)
class Entry:
    """The label of an entry of a matrix symbol.

    Args:
        name: The symbol's name.
        shape: Its shape.
        structure: ``"general"``, ``"symmetric"``, or ``"diagonal"`` (then the node has one slot).
    """

    name: str
    shape: Shape
    structure: str = "general"

    @cached_property
    def _hash(self) -> int:
        return hash(self.key)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def key(self) -> Key:
        """Return the label's place in the total order of labels."""
        return (0, self.name, self.structure, str(self.shape))

    @cached_property
    def symmetries(self) -> tuple[Slots, ...]:
        """Return the permutations of the slots that leave the entry unchanged."""
        if self.structure == "symmetric":
            return ((0, 1), (1, 0))
        count = 1 if self.structure == "diagonal" else sum(len(d.factors) for d in self.shape)
        return (tuple(range(count)),)


@dataclass(frozen=True)
class Applied:
    """The label of a derivative of an opaque function at an entry; make it with :func:`applied`.

    Args:
        function: The function's name.
        order: Which derivative of it.
        argument: The argument, its row legs the node's slots.
        symmetries: The permutations of the slots that leave the argument unchanged.
    """

    function: str
    order: int
    argument: TensorSum
    symmetries: tuple[Slots, ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.function, self.order, self.argument))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def key(self) -> Key:
        """Return the label's place in the total order of labels."""
        return (1, self.function, self.order, self.argument.key)


def applied(function: str, order: int, argument: TensorSum, slots: Sequence[int]) -> Node:
    """Return the node of a function at an argument whose row legs stand on ``slots``.

    The argument is brought to the fewest legs (repeated indices merged, indices it does not depend on dropped)
    and to the least order of its legs, so that ``phi(M).T`` and ``phi(M.T)`` become the same node.
    """
    distinct = list(dict.fromkeys(slots))
    argument = contract([(argument, [str(v) for v in slots])], [str(v) for v in distinct])
    depends = [i for i in range(len(distinct)) if not _is_idle(argument, i)]
    argument = _without_rows(argument, depends)
    live = [distinct[i] for i in depends]
    count = len(live)
    orders = list(permutations(range(count))) if count <= _MAX_PERMUTED else [tuple(range(count))]
    names = [str(i) for i in range(count)]
    forms = [(contract([(argument, names)], [names[i] for i in p]), p) for p in orders]
    least = min((form for form, _ in forms), key=lambda form: form.key)
    attained = [p for form, p in forms if form == least]
    first = attained[0]
    symmetries = tuple(tuple(first.index(i) for i in p) for p in attained)
    # first maps new position -> old position; a symmetry sends new positions to new positions.
    return Applied(function, order, least, symmetries), tuple(live[i] for i in first)


def _is_idle(argument: TensorSum, leg: int) -> bool:
    return all(
        term.rows.count(term.rows[leg]) == 1 and all(term.rows[leg] not in slots for _, slots in term.nodes)
        for term, _ in argument.terms
    )


def _without_rows(argument: TensorSum, kept: Sequence[int]) -> TensorSum:
    rows = Dimension(tuple(argument.shape.rows.factors[i] for i in kept))
    terms = []
    for term, c in argument.terms:
        dropped = {v for i, v in enumerate(term.rows) if i not in kept}
        left = [v for v in range(len(term.dims)) if v not in dropped]
        number = {v: i for i, v in enumerate(left)}
        nodes = [(label, tuple(number[v] for v in slots)) for label, slots in term.nodes]
        factor, reduced = contraction([term.dims[v] for v in left], nodes, [number[term.rows[i]] for i in kept], ())
        terms.append((reduced, c * factor))
    return collected(Shape(rows, SCALAR.cols), terms)


def contract(
    operands: Sequence[tuple[TensorSum, Sequence[str]]],
    rows: Sequence[str],
    cols: Sequence[str] = (),
    ranges: Mapping[str, Factor] | None = None,
) -> TensorSum:
    """Return the product of the operands, indices of the same name identified and the others summed over.

    Args:
        operands: Sums with the names of their legs, row legs first.
        rows: The names of the result's row legs; an index may be leg more than once (a Kronecker delta).
        cols: The names of its column legs.
        ranges: The ranges of indices that no operand has.

    Returns:
        The canonical form of the contraction.
    """
    ranges = dict(ranges or {})
    for operand, names in operands:
        factors = operand.shape.rows.factors + operand.shape.cols.factors
        for name, factor in zip(names, factors, strict=True):
            if ranges.setdefault(name, factor) != factor:
                raise ShapeError("contract", f"the index {name} ranges over both {ranges[name]} and {factor}")
    shape = Shape(*(Dimension(tuple(ranges[name] for name in side)) for side in (rows, cols)))
    terms: list[tuple[Contraction, Fraction]] = []
    for choice in product(*(operand.terms for operand, _ in operands)):
        coefficient, (dims, nodes, index) = (
            Fraction(1),
            _glued(choice, [names for _, names in operands], ranges),
        )
        for _, c in choice:
            coefficient *= c
        factor, term = canonical(dims, nodes, [index[name] for name in rows], [index[name] for name in cols])
        terms.append((term, coefficient * factor))
    return collected(shape, terms)


def _glued(
    choice: Sequence[tuple[Contraction, Fraction]],
    names: Sequence[Sequence[str]],
    ranges: Mapping[str, Factor],
) -> tuple[list[Factor], list[Node], dict[str, int]]:
    """Return one set of indices for several contractions in which legs of the same name coincide."""
    dims: list[Factor] = []
    nodes: list[Node] = []
    parent: list[int] = []

    def root(v: int) -> int:
        while parent[v] != v:
            v = parent[v]
        return v

    index: dict[str, int] = {}
    for (term, _), leg_names in zip(choice, names, strict=True):
        offset = len(dims)
        dims += term.dims
        parent += range(offset, len(dims))
        nodes += [(label, tuple(v + offset for v in slots)) for label, slots in term.nodes]
        for v, name in zip(term.rows + term.cols, leg_names, strict=True):
            parent[root(v + offset)] = root(index.setdefault(name, v + offset))
    for name, factor in ranges.items():
        if name not in index:
            index[name] = len(dims)
            dims.append(factor)
            parent.append(index[name])
    roots = [v for v in range(len(dims)) if root(v) == v]
    number = {v: i for i, v in enumerate(roots)}
    merged = [(label, tuple(number[root(v)] for v in slots)) for label, slots in nodes]
    return [dims[v] for v in roots], merged, {name: number[root(v)] for name, v in index.items()}


def canonical(
    dims: Sequence[Factor], nodes: Sequence[Node], rows: Sequence[int], cols: Sequence[int]
) -> tuple[int, Contraction]:
    """Return the canonical contraction after functions at repeated indices were brought to fewer slots."""
    reduced = [
        applied(label.function, label.order, label.argument, slots)
        if isinstance(label, Applied) and len(set(slots)) < len(slots)
        else (label, slots)
        for label, slots in nodes
    ]
    return contraction(dims, reduced, rows, cols)


def constant(value: Fraction) -> TensorSum:
    """Return a rational number as a sum without legs."""
    return collected(SCALAR, [(contraction((), (), (), ())[1], value)])


def single(dims: Sequence[Factor], nodes: Sequence[Node], rows: Sequence[int], cols: Sequence[int]) -> TensorSum:
    """Return one contraction, not necessarily in canonical numbering, as a sum."""
    factor, term = canonical(dims, nodes, rows, cols)
    shape = Shape(*(Dimension(tuple(dims[v] for v in side)) for side in (rows, cols)))
    return collected(shape, [(term, Fraction(factor))])


def as_entry(label: Label) -> Entry:
    """Return a label that is an entry of a symbol.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(label, Entry):
        raise TypeError(f"{type(label).__name__} is not an entry of a symbol")
    return label


def as_applied(label: Label) -> Applied:
    """Return a label that is a function of an entry.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(label, Applied):
        raise TypeError(f"{type(label).__name__} is not a function of an entry")
    return label


def labels(form: TensorSum) -> list[Label]:
    """Return the distinct labels of a sum, those inside arguments of functions too, in their total order."""
    found: dict[Key, Label] = {}
    for term, _ in form.terms:
        for label, _ in term.nodes:
            found[label.key] = label
            if isinstance(label, Applied):
                found.update((inner.key, inner) for inner in labels(label.argument))
    return [found[key] for key in sorted(found)]
