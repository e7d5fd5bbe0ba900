"""Matrices with a known rational singular value decomposition, their soft thresholding and its certificate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numeric.homogeneous.exact_maps import Array, fractions

_ROTATIONS = {
    2: fractions([["3/5", "-4/5"], ["4/5", "3/5"]]),
    3: fractions([["1/3", "2/3", "2/3"], ["2/3", "-2/3", "1/3"], ["2/3", "1/3", "-2/3"]]),
}


@dataclass(frozen=True)
class RationalSpectrum:
    """Y = U diag(σ) Vᵀ with rational orthogonal U (m×m), V (n×n) and a threshold λ."""

    m: int
    n: int
    singular_values: tuple[Fraction, ...]
    threshold: Fraction

    def _assemble(self, values: list[Fraction]) -> Array:
        U, V = _ROTATIONS[self.m], _ROTATIONS[self.n]
        middle = fractions([[values[i] if i == j else 0 for j in range(self.n)] for i in range(self.m)])
        return np.asarray(U.dot(middle).dot(V.T))

    def pairing(self) -> Fraction:
        """Return ⟨W, X⟩ entrywise, with X the thresholded matrix and W = (Y − X)/λ."""
        Y = self._assemble(list(self.singular_values))
        X = self._assemble([max(s - self.threshold, Fraction(0)) for s in self.singular_values])
        W = (Y - X) / self.threshold
        return Fraction((W * X).sum())

    def thresholded_sum(self) -> Fraction:
        """Return Σ(σ − λ)₊."""
        return sum((max(s - self.threshold, Fraction(0)) for s in self.singular_values), Fraction(0))

    def kept_sum(self) -> Fraction:
        """Return the sum of the singular values above λ."""
        return sum((s for s in self.singular_values if s > self.threshold), Fraction(0))

    def dual_pairing(self) -> Fraction:
        """Return ⟨UVᵀ, Y⟩ entrywise."""
        W = self._assemble([Fraction(1)] * min(self.m, self.n))
        return Fraction((W * self._assemble(list(self.singular_values))).sum())

    def sum(self) -> Fraction:
        """Return Σσ."""
        return sum(self.singular_values, Fraction(0))

    def square_sum(self) -> Fraction:
        """Return Σσ²."""
        return sum((s * s for s in self.singular_values), Fraction(0))

    def to_record(self) -> dict[str, str]:
        """Return the instance as exact text."""
        return {
            "shape": f"{self.m}×{self.n}",
            "singular_values": str([str(s) for s in self.singular_values]),
            "threshold": str(self.threshold),
        }


def rational_spectra() -> Iterator[RationalSpectrum]:
    """Yield 2×3 and 3×3 matrices: distinct, repeated and zero singular values, one at the threshold."""
    for m, n, values in ((2, 3, (5, 2)), (2, 2, (3, 3)), (3, 3, (4, 1, 0)), (3, 2, (1, 0)), (3, 3, (2, 2, 2))):
        yield RationalSpectrum(m, n, tuple(map(Fraction, values)), Fraction(1))
