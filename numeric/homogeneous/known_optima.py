"""Small factorization problems with a known optimal value: closed forms of convex problems Ω, and planted bad points.

Where no closed form is at hand ``optimum`` is ``None``: there the certified gap is what tells the distance from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.network_maps import max_pool
from numeric.homogeneous.norms import Array

MATRIX = np.array([[3.0, -1.0, 0.5], [0.2, 2.0, 1.0]])
POINTS = np.array([[1.0, 0.5], [-1.0, 2.0], [0.3, -1.0]])
OUTPUT = np.array([[2.0], [1.0], [-1.5]])
INPUT = np.array([[1.0], [-1.0], [2.0], [-0.5]])


@dataclass(frozen=True)
class KnownProblem:
    """A problem, its optimal value over all sizes r if it has a closed form, and how that is known.

    Args:
        name: Its name.
        arguments: The keyword arguments of ``factorize``.
        optimum: The optimal value.
        source: The closed form in words, or what is proved instead.
    """

    name: str
    arguments: dict[str, Any] = field(repr=False)
    optimum: float | None
    source: str

    @property
    def size(self) -> int:
        """Return card(D)."""
        return int(np.size(self.arguments["Y"]))


def thresholded_value(values: Array, lam: float, lengths: Array | float = 1.0) -> float:
    """Return Σ min_t ½(σ − t·s)² + λ|t| over orthogonal components of size σ on atoms of length s.

    Example:
        >>> thresholded_value(np.array([3.0, 0.5]), 1.0)
        2.625
    """
    sizes = np.abs(np.asarray(values, dtype=float))
    saved = np.maximum(sizes - lam / np.asarray(lengths), 0.0)
    return float((sizes**2 - saved**2).sum() / 2)


def rotation(angle: float) -> Array:
    """Return the rotation of the plane by an angle."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def orthogonal_tensor(values: tuple[float, float] = (3.0, 1.5)) -> Array:
    """Return Σσᵢ aᵢ ⊗ bᵢ ⊗ cᵢ, 2×2×2, with orthonormal a, b, c."""
    a, b, c = rotation(0.3), rotation(1.1), rotation(-0.7)
    return np.asarray(np.einsum("i,ai,bi,ci->abc", np.array(values), a, b, c))


def known_problems() -> Iterator[KnownProblem]:
    """Yield the problems of the sweep: matrices, nonnegative matrices, tensors, networks."""
    yield from _matrices()
    yield from _tensors()
    yield from _networks()


def _matrices() -> Iterator[KnownProblem]:
    lam = 0.8
    singular = np.linalg.svd(MATRIX, compute_uv=False)
    for g in ("l2-product", "l2-sum"):
        yield KnownProblem(
            f"outer {g}",
            {"Y": MATRIX, "g": g, "lam": lam},
            thresholded_value(singular, lam),
            "singular values soft-thresholded",
        )
    yield KnownProblem(
        "outer l1-product",
        {"Y": MATRIX, "g": "l1-product", "lam": lam},
        thresholded_value(MATRIX.ravel(), lam),
        "entries soft-thresholded",
    )
    yield KnownProblem(
        "outer l1/l2-product",
        {"Y": MATRIX, "g": "l1/l2-product", "lam": lam},
        thresholded_value(np.linalg.norm(MATRIX, axis=1), lam),
        "rows soft-thresholded by their lengths",
    )
    yield KnownProblem(
        "outer linf-product", {"Y": MATRIX, "g": "linf-product", "lam": lam}, None, "certified gap; signs enumerated"
    )
    positive = np.array([[3.0, 1.0], [2.0, 0.7]])
    yield KnownProblem(
        "nonnegative, one slice",
        {"Y": positive, "g": "nonnegative-l2", "lam": 1.0},
        thresholded_value(np.linalg.svd(positive, compute_uv=False), 1.0),
        "the singular value above λ has nonnegative vectors",
    )
    yield KnownProblem(
        "nonnegative, a negative entry",
        {"Y": np.diag([3.0, -2.0]), "g": "nonnegative-l2", "lam": 1.0},
        thresholded_value(np.array([3.0]), 1.0) + 2.0,
        "what is negative cannot be fitted",
    )


def _tensors() -> Iterator[KnownProblem]:
    lam = 0.8
    for g in ("l2-product", "l2-sum"):
        yield KnownProblem(
            f"cp 2×2×2 {g}",
            {"Y": orthogonal_tensor(), "phi": "cp", "g": g, "lam": lam},
            thresholded_value(np.array([3.0, 1.5]), lam),
            "an orthogonal decomposition, soft-thresholded",
        )
    generic = np.array([[[1.0, -0.5], [0.25, 2.0]], [[-1.5, 0.5], [1.0, -0.75]]])
    yield KnownProblem(
        "cp 2×2×2 generic", {"Y": generic, "phi": "cp", "lam": 0.5}, None, "certified gap; cover of a sphere"
    )
    yield KnownProblem(
        "cp 2×2×2 l1-product",
        {"Y": generic, "phi": "cp", "g": "l1-product", "lam": 0.5},
        thresholded_value(generic.ravel(), 0.5),
        "entries soft-thresholded",
    )


def _networks() -> Iterator[KnownProblem]:
    lam = 0.5
    parts = np.array([np.linalg.norm(np.maximum(sign * OUTPUT, 0.0)) for sign in (1, -1)])
    yield KnownProblem(
        "relu, unit inputs",
        {"Y": OUTPUT, "phi": "relu", "V": np.eye(3), "lam": lam},
        thresholded_value(parts, lam),
        "positive and negative part of the output, soft-thresholded by their lengths",
    )
    yield KnownProblem(
        "relu, points of the plane",
        {"Y": np.hstack([OUTPUT, OUTPUT[::-1]]), "phi": "relu", "V": POINTS, "lam": lam},
        None,
        "certified gap; activation arrangement",
    )
    outputs = np.array([[1.0, 0.5], [2.0, -1.0], [-0.5, 1.5], [0.0, 1.0]])
    value = scalar_input_value(INPUT, outputs, lam)
    words = "one group for each sign of the input, orthogonal, soft-thresholded"
    yield KnownProblem("relu, scalar inputs", {"Y": outputs, "phi": "relu", "V": INPUT, "lam": lam}, value, words)
    yield KnownProblem(
        "three layers, scalar inputs",
        {"Y": outputs, "phi": "parallel-relu", "V": INPUT, "widths": (2, 2), "lam": lam},
        value,
        words,
    )
    yield KnownProblem(
        "three layers, points of the plane",
        {"Y": OUTPUT, "phi": "parallel-relu", "V": POINTS, "widths": (2, 2), "lam": lam},
        None,
        "certified gap; convex majorant",
    )
    pooled = max_pool(POINTS[[0, 1, 2, 0]] * np.array([[1], [1], [1], [-0.5]]), [(0, 1), (2, 3)])
    yield KnownProblem(
        "max-pool", {"Y": [[2.0], [-1.5]], "phi": pooled, "lam": lam}, None, "certified gap; arrangement of the maxima"
    )


def scalar_input_value(inputs: Array, outputs: Array, lam: float) -> float:
    """Return the optimal value for networks of any depth on scalar inputs v.

    φ is ψ⁺(v)aᵀ or ψ⁺(−v)aᵀ at cost ‖a‖, and the two vectors of activations are orthogonal.
    """
    value = float((outputs**2).sum() / 2)
    for sign in (1, -1):
        s = np.maximum(sign * inputs[:, 0], 0.0)
        if s.any():
            value -= max(0.0, float(np.linalg.norm(outputs.T @ s)) - lam) ** 2 / (2 * float(s @ s))
    return value


def planted_points() -> Iterator[tuple[str, KnownProblem, Factors]]:
    """Yield points where descent may stay: all zero, zero on one side, critical points, spurious local minima."""
    spurious = np.diag([5.0, 0.0])
    row = np.array([[5.0, 0.0]])
    for name, Y, U, V in (
        ("all zero", spurious, np.zeros((2, 2)), np.zeros((2, 2))),
        ("zero on one side", spurious, np.zeros((2, 1)), np.array([[0.0], [1.0]])),
        ("zero on one side, many slices", row, np.zeros((1, 3)), np.array([[0.0] * 3, [1.0] * 3])),
        ("a zero slice in each factor", spurious, np.array([[0.0, 0], [0, 1]]), np.array([[0.0, 0], [1, 0]])),
    ):
        optimum = thresholded_value(np.array([5.0]), 1.0)
        yield name, KnownProblem(name, {"Y": Y, "lam": 1.0}, optimum, "singular values soft-thresholded"), (U, V)
    problems = {p.name: p for p in known_problems()}
    tensor, relu = problems["cp 2×2×2 l2-product"], problems["relu, scalar inputs"]
    small = rotation(0.3)[:, 1:], rotation(1.1)[:, 1:], rotation(-0.7)[:, 1:]
    yield "only the smaller component", tensor, tuple(np.cbrt(1.5 - 0.8) * x for x in small)
    yield "a zero tensor", tensor, tuple(np.zeros((2, 1)) for _ in range(3))
    yield "all hidden units dead", relu, (np.zeros((1, 2)), np.ones((2, 2)))
    yield "one sign of the input only", relu, (np.ones((1, 2)), np.zeros((2, 2)))
