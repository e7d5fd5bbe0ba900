r"""Sums over symbolic index ranges, with a canonical form that decides equality for every size at once.

An expression such as :math:`\sum_{i\ne j} a_i^\top e_j\,e_j^\top a_j` is a sum over indices that may or may not
coincide. Splitting by *which* indices coincide writes it as a combination of **orbit sums**: sums of one monomial
over assignments of pairwise different values to its index classes, e.g. :math:`\sum_{i,j\ \text{distinct}}
A_{ji}A_{jj}`. An orbit sum is the sum of a monomial's orbit under permutations of the index range (up to a positive
integer factor), so

* two expressions with the same coefficients are equal for **every** size k;
* distinct orbit sums with at most c classes have disjoint monomials once k ≥ c, hence are linearly independent:
  expressions with different coefficients differ at every k ≥ c (c ≤ 4 for a quadratic form in matrices).

Equality of coefficients in ℚ[k, d, moments] is therefore a sound and, for sizes k ≥ c, complete decision; checking
the single size k = 4 decides quadratic forms for all k. This is the argument behind every all-k claim of `nimc`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import permutations
from typing import Any, NamedTuple, TypeAlias

from symbolic.population.moment_ring import generator, moment_ring, to_latex

Coefficient: TypeAlias = Any
"""An element of the moment ring (SymPy's ``PolyElement``, which carries no types)."""


class IndexSumError(ValueError):
    """An index expression was used in a way that has no meaning, e.g. summed over an index it does not have."""


class Index(NamedTuple):
    """A summation index and the range it runs over: ``"k"`` or ``"d"``."""

    name: str
    range: str = "k"


class Entry(NamedTuple):
    """An entry of a matrix or vector at symbolic indices: ``A[p, i]`` is ``Entry("A", (p, i))``."""

    letter: str
    at: tuple[Index, ...]


Key = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
"""A monomial up to renaming of classes: entries as ``(letter, ((range, class), ...))``, least over all orders."""


@dataclass(frozen=True)
class Term:
    """``coefficient * product of entries`` summed over ``bound``, with some pairs of indices required to differ."""

    coefficient: Coefficient
    entries: tuple[Entry, ...]
    distinct: tuple[frozenset[Index], ...] = ()
    bound: tuple[Index, ...] = ()

    def rename(self, old: Index, new: Index) -> Term:
        """Return the term with index ``old`` called ``new`` everywhere."""

        def swap(index: Index) -> Index:
            return new if index == old else index

        return Term(
            self.coefficient,
            tuple(Entry(e.letter, tuple(map(swap, e.at))) for e in self.entries),
            tuple(frozenset(map(swap, pair)) for pair in self.distinct),
            tuple(map(swap, self.bound)),
        )

    @property
    def free(self) -> list[Index]:
        """Return the indices that are not summed over, in order of appearance."""
        seen = [*(i for e in self.entries for i in e.at), *(i for pair in self.distinct for i in sorted(pair))]
        return [i for i in dict.fromkeys(seen) if i not in self.bound]


@dataclass(frozen=True)
class IndexExpression:
    """A sum of terms in indexed entries; supports ``+ - *`` and scalar factors of the moment ring."""

    terms: tuple[Term, ...]

    def __add__(self, other: IndexExpression) -> IndexExpression:
        return IndexExpression(self.terms + other.terms)

    def __neg__(self) -> IndexExpression:
        return self * -1

    def __sub__(self, other: IndexExpression) -> IndexExpression:
        return self + (-other)

    def __mul__(self, other: IndexExpression | Coefficient | int) -> IndexExpression:
        if isinstance(other, IndexExpression):
            return IndexExpression(tuple(_times(a, b) for a in self.terms for b in other.terms))
        scale = moment_ring()(other)
        return IndexExpression(tuple(Term(t.coefficient * scale, t.entries, t.distinct, t.bound) for t in self.terms))

    __rmul__ = __mul__

    def summed(self, *indices: Index) -> IndexExpression:
        """Return the sum over ``indices``; in terms where an index is absent it only counts its range."""
        return IndexExpression(tuple(Term(t.coefficient, t.entries, t.distinct, t.bound + indices) for t in self.terms))

    def where_distinct(self, first: Index, second: Index) -> IndexExpression:
        """Return the expression restricted to ``first ≠ second`` (zero where they coincide)."""
        pair = frozenset((first, second))
        if len(pair) == 1:
            return IndexExpression(())
        return IndexExpression(tuple(Term(t.coefficient, t.entries, (*t.distinct, pair), t.bound) for t in self.terms))

    def at(self, **new: Index) -> IndexExpression:
        """Return the expression with free indices renamed: ``v.at(i=j)``."""
        terms = self.terms
        for name, index in new.items():
            terms = tuple(
                t.rename(old, index) if (old := next((f for f in t.free if f.name == name), None)) else t for t in terms
            )
        return IndexExpression(terms)


def entry(letter: str, *at: Index) -> IndexExpression:
    """Return the entry of matrix or vector ``letter`` at the indices given."""
    return IndexExpression((Term(moment_ring().one, (Entry(letter, at),)),))


def _times(left: Term, right: Term) -> Term:
    taken = {i for e in left.entries for i in e.at} | set(left.bound) | {i for p in left.distinct for i in p}
    for index in right.bound:
        if index in taken or index in left.free:
            fresh = index
            while fresh in taken or fresh in right.free or (fresh in right.bound and fresh != index):
                fresh = Index(fresh.name + "'", fresh.range)
            right = right.rename(index, fresh)
            taken.add(fresh)
    for index in left.bound:
        if index in right.free:
            fresh = index
            while fresh in taken or fresh in right.free or fresh in right.bound:
                fresh = Index(fresh.name + "'", fresh.range)
            left = left.rename(index, fresh)
    return Term(
        left.coefficient * right.coefficient,
        left.entries + right.entries,
        left.distinct + right.distinct,
        left.bound + right.bound,
    )


@dataclass(frozen=True)
class OrbitForm:
    """A combination of orbit sums: the canonical form. Equal forms are equal for all sizes."""

    coefficients: tuple[tuple[Key, Coefficient], ...]

    @classmethod
    def of(cls, expression: IndexExpression) -> OrbitForm:
        """Return the canonical form of an expression without free indices.

        Raises:
            IndexSumError: If an index is neither summed over nor bound.
        """
        total: dict[Key, Coefficient] = {}
        for term in expression.terms:
            if term.free:
                raise IndexSumError(f"index {term.free[0].name} is free; sum over it before comparing")
            _collect(total, term.entries, term.bound, term.distinct, partial(_constant, term.coefficient))
        return cls._from(total)

    @classmethod
    def of_pattern(
        cls,
        entries: Sequence[Entry],
        indices: Sequence[Index],
        coefficient: Callable[[Mapping[Index, int]], Coefficient],
        distinct: Iterable[frozenset[Index]] = (),
    ) -> OrbitForm:
        """Return the sum over ``indices`` of entries whose coefficient depends on which indices coincide.

        Args:
            entries: The factors of the monomial.
            indices: All indices, each summed over its range.
            coefficient: The coefficient of a coincidence pattern, given as ``{index: class}``.
            distinct: Pairs of indices required to differ.
        """
        total: dict[Key, Coefficient] = {}
        _collect(total, tuple(entries), tuple(indices), tuple(distinct), coefficient)
        return cls._from(total)

    @classmethod
    def _from(cls, total: Mapping[Key, Coefficient]) -> OrbitForm:
        return cls(tuple(sorted((key, c) for key, c in total.items() if c != 0)))

    @cached_property
    def as_dict(self) -> dict[Key, Coefficient]:
        """Return ``{monomial: coefficient}``."""
        return dict(self.coefficients)

    def __add__(self, other: OrbitForm) -> OrbitForm:
        total = dict(self.as_dict)
        for key, value in other.coefficients:
            total[key] = total.get(key, moment_ring().zero) + value
        return self._from(total)

    def __sub__(self, other: OrbitForm) -> OrbitForm:
        return self + other.scaled(-1)

    def map(self, function: Callable[[Coefficient], Coefficient]) -> OrbitForm:
        """Return the form with ``function`` applied to every coefficient."""
        return self._from({key: function(c) for key, c in self.coefficients})

    def scaled(self, factor: Coefficient | int) -> OrbitForm:
        """Return the form multiplied by a scalar or a polynomial in the moments."""
        return self.map(lambda c: c * factor)

    def exchange(self, first: str, second: str) -> OrbitForm:
        """Return the form with two letters exchanged."""
        names = {first: second, second: first}
        return self._from(
            {_canonical(tuple((names.get(l, l), at) for l, at in key)): c for key, c in self.coefficients}
        )

    @property
    def is_zero(self) -> bool:
        """Return whether the form vanishes identically, for every size."""
        return not self.coefficients

    @property
    def classes(self) -> int:
        """Return the largest number of different index classes in a monomial."""
        return max((len({c for _, at in key for c in at}) for key, _ in self.coefficients), default=0)

    def to_latex(self) -> str:
        r"""Return the form as LaTeX, each orbit sum written :math:`\sum^{\neq}` over distinct indices."""
        if self.is_zero:
            return "0"
        return " + ".join(rf"\left({to_latex(c)}\right) {_key_latex(key)}" for key, c in self.coefficients)

    def __str__(self) -> str:
        return self.to_latex()


def _constant(coefficient: Coefficient, _classes: Mapping[Index, int]) -> Coefficient:
    return coefficient


def _collect(
    total: dict[Key, Coefficient],
    entries: tuple[Entry, ...],
    indices: tuple[Index, ...],
    distinct: tuple[frozenset[Index], ...],
    coefficient: Callable[[Mapping[Index, int]], Coefficient],
) -> None:
    """Add the sum over all coincidence patterns of ``indices`` to ``total``."""
    used = {i for e in entries for i in e.at}
    for classes in coincidence_patterns(indices):
        if any(len({classes[i] for i in pair}) == 1 for pair in distinct):
            continue
        value = coefficient(classes)
        # A class that no entry carries only counts its choices: size minus the classes already placed.
        placed = {(i.range, classes[i]) for i in used}
        for spare in sorted({(i.range, classes[i]) for i in indices} - placed):
            value = value * (_size(spare[0]) - sum(r == spare[0] for r, _ in placed))
            placed.add(spare)
        key = _canonical(tuple((e.letter, tuple((i.range, classes[i]) for i in e.at)) for e in entries))
        total[key] = total.get(key, moment_ring().zero) + value


def coincidence_patterns(indices: Sequence[Index]) -> Iterator[dict[Index, int]]:
    """Yield every way the indices can coincide, as ``{index: class}``; different ranges never coincide."""

    def extend(rest: Sequence[Index], classes: dict[Index, int], ranges: list[str]) -> Iterator[dict[Index, int]]:
        if not rest:
            yield dict(classes)
            return
        index, *tail = rest
        for number, kind in enumerate(ranges):
            if kind == index.range:
                yield from extend(tail, {**classes, index: number}, ranges)
        yield from extend(tail, {**classes, index: len(ranges)}, [*ranges, index.range])

    yield from extend(list(dict.fromkeys(indices)), {}, [])


def _canonical(entries: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]) -> Key:
    def relabel(order: Sequence[tuple[str, tuple[tuple[str, int], ...]]]) -> Key:
        names: dict[tuple[str, int], int] = {}
        return tuple((letter, tuple((c[0], names.setdefault(c, len(names))) for c in at)) for letter, at in order)

    return min(relabel(order) for order in permutations(entries))


def _size(index_range: str) -> Coefficient:
    symbol = {"k": 0, "d": 1}[index_range]
    return generator(moment_ring().symbols[symbol])


def _key_latex(key: Key) -> str:
    names: dict[tuple[str, int], str] = {}
    pool = {"k": iter("ijlmnqrs"), "d": iter("pabcefgh")}
    factors = []
    for letter, at in key:
        for c in at:
            if c not in names:
                names[c] = next(pool[c[0]])
        factors.append(f"{letter}_{{{''.join(names[c] for c in at)}}}")
    return rf"\sum^{{\neq}}_{{{','.join(names.values())}}} {' '.join(factors)}"
