"""The checker of measured rates: ratios of a quantity to its bound, which must stay bounded as the sizes grow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, log, sqrt
from statistics import median
from typing import TypeAlias

import numpy as np

from claims.evidence import CheckFailedError, Evidence, checker, mint
from claims.sampling import current_sampling

Draw: TypeAlias = Callable[[np.random.Generator], float]
"""Draws one instance and returns the ratio of the quantity to its bound there."""

_ENOUGH_POINTS = 3
_GROWTH = 0.25
"""An exponent that by one standard error may exceed this is no support; a factor √d or ε^(1/2) lost gives 1/2."""


@dataclass(frozen=True)
class Series:
    """Ratios along one parameter that grows, everything else fixed.

    Args:
        name: What is measured, e.g. ``"tanh, d"``.
        points: Pairs of the parameter's value, positive and growing, and the draw there.
    """

    name: str
    points: Sequence[tuple[float, Draw]]


@dataclass(frozen=True)
class Exponent:
    """A fitted growth exponent with its standard error."""

    value: float
    error: float

    def __str__(self) -> str:
        # One decimal: what the spread over seeds leaves, and the same on every machine.
        return f"{self.value:+.1f}±{self.error:.1f}"


def fitted_exponent(sizes: Sequence[float], values: Sequence[float]) -> Exponent:
    """Return the least-squares slope of log value against log size, with its standard error.

    Args:
        sizes: At least three positive sizes, not all equal.
        values: A positive value for each.

    Raises:
        CheckFailedError: If there are too few points, or a value is not positive and finite.

    Example:
        >>> print(fitted_exponent([1, 2, 4, 8], [3, 6, 12, 24]))
        +1.0±0.0
    """
    if len(sizes) < _ENOUGH_POINTS or not all(isfinite(v) and v > 0 for v in values):
        raise CheckFailedError(f"no exponent can be fitted to {len(sizes)} points with values {list(values)}")
    x, y = [log(s) for s in sizes], [log(v) for v in values]
    x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
    spread = sum((a - x_mean) ** 2 for a in x)
    slope = sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True)) / spread
    residual = sum((b - y_mean - slope * (a - x_mean)) ** 2 for a, b in zip(x, y, strict=True))
    return Exponent(slope, sqrt(residual / (len(x) - 2) / spread))


@checker
def support_rate(  # noqa: PLR0913 - what is measured, along what, how large it may be
    series: Sequence[Series],
    corners: Sequence[tuple[str, Draw]],
    at_most: float,
    shows: str,
    scope: str,
    *,
    most_draws: int = 1000,
    part: str = "",
) -> Evidence:
    """Return `Sample` evidence that a ratio stays below ``at_most`` and does not grow along any series; never a proof.

    Args:
        series: Along what the sizes grow; each ratio's median is fitted by a power of the parameter.
        corners: Further instances, by name: degenerate sizes and scales.
        at_most: The constant that the ratio must not exceed in any draw.
        shows: One sentence: what was divided by what.
        scope: The sizes.
        most_draws: Draws at each size, where fewer than the run's number of trials are to be enough.
        part: The part of the statement this supports.

    Raises:
        CheckFailedError: If a ratio exceeds the constant or is not finite, or an exponent might be above 1/4 by one
            standard error: a trend is no support.
    """
    settings = current_sampling()
    trials = min(settings.trials, most_draws)
    drawn: list[float] = []
    exponents: dict[str, str] = {}
    for number, line in enumerate(series):
        medians = []
        for place, (_, draw) in enumerate(line.points):
            rng = np.random.default_rng([settings.seed, number, place])
            ratios = [draw(rng) for _ in range(trials)]
            _require_bounded(ratios, at_most, f"{line.name} = {line.points[place][0]:g}")
            drawn += ratios
            medians.append(median(ratios))
        exponent = fitted_exponent([size for size, _ in line.points], medians)
        if exponent.value + exponent.error > _GROWTH:
            raise CheckFailedError(f"{line.name}: the ratio grows with exponent {exponent}; that is no support")
        exponents[line.name] = str(exponent)
    for place, (name, draw) in enumerate(corners):
        rng = np.random.default_rng([settings.seed, len(series), place])
        ratios = [draw(rng) for _ in range(trials)]
        _require_bounded(ratios, at_most, name)
        drawn += ratios
    if not exponents:
        raise CheckFailedError("nothing was measured along a growing size")
    data = {
        "seed": settings.seed,
        "trials_at_each_size": trials,
        "ratio_at_most": f"{at_most:g}",
        "largest_ratio": f"{max(drawn):.2g}",
        "exponents": exponents,
        "corners": [name for name, _ in corners],
        "means": "support, not proof",
    }
    return mint("Sample", f"{shows}: support, not proof", data, scope=scope, part=part)


def _require_bounded(ratios: Sequence[float], at_most: float, where: str) -> None:
    worst = max(ratios)
    # Written so that a ratio that is not a number fails too.
    if not all(0 <= ratio <= at_most for ratio in ratios):
        raise CheckFailedError(f"{where}: the ratio reaches {worst:.3g}, more than {at_most:g}")
