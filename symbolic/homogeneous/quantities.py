"""What is known of the quantities of an argument: signs, indices, sums over an index, and dependence on small ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sympy.polys.rings import PolyElement, PolyRing

Powers = tuple[int, ...]


class ArgumentError(ValueError):
    """A conclusion is not the combination of facts it is said to be, or a rule is used where it does not apply."""


@dataclass
class Quantities:
    """The generators of an argument's ring and what may be done with them.

    Args:
        ring: Polynomials in the quantities.
        declared: Nonnegative quantities with the reason why.
        indexed: Quantities of each slice, with the name of their index.
        totals: Quantities that are sums over an index, with the indexed factors of what is summed.
        small: Arbitrarily small positive quantities, with those that depend on them.
        follows: Arbitrary quantities, with those that depend on how they are chosen.
        fixed: Quantities chosen before every small one; ``None`` if that is not said.

    Raises:
        ArgumentError: If a quantity is not a generator of the ring, a total is not of one index or has two roles, or a
            quantity that is fixed, or a total, does not depend on what its declaration says.
    """

    ring: PolyRing
    declared: dict[str, str]
    indexed: dict[str, str]
    totals: dict[str, Sequence[str]]
    small: dict[str, Sequence[str]]
    follows: dict[str, Sequence[str]] = field(default_factory=dict)
    fixed: frozenset[str] | None = None
    arbitrary: set[str] = field(default_factory=set)
    gaps: list[str] = field(init=False, default_factory=list)
    _nonnegative: set[str] = field(init=False)
    _mentioned: set[str] = field(init=False, default_factory=set)
    _sums: dict[Powers, str] = field(init=False, default_factory=dict)
    _determined: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.names = [str(symbol) for symbol in self.ring.symbols]
        self._nonnegative = set(self.declared) | set(self.small)
        used = self._nonnegative | set(self.indexed) | {name for names in self.small.values() for name in names}
        used |= set(self.totals) | set(self.follows) | {name for names in self.follows.values() for name in names}
        used |= self.fixed or frozenset()
        if not used <= set(self.names):
            raise ArgumentError(f"quantities {sorted(used - set(self.names))} are not declared")
        for small, dependents in self.small.items():
            # What follows a choice that depends on a small quantity depends on that quantity too.
            for choice in {small, *dependents} & set(self.follows):
                hidden = set(self.follows[choice]) - {small, *dependents}
                if hidden:
                    raise ArgumentError(f"{', '.join(sorted(hidden))} follows {choice}, so depends on {small}")
            moving = {small, *dependents} & (self.fixed or frozenset())
            if moving:
                raise ArgumentError(f"{', '.join(sorted(moving))} cannot be fixed and depend on {small}")
        for total, factors in self.totals.items():
            self._register(total, factors)

    @property
    def _choices(self) -> dict[str, Sequence[str]]:
        return {**self.follows, **self.small}

    def _register(self, total: str, factors: Sequence[str]) -> None:
        indices = {self.indexed.get(factor, "") for factor in factors}
        if len(indices) != 1 or "" in indices:
            raise ArgumentError(f"{total} sums {'*'.join(factors)}, which is no product of quantities of one index")
        powers = tuple(factors.count(name) for name in self.names)
        if total in self.indexed or total in self.declared or powers in self._sums:
            raise ArgumentError(f"{total} cannot be the sum of {'*'.join(factors)}: one of them has another role")
        for small, dependents in self._choices.items():
            if {small, *dependents} & set(factors) and total not in dependents:
                raise ArgumentError(f"{total} depends on {small}, as {'*'.join(factors)} does")
        self._sums[powers] = total

    def mention(self, polynomial: PolyElement) -> None:
        """Record that the generators of the polynomial have been used."""
        self._mentioned |= self._in(polynomial)

    def is_nonnegative(self, multiplier: PolyElement) -> bool:
        """Return whether all terms are products of nonnegative quantities and even powers."""
        free = [name not in self._nonnegative for name in self.names]
        return all(
            coefficient >= 0 and not any(power % 2 and free[i] for i, power in enumerate(monomial))
            for monomial, coefficient in multiplier.terms()
        )

    def introduce(self, name: str, symbol: PolyElement, value: PolyElement, *, nonnegative: bool = False) -> None:
        """Record that a fresh symbol is determined by ``value``.

        Raises:
            ArgumentError: If it is no single generator, was used before, is declared nonnegative without being so, or
                does not share the index and the dependences of what determines it.
        """
        own = self._in(symbol)
        if len(own) != 1 or symbol != self._generator(min(own)):
            raise ArgumentError(f"{name}: {symbol} is not a symbol")
        (fresh,) = own
        if fresh in self._mentioned | self._in(value) | set(self.declared) | set(self.small) | set(self.totals):
            raise ArgumentError(f"{name}: {fresh} is not fresh")
        self._require_shared(name, fresh, value)
        self._determined.add(fresh)
        if nonnegative:
            self._nonnegative.add(fresh)

    def signed(self, polynomial: PolyElement) -> list[str]:
        """Return the quantities whose signs decide that of the polynomial: those with an odd power in some term."""
        odd = {i for monomial in polynomial.monoms() for i, power in enumerate(monomial) if power % 2}
        return [name for i, name in enumerate(self.names) if i in odd]

    def require_free(self, name: str, polynomial: PolyElement) -> None:
        """Refuse to let a quantity range over all numbers that has its meaning already.

        Raises:
            ArgumentError: If the polynomial has a quantity that was defined, is a sum over an index, or was tied to
                others before.
        """
        bound = self._in(polynomial) & (self._determined | set(self.totals) | (self._mentioned - self.arbitrary))
        if bound:
            raise ArgumentError(f"{name}: {', '.join(sorted(bound))} is not arbitrary, it has its meaning already")
        self.arbitrary |= self._in(polynomial)

    def constrain(self, name: str, polynomial: PolyElement, *, equality: bool) -> None:
        """Refuse a premise that would restrict a quantity which may be chosen at will, or as small as one likes.

        For every choice there must be something else that the premise is about: one of the quantities declared to
        depend on the choice. An equality may fix each of these once only.

        Raises:
            ArgumentError: If it has a chosen quantity and none that depends on it, or is a second equality.
        """
        used = self._in(polynomial)
        for choice in sorted(used & (self.arbitrary | set(self._choices))):
            if choice in self.small and used == {choice} and not equality and self._positive_near_zero(polynomial):
                continue
            if choice not in self._choices:
                self.gaps.append(f"{name}: what depends on the choice of {choice} is not declared")
            elif not used & set(self._choices[choice]):
                raise ArgumentError(f"{name}: this ties {choice}, which may be chosen at will")
        followers = used & {name for names in self.follows.values() for name in names}
        if equality and followers:
            settled = self._determined | set(self.totals)
            fresh = [other for other in sorted(followers - settled) if self._is_solved_for(other, polynomial)]
            if not fresh:
                raise ArgumentError(f"{name}: {', '.join(sorted(followers))} has its meaning already, or has none yet")
            self._determined.add(fresh[0])

    def quantify(self, name: str, polynomial: PolyElement, each: str) -> None:
        """Hold the index over which a premise is said to hold against the indices of its quantities.

        Raises:
            ArgumentError: If they differ.
        """
        indices = ", ".join(sorted({self.indexed[other] for other in self._in(polynomial) if other in self.indexed}))
        if indices and not each:
            self.gaps.append(f"{name}: not said to hold for every {indices}")
        elif indices != each:
            raise ArgumentError(f"{name}: said of every {each}, but its quantities have the index {indices or 'none'}")

    def of_index(self, name: str) -> str:
        """Return the index of a quantity, or nothing."""
        return self.indexed.get(name, "")

    def _positive_near_zero(self, polynomial: PolyElement) -> bool:
        lowest = min(polynomial.terms(), key=lambda term: sum(term[0]))
        return bool(lowest[1] > 0)

    def _is_solved_for(self, name: str, polynomial: PolyElement) -> bool:
        where = self.names.index(name)
        return [sum(monomial) for monomial in polynomial.monoms() if monomial[where]] == [1]

    def _require_shared(self, name: str, fresh: str, value: PolyElement) -> None:
        indices = {self.indexed[other] for other in self._in(value) if other in self.indexed}
        if indices - {self.indexed.get(fresh)}:
            raise ArgumentError(f"{name}: {fresh} must have the index {', '.join(sorted(indices))}")
        for small, dependents in self._choices.items():
            if self._in(value) & {small, *dependents} and fresh not in dependents:
                raise ArgumentError(f"{name}: {fresh} depends on {small}")

    def totalled(self, name: str, polynomial: PolyElement) -> PolyElement:
        """Return the polynomial with the indexed factor of every term replaced by its total.

        Raises:
            ArgumentError: If a term has no indexed factor with a declared total.
        """
        summed = self.ring.zero
        for monomial, coefficient in polynomial.terms():
            part = tuple(p if self.names[i] in self.indexed else 0 for i, p in enumerate(monomial))
            rest = tuple(p - q for p, q in zip(monomial, part, strict=True))
            if part not in self._sums:
                raise ArgumentError(f"{name}: the term {self.ring({monomial: coefficient})} has no declared total")
            summed += self.ring({rest: coefficient}) * self._generator(self._sums[part])
        return summed

    def _generator(self, name: str) -> PolyElement:
        return self.ring(self.ring.symbols[self.names.index(name)])

    def at_zero(self, name: str, polynomial: PolyElement, small: PolyElement) -> PolyElement:
        """Return the polynomial with a small quantity put to zero.

        Raises:
            ArgumentError: If it is not declared small, or another quantity of the polynomial depends on it, or is not
                declared to be fixed.
        """
        (symbol,) = self._in(small)
        if symbol not in self.small:
            raise ArgumentError(f"{name}: {symbol} is not declared arbitrarily small")
        moving = self._in(polynomial) & set(self.small[symbol])
        if moving:
            raise ArgumentError(f"{name}: {', '.join(sorted(moving))} may change with {symbol}")
        placed = set(self.small) | {other for names in self.small.values() for other in names}
        unplaced = ", ".join(sorted(self._in(polynomial) - placed - (self.fixed or frozenset())))
        if unplaced and self.fixed is not None:
            raise ArgumentError(f"{name}: {unplaced} is neither fixed nor declared to depend on a small quantity")
        if unplaced:
            self.gaps.append(f"{name}: {unplaced} is not declared to be fixed while {symbol} tends to 0")
        where = self.names.index(symbol)
        return self.ring({m: c for m, c in polynomial.terms() if m[where] == 0})

    def _in(self, polynomial: PolyElement) -> set[str]:
        return {self.names[i] for monomial in polynomial.monoms() for i, power in enumerate(monomial) if power}
