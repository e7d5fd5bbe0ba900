"""Arguments by multipliers: a conclusion is a combination of the facts it rests on, and the identity is checked.

A fact is a polynomial over ℚ said to be ``= 0``, ``≥ 0`` or ``> 0``. From facts f₁, …, fₙ one may conclude any
polynomial equal to Σ cᵢ fᵢ, where the multiplier of an inequality is a polynomial with nonnegative coefficients in
quantities known to be nonnegative. Besides that a quantity may be named, inverted or rooted when it is fresh, facts
that hold for every slice may be summed over the slices, and an arbitrarily small quantity may tend to zero. Nothing
else is allowed, so a chain of conclusions is a proof, for any number of slices, from what was given; and whatever is
given says by which hypothesis or which other statement. Where quantities depend on one another that is declared: what
follows an arbitrary choice, what is fixed before a small quantity is chosen, what holds for every slice. A declaration
left out is a gap, which the argument lists. Whether the words of a premise fit its formula is for a reader to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sympy import Symbol, latex
from sympy.polys.domains import QQ
from sympy.polys.rings import PolyElement, PolyRing

from symbolic.homogeneous.quantities import ArgumentError, Quantities

__all__ = ["ARBITRARY", "Argument", "ArgumentError", "Fact", "Inference"]
Sign = Literal["=", ">=", ">"]
ARBITRARY = "arbitrary"
"""The reason of a quantity that ranges over all nonnegative numbers: nothing else is assumed of it."""
_LATEX = {"=": "=", ">=": r"\ge", ">": ">"}


@dataclass(frozen=True)
class Fact:
    """A polynomial that is zero, nonnegative or positive, and why.

    Args:
        name: What the fact says, in words.
        polynomial: The quantity compared with zero.
        sign: ``"="``, ``">="`` or ``">"``.
        by: For a fact that is given: the hypothesis or the statement it is an instance of; empty if there is none.
        each: The index of the slices for every one of which it is given; empty if it has no index.
    """

    name: str
    polynomial: PolyElement
    sign: Sign
    by: str = ""
    each: str = ""

    def to_latex(self) -> str:
        """Return the fact as a formula."""
        every = rf"\quad\forall {self.each}" if self.each else ""
        return f"{latex(self.polynomial.as_expr())} {_LATEX[self.sign]} 0{every}"

    @property
    def is_absurd(self) -> bool:
        """Return whether it says of a number what is false."""
        if not self.polynomial.is_ground:
            return False
        value = self.polynomial.coeff(1)
        return bool(value != 0 if self.sign == "=" else value < 0 or (value == 0 and self.sign == ">"))


@dataclass(frozen=True)
class Inference:
    """One conclusion with the facts it rests on, their multipliers, and the rule where it is not a combination."""

    conclusion: Fact
    premises: tuple[tuple[Fact, PolyElement], ...]
    rule: str = "combination"

    def to_record(self) -> dict[str, str]:
        """Return the inference as JSON-ready text: premises, conclusion, rule."""
        return {
            "before": r",\; ".join(fact.to_latex() for fact, _ in self.premises),
            "after": self.conclusion.to_latex(),
            "rule": self.rule + (f" of {', '.join(fact.name for fact, _ in self.premises)}" if self.premises else ""),
            "reason": self.conclusion.name,
        }


class Argument:
    r"""A chain of conclusions, each checked when it is drawn.

    Args:
        names: Names of the quantities, the generators of a polynomial ring over ℚ.
        nonnegative: Those of them that are nonnegative; they may appear in multipliers of inequalities. As a mapping
            it says by which hypothesis or statement each is, or ``"arbitrary"`` for one that ranges over ℝ₊.
        indexed: Quantities that each slice has of its own, with the name of the index.
        totals: Quantities that stand for sums over the slices, with the names of the factors of what is summed.
        small: Positive quantities that may be taken as small as one likes, with those chosen in dependence on them.
        follows: Arbitrary quantities, with those that depend on their choice. A premise about an arbitrary quantity
            must be about one of these too, or it would restrict the choice.
        fixed: Quantities that are there before any small one is chosen. In a limit there may be no others.

    Example:
        >>> argument = Argument(("a", "b", "c"), nonnegative=("c",))
        >>> a, b, c = argument.generators
        >>> first = argument.given("a is at least b", a - b)
        >>> argument.conclude("scaled", c * a - c * b, {first: c}).sign
        '>='
        >>> argument.conclude("flipped", b - a, {first: -1})
        Traceback (most recent call last):
        ...
        symbolic.homogeneous.quantities.ArgumentError: flipped: the multiplier -1 of 'a is at least b' may be negative
    """

    def __init__(  # noqa: PLR0913 - one declaration for each way in which quantities can be special
        self,
        names: Sequence[str],
        *,
        nonnegative: Iterable[str] | Mapping[str, str] = (),
        indexed: Mapping[str, str] | None = None,
        totals: Mapping[str, Sequence[str]] | None = None,
        small: Mapping[str, Sequence[str]] | None = None,
        follows: Mapping[str, Sequence[str]] | None = None,
        fixed: Iterable[str] | None = None,
    ) -> None:
        self.ring = PolyRing([Symbol(name) for name in names], QQ)
        self.names = tuple(names)
        reasons = dict(nonnegative) if isinstance(nonnegative, Mapping) else dict.fromkeys(nonnegative, "")
        self._quantities = Quantities(
            self.ring,
            reasons,
            dict(indexed or {}),
            dict(totals or {}),
            dict(small or {}),
            dict(follows or {}),
            None if fixed is None else frozenset(fixed),
            {name for name, reason in reasons.items() if reason == ARBITRARY},
        )
        self._signs: dict[str, Fact] = {}
        self._given: list[Fact] = []
        self._inferences: list[Inference] = []

    @property
    def generators(self) -> tuple[PolyElement, ...]:
        """Return the quantities, in the order of their names."""
        return tuple(self.ring.gens)

    @property
    def totals(self) -> dict[str, tuple[str, ...]]:
        """Return the quantities that stand for sums over the slices, each with the factors of what is summed."""
        return {name: tuple(factors) for name, factors in self._quantities.totals.items()}

    @property
    def small(self) -> tuple[str, ...]:
        """Return the quantities that may be taken as small as one likes."""
        return tuple(self._quantities.small)

    @property
    def small_dependents(self) -> dict[str, tuple[str, ...]]:
        """Return for each quantity that may be taken as small as one likes those that depend on it."""
        return {name: tuple(others) for name, others in self._quantities.small.items()}

    @property
    def followers(self) -> dict[str, tuple[str, ...]]:
        """Return for each arbitrary quantity, where that is declared, those that depend on its choice."""
        return {name: tuple(others) for name, others in self._quantities.follows.items()}

    @property
    def gaps(self) -> tuple[str, ...]:
        """Return what the argument needs and does not declare: dependences, fixed quantities, quantifiers."""
        return tuple(self._quantities.gaps)

    @property
    def arbitrary(self) -> tuple[str, ...]:
        """Return the quantities that range over the nonnegative, or the positive, numbers."""
        return tuple(name for name in self.names if name in self._quantities.arbitrary)

    def given(
        self, name: str, polynomial: PolyElement | int, sign: Sign = ">=", *, by: str = "", each: str = ""
    ) -> Fact:
        """Return a fact that the argument takes as known, ``by`` a hypothesis or another statement.

        Indexed quantities in it stand for those of every slice, which ``each`` says by naming the index; what is known
        of one slice only needs quantities without an index.

        Raises:
            ArgumentError: If a quantity is called arbitrary that has a meaning, one that may be chosen at will is
                restricted, the index is not that of the quantities, or the fact speaks of a number only.
        """
        fact = Fact(name, self.ring(polynomial), sign, by, each)
        if fact.polynomial.is_ground:
            raise ArgumentError(f"{name}: {fact.polynomial} {sign} 0 is about no quantity")
        if by == ARBITRARY:
            self._quantities.require_free(name, fact.polynomial)
        else:
            self._quantities.constrain(name, fact.polynomial, equality=sign == "=")
        self._quantities.quantify(name, fact.polynomial, each)
        self._quantities.mention(fact.polynomial)
        self._given.append(fact)
        return fact

    def identity(self, name: str, left: PolyElement | int, right: PolyElement | int) -> Fact:
        """Return the fact that two polynomials are the same, resting on nothing.

        Raises:
            ArgumentError: If they differ.
        """
        if self.ring(left) != self.ring(right):
            raise ArgumentError(f"{name}: {self.ring(left)} is not {self.ring(right)}")
        fact = Fact(name, self.ring(left) - self.ring(right), "=")
        shown = Fact(f"both sides are ${latex(self.ring(right).as_expr())}$", self.ring.zero, "=")
        self._inferences.append(Inference(Fact(name, self.ring.zero, "="), ((shown, self.ring.one),)))
        return fact

    def conclude(self, name: str, polynomial: PolyElement | int, premises: Mapping[Fact, PolyElement | int]) -> Fact:
        """Return the fact that ``polynomial`` is zero, nonnegative or positive, as the premises give it.

        Args:
            name: What is concluded, in words.
            polynomial: The quantity concluded upon.
            premises: The facts used, each with its multiplier.

        Returns:
            The conclusion; its sign is ``"="`` if all premises are equalities, ``">"`` if a strict one has a positive
            rational multiplier, else ``">="``.

        Raises:
            ArgumentError: If the combination is not ``polynomial``, a premise is foreign, or a multiplier of an
                inequality may be negative.
        """
        used = tuple((fact, self.ring(multiplier)) for fact, multiplier in premises.items())
        for fact, multiplier in used:
            self._require_known(name, fact)
            if fact.sign != "=" and not self._quantities.is_nonnegative(multiplier):
                raise ArgumentError(f"{name}: the multiplier {multiplier} of {fact.name!r} may be negative")
        combination = sum((fact.polynomial * multiplier for fact, multiplier in used), self.ring.zero)
        if combination != self.ring(polynomial):
            raise ArgumentError(f"{name}: the facts give {combination}, not {self.ring(polynomial)}")
        return self._infer(Fact(name, self.ring(polynomial), self._sign(used)), used, "combination")

    def known(self, name: str, quantity: PolyElement) -> Fact:
        """Return the fact that a quantity declared nonnegative is so.

        Raises:
            ArgumentError: If a coefficient or a generator of it may be negative.
        """
        if not self._quantities.is_nonnegative(self.ring(quantity)):
            raise ArgumentError(f"{name}: {quantity} may be negative")
        return self._infer(Fact(name, self.ring(quantity), ">="), (), "nonnegative quantities")

    def square(self, name: str, root: PolyElement) -> Fact:
        """Return the fact that root² ≥ 0."""
        return self._infer(Fact(name, root**2, ">="), (), "square")

    def define(self, name: str, symbol: PolyElement, value: PolyElement | int) -> Fact:
        """Return the fact ``symbol = value`` that gives a fresh symbol its meaning.

        Raises:
            ArgumentError: If the symbol was used before, or hides an index or a dependence.
        """
        self._quantities.introduce(name, symbol, self.ring(value))
        return self._infer(Fact(name, symbol - self.ring(value), "="), (), "definition")

    def reciprocal(self, name: str, symbol: PolyElement, positive: Fact) -> Fact:
        """Return the fact ``symbol · P = 1`` for a fresh symbol and a quantity P known to be positive.

        Raises:
            ArgumentError: If the fact is not strict, or the symbol not fresh.
        """
        self._require_known(name, positive)
        if positive.sign != ">":
            raise ArgumentError(f"{name}: {positive.name!r} does not say that a quantity is positive")
        self._quantities.introduce(name, symbol, positive.polynomial, nonnegative=True)
        self._signs[str(symbol)] = positive
        fact = Fact(name, symbol * positive.polynomial - 1, "=")
        return self._infer(fact, ((positive, self.ring.one),), "reciprocal")

    def root(self, name: str, symbol: PolyElement, radicand: Fact) -> Fact:
        """Return the fact ``symbol² = P`` for a fresh symbol, nonnegative, and a quantity P known to be nonnegative.

        Raises:
            ArgumentError: If the fact is an equality, or the symbol not fresh.
        """
        self._require_known(name, radicand)
        if radicand.sign == "=":
            raise ArgumentError(f"{name}: {radicand.name!r} is an equality, and no radicand")
        self._quantities.introduce(name, symbol, radicand.polynomial, nonnegative=True)
        self._signs[str(symbol)] = radicand
        fact = Fact(name, symbol**2 - radicand.polynomial, "=")
        return self._infer(fact, ((radicand, self.ring.one),), "square root")

    def sum_over(self, name: str, fact: Fact) -> Fact:
        """Return what a fact that holds for every slice gives when it is summed over the slices.

        Raises:
            ArgumentError: If a term of the fact has no factor in indexed quantities with a declared total.
        """
        self._require_known(name, fact)
        total = self._quantities.totalled(name, fact.polynomial)
        sign: Sign = "=" if fact.sign == "=" else ">="
        return self._infer(Fact(name, total, sign), ((fact, self.ring.one),), "sum over the slices")

    def limit(self, name: str, fact: Fact, small: PolyElement) -> Fact:
        """Return what a fact that holds for arbitrarily small values of a quantity says in the limit.

        Raises:
            ArgumentError: If the quantity is not declared small, or the fact has another that depends on it or is not
                declared fixed.
        """
        self._require_known(name, fact)
        value = self._quantities.at_zero(name, fact.polynomial, small)
        sign: Sign = "=" if fact.sign == "=" else ">="
        return self._infer(Fact(name, value, sign), ((fact, self.ring.one),), "limit")

    def _infer(self, fact: Fact, used: tuple[tuple[Fact, PolyElement], ...], rule: str) -> Fact:
        self._refuse_absurd(fact)
        self._quantities.mention(fact.polynomial)
        self._inferences.append(Inference(fact, used, rule))
        return fact

    @staticmethod
    def _refuse_absurd(fact: Fact) -> None:
        if fact.is_absurd:
            raise ArgumentError(f"{fact.name}: {fact.polynomial} {fact.sign} 0 is false, so the premises contradict")

    def _require_known(self, name: str, fact: Fact) -> None:
        if fact not in self._given and all(fact != inference.conclusion for inference in self._inferences):
            raise ArgumentError(f"{name}: {fact.name!r} is neither given nor concluded")

    def _sign(self, used: Sequence[tuple[Fact, PolyElement]]) -> Sign:
        if all(fact.sign == "=" for fact, _ in used):
            return "="
        strict = any(fact.sign == ">" and multiplier.is_ground and multiplier != 0 for fact, multiplier in used)
        return ">" if strict else ">="

    @property
    def assumptions(self) -> tuple[Fact, ...]:
        """Return what the argument takes as known, in order: the facts given and the quantities declared."""
        declared = [
            Fact(f"{name} is nonnegative", self.ring(Symbol(name)), ">=", by, self._quantities.of_index(name))
            for name, by in self._quantities.declared.items()
        ]
        return (*self._given, *declared)

    def signs_behind(self, quantity: PolyElement) -> tuple[Fact, ...]:
        """Return the facts by which a product or sum of quantities is nonnegative, as a multiplier must be."""
        known = {str(fact.polynomial): fact for fact in self.assumptions[len(self._given) :]} | self._signs
        return tuple(known[name] for name in self._quantities.signed(quantity) if name in known)

    @property
    def inferences(self) -> tuple[Inference, ...]:
        """Return the conclusions in order."""
        return tuple(self._inferences)
