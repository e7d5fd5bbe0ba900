"""Smooth charts of factors: coordinates with bounds in which norms are smooth, so that gradient methods apply.

l2 norms are smooth as they are (their K-th powers at zero, too). An l1 norm is the sum of the positive and negative
parts x = a − b, a, b ≥ 0; an l∞ norm is the t ≥ 0 of x = t·s with |s| ≤ 1. In each chart the penalty is at least Σg,
with equality at every local minimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.homogeneous.elemental_maps import Factors
from numeric.homogeneous.norms import Array, slice_norms
from numeric.homogeneous.problem import Problem
from numeric.homogeneous.regularizers import OwnRegularizer, Regularizer

_INFINITY = np.inf


@dataclass(frozen=True)
class _Coordinates:
    """Coordinates of one factor: where they stand in z, and what they are."""

    kind: str
    shape: tuple[int, ...]
    start: int
    stop: int


class Chart:
    """Coordinates z of factors with bounds, and the objective with its gradient in them.

    For mappings of degree 1 in every factor products of norms are replaced by the sums (1/K)Σ‖xᵏ‖^K, which are never
    smaller and equal them at balanced slices.
    """

    def __init__(self, task: Problem, factors: Factors) -> None:
        self.task = task
        g = task.g
        norms = g.norms if isinstance(g, Regularizer) else ("free",) * len(factors)
        self.nonnegative = isinstance(g, Regularizer) and g.nonnegative
        self.parts: list[_Coordinates] = []
        values: list[Array] = []
        lower: list[Array] = []
        upper: list[Array] = []
        position = 0
        for norm, X in zip(norms, factors, strict=True):
            kind = "nonnegative-l1" if norm == "l1" and self.nonnegative else norm
            z, low, high = self._encoded(kind, X)
            self.parts.append(_Coordinates(kind, X.shape, position, position + z.size))
            values, lower, upper = [*values, z], [*lower, low], [*upper, high]
            position += z.size
        self.z, self.lower, self.upper = (np.concatenate(p) for p in (values, lower, upper))

    def _encoded(self, kind: str, X: Array) -> tuple[Array, Array, Array]:
        x = X.ravel()
        floor = np.full(x.size, 0.0 if self.nonnegative else -_INFINITY)
        if kind == "l1":
            z = np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)])
            return z, np.zeros(z.size), np.full(z.size, _INFINITY)
        if kind == "linf":
            t = slice_norms("linf", X)
            s = np.divide(X, t, out=np.zeros_like(X), where=t > 0).ravel()
            low = np.concatenate([np.zeros(t.size), np.full(s.size, 0.0 if self.nonnegative else -1.0)])
            return np.concatenate([t, s]), low, np.concatenate([np.full(t.size, _INFINITY), np.ones(s.size)])
        return x, floor, np.full(x.size, _INFINITY)

    def factors(self, z: Array) -> Factors:
        """Return the factors at z."""
        found = []
        for part in self.parts:
            own = z[part.start : part.stop]
            if part.kind == "l1":
                half = own.size // 2
                found.append((own[:half] - own[half:]).reshape(part.shape))
            elif part.kind == "linf":
                r = part.shape[-1]
                found.append(own[r:].reshape(part.shape) * own[:r])
            else:
                found.append(own.reshape(part.shape))
        return tuple(found)

    def value(self, z: Array) -> tuple[float, Array]:
        """Return the objective at z and its gradient."""
        task, factors = self.task, self.factors(z)
        residual = task.residual(factors)
        back = task.phi.pullback(factors, -residual)
        loss = float((residual**2).sum() / 2)
        if isinstance(task.g, OwnRegularizer):
            own = task.g.gradients(factors)
            gradient = np.concatenate([(b + task.lam * d).ravel() for b, d in zip(back, own, strict=True)])
            return loss + task.lam * float(task.g.cost(*factors)), gradient
        norms = [self._norms(part, z) for part in self.parts]
        penalty, slopes = self._penalty(norms)
        gradient = np.concatenate(
            [
                self._gradient(part, z, b, task.lam * slope, norm)
                for part, b, slope, norm in zip(self.parts, back, slopes, norms, strict=True)
            ]
        )
        return loss + task.lam * penalty, gradient

    def _norms(self, part: _Coordinates, z: Array) -> Array:
        own, r = z[part.start : part.stop], part.shape[-1]
        if part.kind in ("l1", "nonnegative-l1"):
            return np.asarray(own.reshape(-1, r).sum(axis=0))
        if part.kind == "linf":
            return own[:r]
        return slice_norms("l2", own.reshape(-1, r))

    def _penalty(self, norms: list[Array]) -> tuple[float, list[Array]]:
        """Return Σg, or the sums of powers in its place, and the derivatives by the norms."""
        g, K = self.task.g, len(norms)
        if isinstance(g, Regularizer) and g.form == "product" and not self.task.interchangeable:
            slopes = [np.prod([n for j, n in enumerate(norms) if j != k], axis=0) for k in range(K)]
            return float(np.prod(norms, axis=0).sum()), slopes
        p = int(g.degree)
        return float(sum((n**p).sum() for n in norms) / K), [p * n ** (p - 1) / K for n in norms]

    def _gradient(self, part: _Coordinates, z: Array, back: Array, slope: Array, norm: Array) -> Array:
        own, r = z[part.start : part.stop], part.shape[-1]
        rows = back.reshape(-1, r)
        if part.kind == "l1":
            return np.concatenate([(rows + slope).ravel(), (slope - rows).ravel()])
        if part.kind == "nonnegative-l1":
            return np.asarray((rows + slope).ravel())
        if part.kind == "linf":
            s, t = own[r:].reshape(-1, r), own[:r]
            return np.concatenate([(rows * s).sum(axis=0) + slope, (rows * t).ravel()])
        ratio = np.divide(slope, norm, out=np.zeros_like(norm), where=norm > 0)
        return np.asarray((rows + own.reshape(-1, r) * ratio).ravel())
