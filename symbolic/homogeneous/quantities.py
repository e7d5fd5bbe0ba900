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

    Raises:
        ArgumentError: If a quantity is not a generator of the ring, or a total is not of one index or has two roles.
    """

    ring: PolyRing
    declared: dict[str, str]
    indexed: dict[str, str]
    totals: dict[str, Sequence[str]]
    small: dict[str, Sequence[str]]
    _nonnegative: set[str] = field(init=False)
    _mentioned: set[str] = field(init=False, default_factory=set)
    _sums: dict[Powers, str] = field(init=False, default_factory=dict)
    _determined: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.names = [str(symbol) for symbol in self.ring.symbols]
        self._nonnegative = set(self.declared) | set(self.small)
        used = self._nonnegative | set(self.indexed) | {name for names in self.small.values() for name in names}
        used |= set(self.totals)
        if not used <= set(self.names):
            raise ArgumentError(f"quantities {sorted(used - set(self.names))} are not declared")
        for total, factors in self.totals.items():
            self._register(total, factors)

    def _register(self, total: str, factors: Sequence[str]) -> None:
        indices = {self.indexed.get(factor, "") for factor in factors}
        if len(indices) != 1 or "" in indices:
            raise ArgumentError(f"{total} sums {'*'.join(factors)}, which is no product of quantities of one index")
        powers = tuple(factors.count(name) for name in self.names)
        if total in self.indexed or total in self.declared or powers in self._sums:
            raise ArgumentError(f"{total} cannot be the sum of {'*'.join(factors)}: one of them has another role")
        for small, dependents in self.small.items():
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

    def require_free(self, name: str, polynomial: PolyElement) -> None:
        """Refuse to let a quantity range over all numbers that has its meaning already.

        Raises:
            ArgumentError: If the polynomial has a quantity that was defined, or is a sum over an index.
        """
        bound = self._in(polynomial) & (self._determined | set(self.totals))
        if bound:
            raise ArgumentError(f"{name}: {', '.join(sorted(bound))} is not arbitrary, it has its meaning already")

    def _require_shared(self, name: str, fresh: str, value: PolyElement) -> None:
        indices = {self.indexed[other] for other in self._in(value) if other in self.indexed}
        if indices - {self.indexed.get(fresh)}:
            raise ArgumentError(f"{name}: {fresh} must have the index {', '.join(sorted(indices))}")
        for small, dependents in self.small.items():
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
            ArgumentError: If it is not declared small, or another quantity of the polynomial depends on it.
        """
        (symbol,) = self._in(small)
        if symbol not in self.small:
            raise ArgumentError(f"{name}: {symbol} is not declared arbitrarily small")
        moving = self._in(polynomial) & set(self.small[symbol])
        if moving:
            raise ArgumentError(f"{name}: {', '.join(sorted(moving))} may change with {symbol}")
        where = self.names.index(symbol)
        return self.ring({m: c for m, c in polynomial.terms() if m[where] == 0})

    def _in(self, polynomial: PolyElement) -> set[str]:
        return {self.names[i] for monomial in polynomial.monoms() for i, power in enumerate(monomial) if power}
