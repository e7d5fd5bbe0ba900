"""The moments of all pairs of columns as arrays of floats, filled by closed forms or by a grid in the plane."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from numeric.nimc.activations import Activation, Array

_REACH = 9.5
_STEP = 0.14
_CHUNK = 2**20


@dataclass(frozen=True)
class FloatingMoments:
    """The scalars of :class:`~numeric.population_hessian.pair_moments.PairMoments`, each of shape (k, k).

    ``own_left``, ``other_left`` belong to E[φ'(u_i·x)φ(u_j·x)x], ``own_right``, ``other_right`` to
    E[φ(u_i·x)φ'(u_j·x)x]; "own" is the coefficient of u_i.
    """

    value: Array
    identity: Array
    left: Array
    mixed: Array
    right: Array
    own_left: Array
    other_left: Array
    own_right: Array
    other_right: Array

    def fill_diagonal(self, value: Array, identity: Array, along: Array, slope: Array) -> None:
        """Write the moments of each column with itself; ``along`` belongs to uuᵀ, ``slope`` to u."""
        for array, entries in (
            (self.value, value),
            (self.identity, identity),
            (self.left, along),
            (self.mixed, 0.0),
            (self.right, 0.0),
            (self.own_left, slope),
            (self.other_left, 0.0),
            (self.own_right, slope),
            (self.other_right, 0.0),
        ):
            np.fill_diagonal(array, entries)

    def write_pair(self, i: int, j: int, scalars: tuple[float, ...]) -> None:
        """Write the nine scalars of (i, j), in the order of the fields, and those of (j, i)."""
        value, identity, left, mixed, right, own_left, other_left, own_right, other_right = scalars
        mirrored = (value, identity, right, mixed, left, other_right, own_right, other_left, own_left)
        fields = (
            self.value, self.identity, self.left, self.mixed, self.right,
            self.own_left, self.other_left, self.own_right, self.other_right,
        )  # fmt: skip
        for array, here, there in zip(fields, scalars, mirrored, strict=True):
            array[i, j], array[j, i] = here, there


def homogeneous_slopes(phi: Activation) -> tuple[float, float] | None:
    """Return (c₁, c₂) if φ is c₁z for z > 0 and c₂z for z < 0 as far as its second derivative and six values tell."""
    if phi.second is None:
        return None
    z = np.array([1.0, 2.0, 0.375, -1.0, -2.0, -0.375])
    if phi.second(z).any():
        return None
    values = phi.value(z)
    right, left = float(values[0]), -float(values[3])
    expected = np.where(z > 0, right * z, left * z)
    return (right, left) if np.allclose(values, expected, rtol=1e-14, atol=0) else None


def homogeneous_moments(slopes: tuple[float, float], W: Array) -> FloatingMoments:
    """Return the closed forms for φ = αz + β|z|; see :mod:`numeric.population_hessian.homogeneous_pairs`."""
    odd, even = ((slopes[0] + slopes[1]) / 2) ** 2, ((slopes[0] - slopes[1]) / 2) ** 2 * 2 / np.pi
    lengths = np.sqrt((W**2).sum(axis=0))
    unit = (W / lengths).T
    rho = unit @ unit.T
    # The sine of the angle from sums and differences: no cancellation for nearly parallel columns.
    apart = np.sqrt(((unit[:, None] - unit[None]) ** 2).sum(axis=2))
    along = np.sqrt(((unit[:, None] + unit[None]) ** 2).sum(axis=2))
    r = apart * along / 2
    theta = np.arctan2(rho, r)
    s, t = lengths[:, None], lengths[None, :]
    both = odd + even * theta
    safe = np.where(r > 0, r, 1.0)
    left = -even * rho / (safe * s * s)
    sideways = even * r * t / s
    value = odd * (W.T @ W) + even * s * t * (r + rho * theta)
    moments = FloatingMoments(
        value, both, left, even / (safe * s * t), left.T.copy(), sideways, both.copy(), both.copy(), sideways.T.copy()
    )
    total = np.full(len(lengths), odd + even * np.pi / 2)
    moments.fill_diagonal(total * lengths**2, total, np.zeros_like(total), total)
    return moments


def moments_on_grid(moments: FloatingMoments, phi: Activation, pair: tuple[int, int], W: Array) -> None:
    """Overwrite the moments of one pair by a trapezoidal rule in its plane, q along u and z across.

    Args:
        moments: Where to write.
        phi: A smooth activation with φ'.
        pair: The two columns.
        W: All columns, shape (d, k).
    """
    i, j = pair
    u, v = W[:, i], W[:, j]
    sigma = float(np.linalg.norm(u))
    lean = float(u @ v) / sigma
    across = v - u * (lean / sigma)
    spread = float(np.linalg.norm(across))
    q, weights = _axis(max(sigma, abs(lean)))
    z, inner = _axis(spread)
    slope = phi.derivative(1, "population Hessian (estimate)")
    columns = np.stack([inner, inner * z, inner * z * z], axis=1)
    value, turned = np.empty((2, len(q), 3))
    rows = max(1, _CHUNK // len(z))
    for start in range(0, len(q), rows):
        part = slice(start, start + rows)
        points = lean * q[part, None] + spread * z
        value[part], turned[part] = phi.value(points) @ columns, slope(points) @ columns
    own, own_slope = weights * phi.value(sigma * q), weights * slope(sigma * q)
    plain = float(own_slope @ turned[:, 0])
    along = float((own_slope * q * q) @ turned[:, 0]) - plain
    mixed = float((own_slope * q) @ turned[:, 1])
    beyond = float(own_slope @ turned[:, 2]) - plain
    # x = q û + z ŵ, ŵ = onto_v·v - back·u.
    onto_v, back = 1 / spread, lean / (sigma * spread)
    left_q, left_z = float((own_slope * q) @ value[:, 0]), float(own_slope @ value[:, 1])
    right_q, right_z = float((own * q) @ turned[:, 0]), float(own @ turned[:, 1])
    moments.write_pair(
        i,
        j,
        (
            float(own @ value[:, 0]),
            plain,
            along / sigma**2 - 2 * mixed * back / sigma + beyond * back**2,
            mixed * onto_v / sigma - beyond * back * onto_v,
            beyond * onto_v**2,
            left_q / sigma - left_z * back,
            left_z * onto_v,
            right_q / sigma - right_z * back,
            right_z * onto_v,
        ),
    )


def _axis(length: float) -> tuple[Array, Array]:
    step = min(0.5, _STEP / length)
    x: Array = step * np.arange(-ceil(_REACH / step), ceil(_REACH / step) + 1, dtype=np.float64)
    weights: Array = step / np.sqrt(2 * np.pi) * np.exp(-(x**2) / 2)
    return x, weights
