"""The least eigenvalue of the population Hessian at the truth as the weights' condition number grows, k = d = 2."""

from __future__ import annotations

import numpy as np

from numeric.nimc.activations import Activation, Array
from numeric.nimc.plane_quadrature import estimate_population_hessian


def sample_least_eigenvalue(phi: Activation, condition: float, rng: np.random.Generator) -> float:
    """Return an estimate of λ_min(H*) at U*, V* with singular values (condition, 1) and random singular vectors.

    Args:
        phi: A smooth activation.
        condition: κ ≥ 1; for k = 2 it is λ as well.
        rng: The generator.

    Returns:
        The eigenvalue by a product rule whose step shrinks with κ: a floating-point estimate, not a bound.
    """
    weights = [_rotation(rng) @ np.diag([condition, 1.0]) @ _rotation(rng) for _ in range(2)]
    H = estimate_population_hessian(phi, weights[0], weights[1], step=0.3 / condition**0.8, cut=7.5)
    return float(np.linalg.eigvalsh(H)[0])


def _rotation(rng: np.random.Generator) -> Array:
    angle = rng.uniform(0, 2 * np.pi)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])
