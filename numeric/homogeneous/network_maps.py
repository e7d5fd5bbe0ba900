"""Elemental mappings of networks: two rectified layers, parallel deeper subnetworks, max-pooling."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from numeric.homogeneous.elemental_maps import Composition, ElementalMap, ElementalMapError, Factors
from numeric.homogeneous.norms import Array, entries, hidden_loss, larger, like, rectified


def data_matrix(V: Any, rows: int | None = None) -> Array:
    """Return the data of a network as a finite matrix, exact entries kept.

    Raises:
        ElementalMapError: If V is missing, not a matrix, not finite, or has not as many rows as the output.
    """
    if V is None:
        raise ElementalMapError("network: the training data V are missing; pass V=, one row for each row of Y")
    if loss := hidden_loss(V):
        raise ElementalMapError(f"network: V has {loss}; give real numbers, all of them present")
    try:
        data = np.array(V)
        data.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise ElementalMapError("network: V is no array of numbers; give rows of equal length") from None
    data = data if data.dtype == object else data.astype(float)
    if data.ndim != 2 or data.size == 0:
        raise ElementalMapError(f"network: V has shape {data.shape}; give a matrix N×d, one row for each row of Y")
    if not np.isfinite(data.astype(float)).all():
        raise ElementalMapError("network: V has entries that are NaN or infinite; remove those rows of V and Y")
    if rows is not None and data.shape[0] != rows:
        raise ElementalMapError(f"network: V has {data.shape[0]} rows but Y has {rows}; they must be the same points")
    return data


def parallel_relu(V: Any, *, widths: Sequence[int] = (), outputs: int = 1) -> ElementalMap:
    """Return ψ⁺(… ψ⁺(ψ⁺(V x¹) x²) …) x^K, a subnetwork with the given widths of its hidden layers.

    Args:
        V: Training data, N×d.
        widths: Units in each hidden layer of one subnetwork; none or ``(1,)`` for the two-layer network, where the
            factors are vectors x¹ of length d and x² of length ``outputs``.
        outputs: Length of the output of one data point; the image is N×``outputs``.

    **Source:** [global-optimality] (13), (14).

    Example:
        >>> two, three = parallel_relu([[1.0], [2.0]]), parallel_relu([[1.0], [2.0]], widths=(2, 3))
        >>> two.name, two.shapes, three.name, three.shapes
        ('relu', ((1,), (1,)), 'parallel-relu', ((1, 2), (2, 3), (3, 1)))
    """
    data = data_matrix(V)
    units: tuple[Any, ...] = tuple(widths)
    if not all(isinstance(w, int | np.integer) and w >= 1 for w in (*units, outputs)):
        raise ElementalMapError(f"network: widths {widths!r}, outputs {outputs}; every layer needs at least one unit")
    if units in ((), (1,)):
        return _two_layers(data, outputs)
    sizes = (data.shape[1], *units, outputs)
    shapes = tuple(pairwise(sizes))

    def layers(factors: Factors) -> list[Array]:
        hidden = [np.tensordot(like(data, factors[0]), factors[0], axes=1)]
        for x in factors[1:]:
            hidden.append((rectified(hidden[-1])[:, :, None, :] * x[None]).sum(axis=1))
        return hidden

    def pullback(factors: Factors, W: Array) -> Factors:
        hidden = layers(factors)
        above = np.repeat(W[:, :, None], factors[0].shape[-1], axis=2)
        found: list[Array] = []
        for k in range(len(factors) - 1, 0, -1):
            found.append(np.einsum("nir,njr->ijr", rectified(hidden[k - 1]), above))
            above = np.einsum("njr,ijr->nir", above, factors[k]) * (hidden[k - 1] > 0)
        found.append(np.tensordot(data.astype(float).T, above, axes=1))
        return tuple(reversed(found))

    composition: Composition = ("linear", "x1")
    for k in range(2, len(shapes) + 1):
        composition = ("multilinear", ("rectified", composition), f"x{k}")
    return ElementalMap(
        "parallel-relu",
        shapes,
        (data.shape[0], outputs),
        len(shapes),
        lambda factors: layers(factors)[-1],
        pullback,
        composition,
        balanced=True,
        kinks=lambda x, tolerance: _zero_rows(data, x, tolerance),
        settings={"V": data, "widths": units},
    )


def _two_layers(data: Array, outputs: int) -> ElementalMap:
    def images(factors: Factors) -> Array:
        x, y = factors
        return np.asarray(rectified(np.dot(like(data, x), x))[:, None, :] * y[None])

    def pullback(factors: Factors, W: Array) -> Factors:
        x, y = factors
        V = data.astype(float)
        hidden = V @ x
        return V.T @ ((W @ y) * (hidden > 0)), W.T @ rectified(hidden)

    return ElementalMap(
        "relu",
        ((data.shape[1],), (outputs,)),
        (data.shape[0], outputs),
        2,
        images,
        pullback,
        ("multilinear", ("rectified", ("linear", "x1")), "x2"),
        balanced=True,
        kinks=lambda x, tolerance: _zero_rows(data, x, tolerance),
        settings={"V": data},
    )


def max_pool(V: Any, groups: Sequence[Sequence[int]], *, outputs: int = 1) -> ElementalMap:
    """Return maxpool(ψ⁺(V x¹)) (x²)ᵀ, the maximum over each group of rows of V; the image has a row for each group.

    Args:
        V: Training data, N×d.
        groups: Row numbers of V that are pooled, for each row of the output.
        outputs: Length of x².

    Example:
        >>> pooled = max_pool([[1.0], [-2.0], [3.0]], [(0, 1), (2,)])
        >>> pooled.total((np.array([[1.0]]), np.array([[2.0]]))).tolist()
        [[2.0], [6.0]]
    """
    data = data_matrix(V)
    members = [list(group) for group in groups]
    if not members or not all(members) or not all(0 <= i < data.shape[0] for group in members for i in group):
        raise ElementalMapError(
            f"max-pool: groups {members} must be nonempty lists of rows 0..{data.shape[0] - 1} of V"
        )

    def images(factors: Factors) -> Array:
        x, y = factors
        hidden = rectified(np.dot(like(data, x), x))
        return np.asarray(_maxima(hidden, members)[:, None, :] * y[None])

    def pullback(factors: Factors, W: Array) -> Factors:
        x, y = factors
        V = data.astype(float)
        hidden = rectified(V @ x)
        above, back = W @ y, np.zeros_like(hidden)
        for number, group in enumerate(members):
            first = np.array(group)[hidden[group].argmax(axis=0)]
            columns = np.arange(x.shape[1])
            np.add.at(back, (first, columns), above[number] * (hidden[first, columns] > 0))
        return V.T @ back, W.T @ _maxima(hidden, members)

    def kinks(x: Array, tolerance: float) -> Array:
        V = data.astype(float)
        rows = [_zero_rows(data, x, tolerance)]
        for group in members:
            best = group[int((V[group] @ x).argmax())]
            rows.append(_zero_rows(V[[i for i in group if i != best]] - V[best], x, tolerance))
        return np.vstack(rows)

    return ElementalMap(
        "max-pool",
        ((data.shape[1],), (outputs,)),
        (len(members), outputs),
        2,
        images,
        pullback,
        ("multilinear", ("pooled", ("rectified", ("linear", "x1"))), "x2"),
        balanced=True,
        kinks=kinks,
        settings={"V": data, "groups": members},
    )


def _maxima(hidden: Array, groups: list[list[int]]) -> Array:
    if hidden.dtype != object:
        return np.stack([hidden[group].max(axis=0) for group in groups])
    columns = hidden.shape[1]
    found = []
    for group in groups:
        best = list(hidden[group[0]])
        for i in group[1:]:
            best = [larger(a, b) for a, b in zip(best, hidden[i], strict=True)]
        found.append(entries(best))
    return np.stack(found) if columns else np.zeros((len(groups), 0), dtype=object)


def _zero_rows(V: Array, x: Array, tolerance: float) -> Array:
    """Return the rows of V whose product with x is small beside their lengths."""
    rows = V.astype(float)
    length = float(np.linalg.norm(x))
    near = np.abs(rows @ x) <= tolerance * length * np.linalg.norm(rows, axis=1)
    return np.asarray(rows[near & (np.abs(rows).max(axis=1, initial=0.0) > 0)])
