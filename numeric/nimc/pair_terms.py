"""What each observed pair contributes to the NIMC Hessian, before any sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.nimc.activations import Array
from numeric.nimc.observed_pairs import Indices


@dataclass(frozen=True)
class Side:
    """One side's features (n, d), its index of each pair (m,), and φ, φ′, φ″ there, each (k, n)."""

    vectors: Array
    index: Indices
    value: Array
    slope: Array
    curvature: Array


@dataclass(frozen=True)
class PairTerms:
    """The pairs' terms, seen from one side, the near one.

    With P, P′, P″ the near side's values at a pair, Q, Q′, Q″ the far side's and r the residual, α = P′ ∘ Q and
    β = P ∘ Q′ are the weights of x and y in the Jacobian, and γ = r P′ ∘ Q′.

    Args:
        near: The near side, its index in the order of the pairs used here.
        far: The far side, likewise.
        residuals: Residuals over |Ω| in this order, shape (m,).
    """

    near: Side
    far: Side
    residuals: Array

    @property
    def scale(self) -> float:
        """Return 1/√|Ω|."""
        return float(1 / np.sqrt(len(self.residuals)))

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Return d, e, k and m."""
        return self.near.vectors.shape[1], self.far.vectors.shape[1], len(self.near.value), len(self.residuals)

    def weights(self, here: slice) -> tuple[Array, Array, Array]:
        """Return α/√|Ω|, β/√|Ω| and γ/|Ω| of some of the pairs, each of shape (k, pairs)."""
        i, j = self.near.index[here], self.far.index[here]
        near_slope, far_slope = np.take(self.near.slope, i, axis=1), np.take(self.far.slope, j, axis=1)
        diagonal = near_slope * far_slope
        diagonal *= self.residuals[here]
        near_slope *= np.take(self.far.value, j, axis=1)
        near_slope *= self.scale
        far_slope *= np.take(self.near.value, i, axis=1)
        far_slope *= self.scale
        return near_slope, far_slope, diagonal

    def bends(self, here: slice) -> tuple[Array, Array]:
        """Return the residual's weights of the blocks (a, a) of each side with itself, over |Ω|, (k, pairs) each."""
        i, j = self.near.index[here], self.far.index[here]
        near = np.take(self.near.curvature, i, axis=1) * np.take(self.far.value, j, axis=1)
        far = np.take(self.far.curvature, j, axis=1) * np.take(self.near.value, i, axis=1)
        near *= self.residuals[here]
        far *= self.residuals[here]
        return near, far
