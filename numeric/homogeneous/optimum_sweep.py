"""Runs of the corrected algorithm from many random starts, and what was worst among them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from numeric.homogeneous.factorization import factorize
from numeric.homogeneous.known_optima import KnownProblem

STARTS = 20


def start_sizes(task: KnownProblem) -> Iterator[int]:
    """Yield the sizes 1, 2, 4 and card(D) + 1, each once."""
    yield from sorted({1, 2, 4, task.size + 1})


def sample_starts(task: KnownProblem, r: int, *, starts: int = STARTS) -> dict[str, Any]:
    """Return what was worst among runs from random starts of size r, seeded 0 to ``starts`` − 1.

    Args:
        task: The problem.
        r: Size of the starts.
        starts: Their number.

    Returns:
        Counts of certified runs and of increases of the objective; the largest distance from the closed form (``None``
        without one), certified gap, excess of the certified polar above 1, number of slices after the start, local
        descents.
    """
    runs = [factorize(**task.arguments, rank=r, rng=np.random.default_rng(seed)) for seed in range(starts)]
    distances = [] if task.optimum is None else [abs(run.objective - task.optimum) for run in runs]
    return {
        "problem": task.name,
        "optimum_known_by": task.source,
        "start_size": r,
        "starts": starts,
        "certified_global": sum(run.certificate.status == "global" for run in runs),
        "increases": sum(b.objective > a.objective for run in runs for a, b in pairwise(run.history)),
        "worst_distance": max(distances) if distances else None,
        "worst_gap": max(run.certificate.gap for run in runs),
        "worst_polar_excess": max(run.certificate.polar_bound - 1 for run in runs),
        "most_slices": max(step.slices for run in runs for step in run.history[1:]),
        "card_and_one": task.size + 1,
        "most_descents": max(sum(step.name == "local descent" for step in run.history) for run in runs),
    }
