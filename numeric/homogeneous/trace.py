"""The point an algorithm is at, and its history; the objective is compared in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from flint import arb

from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.problem import Problem


class Step(NamedTuple):
    """A step of an algorithm: its name, the objective after it, the number of slices."""

    name: str
    objective: float
    slices: int


class Trace:
    """The current factors, their objective as a ball, and the steps that led there.

    Args:
        task: The problem.
        report: Called with the name and the objective of every step.
    """

    def __init__(self, task: Problem, report: Callable[[str, float], None] | None = None) -> None:
        self.task = task
        self.report = report
        self.steps: list[Step] = []
        self.events: list[str] = []
        self.factors: Factors = task.nothing()
        self.value: arb = task.enclose_objective(self.factors)

    @property
    def objective(self) -> float:
        """Return the objective, rounded."""
        return float(self.value.mid())

    @property
    def slices(self) -> int:
        """Return the number of slices."""
        return int(self.factors[0].shape[-1])

    def record(self, name: str, factors: Factors) -> None:
        """Go to the factors, whatever their objective."""
        self.factors, self.value = factors, self.task.enclose_objective(factors)
        self._note(name)

    def take(self, name: str, factors: Factors) -> bool:
        """Go to the factors unless that might raise the objective; return whether it was certainly lowered.

        A point with fewer slices and the same objective up to rounding is refused, too: nothing ever increases.
        """
        if not all(np.isfinite(X).all() for X in factors) or not self.task.g.admits(factors):
            return False
        value = self.task.enclose_objective(factors)
        if not value <= self.value:
            return False
        lower = bool(value < self.value)
        self.factors, self.value = factors, value
        self._note(name)
        return lower

    def _note(self, name: str) -> None:
        self.steps.append(Step(name, self.objective, self.slices))
        if self.report is not None:
            self.report(name, self.objective)
