"""A scalar that is large with small probability: the corner where the sample size of Lemma E.12 is too small."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from numeric.enclosures.balls import rational_ball


class UnmetHypothesisError(ValueError):
    """An instance does not satisfy a hypothesis of the statement it is meant to refute."""


@dataclass(frozen=True)
class RareHit:
    """T is 1×1 with T² = m² with probability 1/m², else 0; n samples; ε = factor·t·log 2.

    So E TTᵀ = 1, E(TTᵀ)² = m², L = m, d = 2 and ‖T‖ ≤ m always: (I) holds with any γ in (0, 1).

    Args:
        bound: m², the largest value of T².
        power: t > 1.
        factor: ε in units of t·log 2.
        samples: n.
        gamma: γ.
        constant: The constant of the sample size, 18 in the text.
    """

    bound: int
    power: int
    factor: int
    samples: int
    gamma: Fraction
    constant: int = 18

    def _error(self) -> Any:
        return self.factor * self.power * arb(2).log()

    def require_hypotheses(self) -> None:
        """Raise unless the sample size and γ are as Lemma E.12 asks.

        Raises:
            UnmetHypothesisError: If one of the two inequalities is not certain.
        """
        error = self._error()
        asked = self.constant * self.power * arb(2).log() * (2 * self.bound + (1 + error) ** 2) / error**2
        if not asked <= self.samples:
            raise UnmetHypothesisError(f"n = {self.samples} is not certainly at least {asked.str(12)}")
        if not rational_ball(self.gamma) <= error**2 / (4 * self.bound):
            raise UnmetHypothesisError(f"γ = {self.gamma} is not certainly at most (ε/2L)²")
        if not arb(self.bound) / self.samples > 1 + error:
            raise UnmetHypothesisError("one hit does not carry the mean beyond ‖E TTᵀ‖ + ε")

    def enclose_failure(self, method: str) -> Any:
        """Return a ball of the probability of at least one hit, each of which violates the bound.

        Args:
            method: ``"power"``: 1 - (1-1/m²)ⁿ, or ``"exponential"``: -expm1(n log(1-1/m²)).

        Raises:
            UnmetHypothesisError: As :meth:`require_hypotheses`.
        """
        self.require_hypotheses()
        miss = 1 - arb(fmpq(1, self.bound))
        return 1 - miss**self.samples if method == "power" else -(self.samples * miss.log()).expm1()

    def enclose_allowance(self, method: str) -> Any:
        """Return a ball of d^(-2t) + nγ with d = 2, the probability of failure that the lemma allows."""
        spent = rational_ball(self.gamma) * self.samples
        exponent = 2 * self.power
        return spent + (arb(fmpq(1, 2**exponent)) if method == "power" else (-exponent * arb(2).log()).exp())
