"""The paper's letters as matrix symbols, its printed derivatives, and exact instances for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, decide_matrix_identity, scalar_matrix
from claims.evidence import Evidence
from claims.sampling import current_sampling
from claims.statement import Hypothesis
from numeric.landscape import objective as objective_values
from symbolic.matrix.expression import Expression, Symbol
from symbolic.matrix.operations import inner, norm2, trace
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity, matrix, scalar

SHAPES = Hypothesis(
    "shapes", r"$X\in\mathbb R^{m\times n}$, $W\in\mathbb R^{m\times k}$, $S\in\mathbb R^{k\times n}$, $m,n,k\ge 1$"
)

X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
G, H = matrix("G", "m", "k"), matrix("H", "k", "n")
A, A_INVERSE = matrix("A", "k", "k"), matrix("A_i", "k", "k")
K = matrix("K", "k", "k")
t = scalar("t")
INVERTIBLE = (Relation(A * A_INVERSE, identity("k")), Relation(A_INVERSE * A, identity("k")))

Point = tuple[Expression, Expression]
"""A pair (W, S), or a direction (G, H)."""
Identities = Mapping[str, MatrixIdentity]
"""The identities of a statement by the names of its parts; ``""`` stands for the whole."""


def J(point: Point = (W, S)) -> Expression:
    """Return ½‖X − WS‖²."""
    return norm2(X - point[0] * point[1]) / 2


def residual(point: Point = (W, S)) -> Expression:
    """Return E = WS − X."""
    return point[0] * point[1] - X


def gradient_blocks(point: Point = (W, S)) -> Point:
    """Return (ESᵀ, WᵀE) as printed in (4)."""
    E = residual(point)
    return E * point[1].T, point[0].T * E


def hessian_blocks(point: Point = (W, S), direction: Point = (G, H)) -> Point:
    """Return the two blocks printed in (5)."""
    (W_, S_), (G_, H_), E = point, direction, residual(point)
    return G_ * S_ * S_.T + W_ * H_ * S_.T + E * H_.T, W_.T * W_ * H_ + W_.T * G_ * S_ + G_.T * E


def second(point: Point = (W, S), direction: Point = (G, H)) -> Expression:
    """Return the second derivative printed in (6)."""
    (W_, S_), (G_, H_) = point, direction
    cross = H_.T * W_.T * G_ * S_ + H_.T * G_.T * residual(point)
    return norm2(G_ * S_) + norm2(W_ * H_) + 2 * trace(cross)


def pair(left: Point, right: Point) -> Expression:
    """Return the inner product ⟨(G, H), (G′, H′)⟩ = ⟨G, G′⟩ + ⟨H, H′⟩."""
    return inner(left[0], right[0]) + inner(left[1], right[1])


def moved(point: Point, step: Expression, direction: Point) -> Point:
    """Return the point after a step along a direction."""
    return point[0] + step * direction[0], point[1] + step * direction[1]


def acted(point: Point, by: Expression = A, inverse: Expression = A_INVERSE) -> Point:
    """Return L_A(G, H) = (GA, A⁻¹H)."""
    return point[0] * by, inverse * point[1]


def settle(identities: Identities, instances: Callable[[], Iterator[MatrixInstance]]) -> list[Evidence]:
    """Return the evidence of every part, each decided for all dimensions and tried at the instances."""
    return [decide_matrix_identity(found, instances(), part=part) for part, found in identities.items()]


# Exact instances. All numbers of the first two sizes differ; the others are the degenerate ones.

SIZES: tuple[tuple[int, int, int], ...] = ((2, 3, 4), (4, 3, 2), (3, 4, 1), (2, 2, 3), (1, 1, 1), (1, 2, 2))


def sample_matrix(rng: np.random.Generator, rows: int, cols: int) -> fmpq_mat:
    """Return a matrix of small random rationals, some of them zero."""
    entries = [fmpq(int(rng.integers(-3, 4)), int(rng.integers(1, 3))) for _ in range(rows * cols)]
    return fmpq_mat(rows, cols, entries)


def sample_invertible(rng: np.random.Generator, size: int) -> fmpq_mat:
    """Return a random invertible matrix: triangular factors with nonzero diagonals."""
    lower, upper = sample_matrix(rng, size, size), sample_matrix(rng, size, size)
    for i in range(size):
        lower[i, i], upper[i, i] = fmpq(int(rng.integers(1, 3))), fmpq(-1 - (i % 2))
        for j in range(i):
            lower[j, i] = upper[i, j] = fmpq(0)
    return lower * upper


def free_instances(
    symbols: Sequence[Symbol],
    complete: Callable[[np.random.Generator, Mapping[str, int], dict[str, fmpq_mat]], None] = lambda *_: None,
    sizes: Sequence[tuple[int, int, int]] = SIZES,
) -> Callable[[], Iterator[MatrixInstance]]:
    """Return a maker of instances: random, then with W of rank one, then with W and S zero, at every size.

    Args:
        symbols: Symbols whose entries are drawn freely.
        complete: Adds or replaces the values of symbols that depend on others.
        sizes: The (m, n, k) to use.
    """

    def make() -> Iterator[MatrixInstance]:
        rng = np.random.default_rng(current_sampling().seed)
        for m, n, k in sizes:
            named = {"m": m, "n": n, "k": k}
            for degenerate in ("", "rank one", "zero"):
                values = {s.name: sample_matrix(rng, s.rows.value(named), s.cols.value(named)) for s in symbols}
                if degenerate == "rank one" and "W" in values:
                    values["W"] = sample_matrix(rng, m, 1) * sample_matrix(rng, 1, k)
                if degenerate == "zero":
                    values |= {name: values[name] * 0 for name in ("W", "S") if name in values}
                complete(rng, named, values)
                yield MatrixInstance(named, values)

    return make


def add_inverse(rng: np.random.Generator, sizes: Mapping[str, int], values: dict[str, fmpq_mat]) -> None:
    """Add an invertible A with its inverse."""
    values["A"] = sample_invertible(rng, sizes["k"])
    values["A_i"] = values["A"].inv()


PLAIN = free_instances([X, W, S, G, H])
WITH_INVERSE = free_instances([X, W, S, G, H], add_inverse)


# Values that come from nothing but evaluations of the objective.


def line_coefficients(at: MatrixInstance) -> list[fmpq]:
    """Return the five coefficients of the quartic s ↦ J(W + sG, S + sH), interpolated exactly."""
    points = (-2, -1, 0, 1, 2)
    values = [objective_values.objective(at["W"] + at["G"] * s, at["S"] + at["H"] * s, at["X"]) for s in points]
    powers = fmpq_mat(5, 5, [fmpq(s) ** i for s in points for i in range(5)])
    solved: list[fmpq] = powers.solve(fmpq_mat(5, 1, values)).entries()
    return solved


def slope_by_differences(at: MatrixInstance) -> fmpq_mat:
    """Return DJ(W, S)[(G, H)] from evaluations of the objective."""
    return scalar_matrix(line_coefficients(at)[1])


def second_by_differences(at: MatrixInstance) -> fmpq_mat:
    """Return D²J(W, S)[(G, H)] from evaluations of the objective."""
    return scalar_matrix(2 * line_coefficients(at)[2])


def gradient_value(block: str) -> Callable[[MatrixInstance], fmpq_mat]:
    """Return a function that finds the block ``"W"`` or ``"S"`` of the gradient by differences."""

    def value(at: MatrixInstance) -> fmpq_mat:
        return _block(objective_values.gradient_by_differences(at["W"], at["S"], at["X"]), at, block)

    return value


def hessian_value(block: str) -> Callable[[MatrixInstance], fmpq_mat]:
    """Return a function that finds a block of ∇²J[(G, H)] by second differences."""

    def value(at: MatrixInstance) -> fmpq_mat:
        order = objective_values.coordinates(*(at.sizes[name] for name in ("m", "n", "k")))
        along = [at["G" if name == "W" else "H"][i, j] for name, i, j in order]
        hessian = objective_values.hessian_by_differences(at["W"], at["S"], at["X"])
        return _block((hessian * fmpq_mat(len(along), 1, along)).entries(), at, block)

    return value


def _block(entries: Sequence[fmpq], at: MatrixInstance, block: str) -> fmpq_mat:
    m, n, k = (at.sizes[name] for name in ("m", "n", "k"))
    out = fmpq_mat(*((m, k) if block == "W" else (k, n)))
    for (name, i, j), entry in zip(objective_values.coordinates(m, n, k), entries, strict=True):
        if name == block:
            out[i, j] = entry
    return out


def fraction(value: fmpq | int) -> Fraction:
    """Return the number as a standard-library fraction."""
    exact = fmpq(value)
    return Fraction(int(exact.p), int(exact.q))


def small(rows: int, cols: int, *entries: int) -> fmpq_mat:
    """Return a matrix written out row by row."""
    return fmpq_mat(rows, cols, list(entries))
