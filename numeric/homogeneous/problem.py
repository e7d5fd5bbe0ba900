"""The factorized problem ½‖Y − Φ_r(X¹, …, X^K)‖² + λ Σ g: its checked data, objective, residual and enclosures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.elemental_maps import ElementalMap, ElementalMapError, Factors, cp_map
from numeric.homogeneous.network_maps import parallel_relu
from numeric.homogeneous.norms import Array, converted, exact_ball, hidden_loss
from numeric.homogeneous.regularizers import AnyRegularizer, OwnRegularizer, Regularizer, RegularizerError, regularizer

BITS = 160
MAPPINGS = ("outer", "cp", "relu", "parallel-relu")


class FactorizationInputError(ValueError):
    """The data, the weight, the size or the pair (φ, g) is not admissible."""


@dataclass(frozen=True)
class Problem:
    """A factorization problem with the loss ½‖Y − X‖².

    Args:
        Y: Data, finite doubles of the shape of φ's images.
        phi: The elemental mapping.
        g: The elemental regularizer, of the same degree.
        lam: λ > 0.

    **Source:** [global-optimality] (20), with ℓ half the squared distance and no Q.
    """

    Y: Array
    phi: ElementalMap
    g: AnyRegularizer
    lam: float

    @property
    def interchangeable(self) -> bool:
        """Return whether slices may be balanced, so that products and sums of norms have the same minimum."""
        return self.phi.balanced and isinstance(self.g, Regularizer)

    def residual(self, factors: Factors) -> Array:
        """Return Y − Φ_r in doubles."""
        return np.asarray(self.Y - self.phi.total(factors), dtype=float)

    def objective(self, factors: Factors) -> float:
        """Return the objective in doubles."""
        return float((self.residual(factors) ** 2).sum() / 2 + self.lam * float(self.g.cost(*factors)))

    def enclose_residual(self, factors: Factors) -> Array:
        """Return balls around Y − Φ_r, the doubles taken as exact; call within ``working_bits``."""
        data = converted(self.Y, exact_ball)
        if factors[0].shape[-1] == 0:
            return data
        return np.asarray(data - self.phi.total(tuple(converted(X, exact_ball) for X in factors)))

    def enclose_objective(self, factors: Factors) -> arb:
        """Return a ball around the objective."""
        with working_bits(BITS):
            square = ball_sum(self.enclose_residual(factors) ** 2)
            return square / 2 + exact_ball(self.lam) * self.enclose_cost(factors)

    def enclose_cost(self, factors: Factors) -> arb:
        """Return a ball around Σ g; call within ``working_bits``."""
        if factors[0].shape[-1] == 0:
            return arb(0)
        return ball_sum(self.g.costs(tuple(converted(X, exact_ball) for X in factors)))

    def nothing(self) -> Factors:
        """Return factors without slices."""
        return tuple(np.zeros((*shape, 0)) for shape in self.phi.shapes)


def ball_sum(values: Array) -> arb:
    """Return the sum of the entries."""
    return sum((exact_ball(x) for x in values.ravel()), arb(0))


def problem(  # noqa: PLR0913 - the parts of a problem
    Y: Any,
    *,
    phi: str | ElementalMap,
    g: str | AnyRegularizer,
    lam: float,
    V: Any = None,
    widths: Sequence[int] = (),
) -> Problem:
    """Return the problem, its parts checked.

    Args:
        Y: Data.
        phi: ``"outer"``, ``"cp"``, ``"relu"``, ``"parallel-relu"``, or a mapping.
        g: A name (see :func:`numeric.homogeneous.regularizers.regularizer`) or a regularizer.
        lam: λ.
        V: Training data of the networks.
        widths: Hidden units of a subnetwork of ``"parallel-relu"``.

    Raises:
        FactorizationInputError: If a part is not admissible; the message names the cause and the remedy.
    """
    data = _data(Y)
    try:
        weight = float(lam)
    except (TypeError, ValueError, OverflowError):
        weight = float("nan")
    if not (np.isfinite(weight) and weight > 0):
        raise FactorizationInputError(
            f"factorize: lam = {lam}; the weight of the regularizer must be positive and finite"
        )
    try:
        mapping = phi if isinstance(phi, ElementalMap) else _mapping(phi, data, V, widths)
        penalty = g if isinstance(g, Regularizer | OwnRegularizer) else regularizer(g, len(mapping.shapes))
    except (ElementalMapError, RegularizerError) as error:
        raise FactorizationInputError(f"factorize: {error}") from None
    if data.shape != tuple(mapping.output_shape):
        raise FactorizationInputError(
            f"factorize: Y has shape {data.shape} but phi = {mapping.name!r} maps into {mapping.output_shape}; "
            "reshape Y, or make phi for its shape"
        )
    if isinstance(penalty, Regularizer) and len(penalty.norms) != len(mapping.shapes):
        raise FactorizationInputError(
            f"factorize: g = {penalty.name!r} has {len(penalty.norms)} norms but phi = {mapping.name!r} has "
            f"{len(mapping.shapes)} factors; name one norm for each"
        )
    if mapping.degree != penalty.degree:
        raise FactorizationInputError(
            f"factorize: phi = {mapping.name!r} has degree {mapping.degree} but g = {penalty.name!r} has degree "
            f"{penalty.degree}; they must agree, else local minima say nothing of global ones: choose a g of degree "
            f"{mapping.degree}"
        )
    _check_scaling(mapping, penalty)
    return Problem(data, mapping, penalty, weight)


def _check_scaling(phi: ElementalMap, g: AnyRegularizer) -> None:
    """Refuse a mapping or regularizer of one's own that does not scale by its degree at a sampled slice.

    Those of ours are proved to, by their composition.
    """
    rng = np.random.default_rng(0)
    slice_ = tuple(rng.normal(size=(*shape, 1)) for shape in phi.shapes)
    doubled = tuple(2 * X for X in slice_)
    pairs = []
    if not phi.composition:
        pairs.append((f"phi = {phi.name!r}", phi.images(slice_), phi.images(doubled)))
    if isinstance(g, OwnRegularizer) and g.admits(slice_) and g.admits(doubled):
        pairs.append((f"g = {g.name!r}", g.costs(slice_), g.costs(doubled)))
    for name, once, twice in pairs:
        one, two = np.asarray(once, dtype=float), np.asarray(twice, dtype=float)
        # Written so that NaN is refused, too.
        if not np.abs(two - 2.0 ** float(phi.degree) * one).max() <= 1e-9 * max(np.abs(two).max(), np.abs(one).max()):
            raise FactorizationInputError(
                f"factorize: {name} does not scale by its degree {phi.degree}: a slice twice as large has "
                f"{float(np.linalg.norm(two)):.6g}, not 2^{phi.degree} times {float(np.linalg.norm(one)):.6g}; correct "
                "the function or its degree"
            )


def _data(Y: Any) -> Array:
    if loss := hidden_loss(Y):
        raise FactorizationInputError(f"factorize: Y has {loss}; give real numbers, all of them present")
    try:
        data = np.array(Y, dtype=float)
    except (TypeError, ValueError):
        raise FactorizationInputError(
            "factorize: Y is no array of numbers; give real numbers, in rows of equal length"
        ) from None
    except OverflowError:
        raise FactorizationInputError("factorize: Y has entries too large for doubles; scale it") from None
    if data.ndim == 0 or data.size == 0:
        raise FactorizationInputError(f"factorize: Y has shape {data.shape}; give an array with at least one entry")
    if not np.isfinite(data).all():
        raise FactorizationInputError("factorize: Y has entries that are NaN or infinite; remove or impute them first")
    return data


def _mapping(phi: Any, data: Array, V: Any, widths: Sequence[int]) -> ElementalMap:
    if phi not in MAPPINGS:
        raise FactorizationInputError(
            f"factorize: phi = {phi!r}; phi is one of {list(MAPPINGS)}, or a mapping made by elemental_map, cp_map, "
            "parallel_relu or max_pool"
        )
    if not np.iterable(widths):
        raise FactorizationInputError(
            f"factorize: widths = {widths!r}; give a sequence of hidden units, such as (2, 2)"
        )
    wanted = 3 if phi == "cp" else 2
    if data.ndim != wanted:
        hint = "; for other orders pass phi=cp_map(Y.shape)" if phi == "cp" else ""
        raise FactorizationInputError(
            f"factorize: Y has shape {data.shape}; phi = {phi!r} needs an array with {wanted} axes{hint}"
        )
    if phi in ("outer", "cp"):
        if V is not None or tuple(widths):
            raise FactorizationInputError(f"factorize: phi = {phi!r} has no training data or widths; drop V and widths")
        return cp_map(data.shape)
    if phi == "relu" and tuple(widths):
        raise FactorizationInputError(
            "factorize: phi = 'relu' has one hidden unit a slice; for widths take 'parallel-relu'"
        )
    if phi == "parallel-relu" and not tuple(widths):
        raise FactorizationInputError(
            "factorize: phi = 'parallel-relu' needs widths=, its hidden units, such as (2, 2)"
        )
    if V is not None and np.shape(V)[:1] != data.shape[:1]:
        raise FactorizationInputError(
            f"factorize: V has shape {np.shape(V)} but Y {data.shape}; give one row of V for each row of Y"
        )
    return parallel_relu(V, widths=widths, outputs=data.shape[1])


def checked_start(task: Problem, start: Any) -> Factors:
    """Return the factors to start from.

    Raises:
        FactorizationInputError: If their number, shapes or entries are not admissible.
    """
    shapes = task.phi.shapes
    try:
        parts = tuple(start)
        lost = max(map(hidden_loss, parts), default="")
        factors = () if lost else tuple(np.array(X, dtype=float) for X in parts)
    except (TypeError, ValueError, OverflowError):
        raise FactorizationInputError("factorize: the start is no sequence of arrays of numbers") from None
    if lost:
        raise FactorizationInputError(f"factorize: the start has {lost}; give real numbers, all of them present")
    wanted = " and ".join(str((*shape, "r")).replace("'", "") for shape in shapes)
    found = " and ".join(str(X.shape) for X in factors)
    fits = len(factors) == len(shapes) and all(
        X.shape[:-1] == shape and X.ndim == len(shape) + 1 for X, shape in zip(factors, shapes, strict=True)
    )
    if not fits or len({X.shape[-1] for X in factors}) > 1:
        raise FactorizationInputError(
            f"factorize: start has shapes {found}; for phi = {task.phi.name!r} and Y {task.Y.shape} give {wanted}, "
            "with the same r"
        )
    if not all(np.isfinite(X).all() for X in factors):
        raise FactorizationInputError("factorize: the start has entries that are NaN or infinite")
    if not task.g.admits(factors):
        raise FactorizationInputError("factorize: the start has negative entries, where g is infinite; clip them to 0")
    return factors


def random_start(task: Problem, rank: Any, rng: np.random.Generator | None) -> Factors:
    """Return normal factors of size ``rank``, nonnegative where g demands it.

    Raises:
        FactorizationInputError: If the rank is no whole number of at least 1.
    """
    if not isinstance(rank, int | np.integer) or rank < 1:
        raise FactorizationInputError(
            f"factorize: rank = {rank}; give a whole number: a start needs at least one slice"
        )
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise FactorizationInputError(f"factorize: rng = {rng!r}; give a generator, such as np.random.default_rng(0)")
    generator = np.random.default_rng(0) if rng is None else rng
    factors = tuple(generator.normal(size=(*shape, int(rank))) for shape in task.phi.shapes)
    return factors if task.g.admits(factors) else tuple(np.abs(X) for X in factors)
