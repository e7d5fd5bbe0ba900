"""Arguments by multipliers: a conclusion is a combination of the facts it rests on, and the identity is checked.

A fact is a polynomial over ℚ said to be ``= 0``, ``≥ 0`` or ``> 0``. From facts f₁, …, fₙ one may conclude any
polynomial equal to Σ cᵢ fᵢ, where the multiplier of an inequality is a polynomial with nonnegative coefficients in
quantities known to be nonnegative. Nothing else is allowed, so a chain of conclusions is a proof from what was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sympy import Symbol, latex
from sympy.polys.domains import QQ
from sympy.polys.rings import PolyElement, PolyRing

Sign = Literal["=", ">=", ">"]
_LATEX = {"=": "=", ">=": r"\ge", ">": ">"}


class ArgumentError(ValueError):
    """A conclusion is not the combination of facts it is said to be."""


@dataclass(frozen=True)
class Fact:
    """A polynomial that is zero, nonnegative or positive, and why.

    Args:
        name: What the fact says, in words.
        polynomial: The quantity compared with zero.
        sign: ``"="``, ``">="`` or ``">"``.
    """

    name: str
    polynomial: PolyElement
    sign: Sign

    def to_latex(self) -> str:
        """Return the fact as a formula."""
        return f"{latex(self.polynomial.as_expr())} {_LATEX[self.sign]} 0"


@dataclass(frozen=True)
class Inference:
    """One conclusion with the facts it rests on and their multipliers."""

    conclusion: Fact
    premises: tuple[tuple[Fact, PolyElement], ...]

    def to_record(self) -> dict[str, str]:
        """Return the inference as JSON-ready text: premises, conclusion, multipliers."""
        return {
            "before": r",\; ".join(fact.to_latex() for fact, _ in self.premises),
            "after": self.conclusion.to_latex(),
            "rule": "combination of " + ", ".join(fact.name for fact, _ in self.premises),
            "reason": self.conclusion.name,
        }


class Argument:
    r"""A chain of conclusions, each checked when it is drawn.

    Args:
        names: Names of the quantities, the generators of a polynomial ring over ℚ.
        nonnegative: Those of them that are nonnegative; they may appear in multipliers of inequalities.

    Example:
        >>> argument = Argument(("a", "b", "c"), nonnegative=("c",))
        >>> a, b, c = argument.generators
        >>> first = argument.given("a is at least b", a - b)
        >>> argument.conclude("scaled", c * a - c * b, {first: c}).sign
        '>='
        >>> argument.conclude("flipped", b - a, {first: -1})
        Traceback (most recent call last):
        ...
        symbolic.homogeneous.argument.ArgumentError: flipped: the multiplier -1 of 'a is at least b' may be negative
    """

    def __init__(self, names: Sequence[str], *, nonnegative: Iterable[str] = ()) -> None:
        self.ring = PolyRing([Symbol(name) for name in names], QQ)
        self.names = tuple(names)
        self.nonnegative = frozenset(nonnegative)
        if not self.nonnegative <= set(names):
            raise ArgumentError(f"nonnegative quantities {sorted(self.nonnegative - set(names))} are not declared")
        self._given: list[Fact] = []
        self._inferences: list[Inference] = []

    @property
    def generators(self) -> tuple[PolyElement, ...]:
        """Return the quantities, in the order of their names."""
        return tuple(self.ring.gens)

    def given(self, name: str, polynomial: PolyElement | int, sign: Sign = ">=") -> Fact:
        """Return a fact that the argument takes as known."""
        fact = Fact(name, self.ring(polynomial), sign)
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
        known = [*self._given, *(inference.conclusion for inference in self._inferences)]
        used = tuple((fact, self.ring(multiplier)) for fact, multiplier in premises.items())
        for fact, multiplier in used:
            if fact not in known:
                raise ArgumentError(f"{name}: {fact.name!r} is neither given nor concluded")
            if fact.sign != "=" and not self._is_nonnegative(multiplier):
                raise ArgumentError(f"{name}: the multiplier {multiplier} of {fact.name!r} may be negative")
        combination = sum((fact.polynomial * multiplier for fact, multiplier in used), self.ring.zero)
        if combination != self.ring(polynomial):
            raise ArgumentError(f"{name}: the facts give {combination}, not {self.ring(polynomial)}")
        conclusion = Fact(name, self.ring(polynomial), self._sign(used))
        self._inferences.append(Inference(conclusion, used))
        return conclusion

    def _is_nonnegative(self, multiplier: PolyElement) -> bool:
        free = [self.names[i] not in self.nonnegative for i in range(len(self.names))]
        return all(
            coefficient >= 0 and not any(power % 2 and free[i] for i, power in enumerate(monomial))
            for monomial, coefficient in multiplier.terms()
        )

    def _sign(self, used: Sequence[tuple[Fact, PolyElement]]) -> Sign:
        if all(fact.sign == "=" for fact, _ in used):
            return "="
        strict = any(fact.sign == ">" and multiplier.is_ground and multiplier != 0 for fact, multiplier in used)
        return ">" if strict else ">="

    @property
    def assumptions(self) -> tuple[Fact, ...]:
        """Return what the argument takes as known, in order."""
        return tuple(self._given)

    @property
    def inferences(self) -> tuple[Inference, ...]:
        """Return the conclusions in order."""
        return tuple(self._inferences)
