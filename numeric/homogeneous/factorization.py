"""The meta-algorithm, corrected: local descent, emptying by linear dependence, polar steps, a certificate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from numeric.homogeneous.certificate import DIRECTION_MARGIN, Certificate, certificate_of
from numeric.homogeneous.elemental_maps import ElementalMap, Factors
from numeric.homogeneous.known_polars import is_cheap
from numeric.homogeneous.local_descent import LOCAL_SOLVERS, LocalSolver
from numeric.homogeneous.newton_polish import polished
from numeric.homogeneous.norms import Array
from numeric.homogeneous.polar_search import estimate_polar_atom
from numeric.homogeneous.printed_algorithm import printed_rounds
from numeric.homogeneous.problem import FactorizationInputError, Problem, checked_start, problem, random_start
from numeric.homogeneous.progress_line import progress_line
from numeric.homogeneous.regularizers import AnyRegularizer, OwnRegularizer, Regularizer
from numeric.homogeneous.slices import emptied, reweighed, with_atom
from numeric.homogeneous.trace import Step, Trace
from numeric.homogeneous.unit_scale import at_unit_scale

__all__ = ["Factorization", "FactorizationInputError", "Step", "factorize"]

Progress = Callable[[str, float], None] | bool | None
_CLEARLY = 1e-3


@dataclass(frozen=True)
class Factorization:
    """The result of :func:`factorize`.

    Args:
        factors: X¹, …, X^K, the last axis of each counting the r slices.
        objective: ½‖Y − Φ_r‖² + λΣg.
        certificate: What is proved of it.
        history: The steps, each with its name, the objective after it and the number of slices; with the corrected
            algorithm the objective never increases (compared in ball arithmetic).
        events: What happened with the algorithm as printed: cycles, increases, ends that are not global.
    """

    factors: Factors
    objective: float
    certificate: Certificate
    history: tuple[Step, ...]
    events: tuple[str, ...] = ()

    @property
    def U(self) -> Array:
        """Return the first factor."""
        return self.factors[0]

    @property
    def V(self) -> Array:
        """Return the second factor."""
        return self.factors[1]

    @property
    def rank(self) -> int:
        """Return the number r of slices."""
        return int(self.factors[0].shape[-1])


def factorize(  # noqa: PLR0913 - the problem's data and the solver's settings
    Y: Any,
    *,
    phi: str | ElementalMap = "outer",
    g: str | AnyRegularizer = "l2-product",
    lam: float = 1.0,
    V: Any = None,
    widths: Sequence[int] = (),
    rank: int = 1,
    rng: np.random.Generator | None = None,
    start: Sequence[Any] | None = None,
    local_solver: str | LocalSolver = "lbfgs",
    variant: Literal["corrected", "printed"] = "corrected",
    tolerance: float = 1e-8,
    max_rounds: int = 60,
    progress: Progress = None,
) -> Factorization:
    """Return factors that minimize ½‖Y − Φ_r(X¹, …, X^K)‖² + λΣg over all sizes r, with a certificate.

    Args:
        Y: Data, finite: a matrix, for ``"cp"`` an array with three axes.
        phi: ``"outer"`` (uvᵀ), ``"cp"`` (x¹ ⊗ x² ⊗ x³), ``"relu"`` (ψ⁺(Vx)yᵀ), ``"parallel-relu"``
            (ψ⁺(ψ⁺(Vx¹)x²)x³ and deeper), or a mapping made by ``cp_map``, ``parallel_relu``, ``max_pool`` or
            ``elemental_map``.
        g: ``"l2-product"``, ``"l2-sum"``, ``"l1-product"``, ``"nonnegative-l2"``, a name like ``"l1/l2-product"``, or a
            regularizer; of the degree of phi.
        lam: λ > 0.
        V: Training data of the networks, one row for each row of Y.
        widths: Hidden units of a subnetwork of ``"parallel-relu"``.
        rank: Size r of a random start.
        rng: Generator of the random start.
        start: Factors to start from instead, the last axis of each counting the slices.
        local_solver: ``"lbfgs"``, ``"proximal"``, or a function (problem, factors) ↦ factors; it is handed the problem
            scaled by a power of two to data of about size 1, and what it returns is taken only if it is no worse.
        variant: ``"corrected"``, or ``"printed"`` for Algorithm 1 as it stands in the paper, whose failures are told in
            ``events``.
        tolerance: Relative duality gap at which to stop.
        max_rounds: Local descents allowed.
        progress: Called with the name of each step and the objective; ``True`` for a live line on a terminal.

    Returns:
        The point where the gap is certified or the rounds have run out; read ``certificate.status``. The start is
        brought to at most card(D) + 1 slices, card(D) = ``Y.size``, and r stays at most that.

    Raises:
        FactorizationInputError: If a part of the problem or a setting is not admissible.

    **Source:** [global-optimality] Algorithm 1 and Theorem 17, with the update of (49) and polar steps.

    Example:
        >>> result = factorize([[3.0, 0.0], [0.0, 1.0]], lam=2.0, rng=np.random.default_rng(0))
        >>> result.certificate.status, round(result.objective, 6)
        ('global', 4.5)
    """
    task = problem(Y, phi=phi, g=g, lam=lam, V=V, widths=widths)
    solver = _solver(local_solver)
    _check_settings(variant, tolerance, max_rounds, progress)
    factors = random_start(task, rank, rng) if start is None else checked_start(task, start)
    report = progress_line() if progress is True else (progress or None)
    trace = Trace(task, report)
    trace.record("start", factors)
    rounds = _rounds if variant == "corrected" else printed_rounds
    certificate = rounds(task, trace, solver, tolerance, max_rounds)
    if report is not None:
        report(f"certificate: {certificate.status}", trace.objective)
    return Factorization(trace.factors, trace.objective, certificate, tuple(trace.steps), tuple(trace.events))


def _rounds(task: Problem, trace: Trace, solver: LocalSolver, tolerance: float, max_rounds: int) -> Certificate:
    size = task.Y.size
    rng = np.random.default_rng(0)
    if trace.slices > size + 1:
        fewer = emptied(task, trace.factors, size=size + 1)
        if not trace.take("empty slices", fewer) and trace.slices > size + 1:
            # Of the same value up to rounding: the start itself is replaced, so that nothing increases.
            trace.steps.clear()
            trace.record("start", fewer)
    stalls = 0
    for _ in range(max_rounds):
        before = trace.value
        _descended(task, trace, solver)
        if trace.slices > 1 and trace.slices > _enough(task):
            trace.take("empty slices", emptied(task, trace.factors))
        if not is_cheap(task):
            atom, ratio = estimate_polar_atom(task, task.residual(trace.factors) / task.lam, rng)
            # A slice that clearly helps needs no proof: the objective is compared anyway.
            if ratio > 1 + _CLEARLY and _stepped(task, trace, atom):
                continue
        certificate = certificate_of(task, trace.factors, tolerance=tolerance)
        if certificate.status == "global" and certificate.polar_bound <= 1 + tolerance:
            return certificate
        moved = certificate.polar_attained > 1 + DIRECTION_MARGIN and _stepped(task, trace, certificate.direction)
        stalls = 0 if before - trace.value > 1e-15 * trace.objective else stalls + 1
        if stalls > 1 or (stalls and not moved):
            break  # nothing helps any more, and no bound is sharp enough: undecided, or a slope too small to use
    return certificate_of(task, trace.factors, tolerance=tolerance)


def _enough(task: Problem) -> int:
    """Return a number of slices above which dependences are removed even if there is still room."""
    return min(task.Y.size, 12)


def _stepped(task: Problem, trace: Trace, atom: Factors) -> bool:
    """Return whether adding the atom lowers the objective, after which the weights of all slices are made best."""
    room = emptied(task, trace.factors, size=task.Y.size)
    if not trace.take("polar step", with_atom(task, room, atom)):
        return False
    trace.take("best weights", _reweighed(task, trace.factors))
    return True


def _reweighed(task: Problem, factors: Factors) -> Factors:
    return at_unit_scale(task, lambda unit, own: reweighed(unit, emptied(unit, own)), factors)


def _descended(task: Problem, trace: Trace, solver: LocalSolver) -> None:
    """Take local descent, the best weights, and Newton steps off and on the kinks of the mapping."""
    if task.interchangeable:
        trace.take("balance", _balanced(task, trace.factors))
    reached = _within_size(task, at_unit_scale(task, solver, trace.factors))
    if reached[0].shape[-1] <= task.Y.size + 1:
        trace.take("local descent", reached)
    trace.take("best weights", _reweighed(task, trace.factors))
    for kink_tolerance, hold in _manifolds(task):
        start = _balanced(task, trace.factors) if task.interchangeable else trace.factors
        newton = partial(polished, kink_tolerance=kink_tolerance, hold=hold)
        trace.take("newton steps", at_unit_scale(task, newton, start))


def _within_size(task: Problem, factors: Factors) -> Factors:
    """Return what a solver of one's own came to, with at most card(D) + 1 slices where it made more."""
    too_many = factors[0].shape[-1] > task.Y.size + 1
    if not (too_many and all(np.isfinite(X).all() for X in factors)):
        return factors
    return emptied(task, factors, size=task.Y.size + 1)


def _manifolds(task: Problem) -> tuple[tuple[float, float], ...]:
    """Return how near to kinks and bounds the factors may be taken as lying on them, from careful to bold."""
    if task.phi.kinks is not None:
        return (0.0, 1e-9), (1e-6, 1e-9), (1e-3, 1e-9), (3e-2, 1e-9)
    smooth = isinstance(task.g, OwnRegularizer) or (set(task.g.norms) == {"l2"} and not task.g.nonnegative)
    return ((0.0, 1e-9),) if smooth else ((0.0, 1e-9), (0.0, 1e-6), (0.0, 1e-4), (0.0, 1e-2))


def _balanced(task: Problem, factors: Factors) -> Factors:
    """Return balanced slices, without those that are zero."""
    balanced = task.g.balance(factors) if isinstance(task.g, Regularizer) else factors
    kept = np.asarray(task.g.costs(balanced), dtype=float) > 0
    return tuple(X[..., kept] for X in balanced)


def _solver(local_solver: Any) -> LocalSolver:
    if callable(local_solver):
        return local_solver  # type: ignore[no-any-return]
    if not isinstance(local_solver, str) or local_solver not in LOCAL_SOLVERS:
        raise FactorizationInputError(
            f"factorize: local_solver = {local_solver!r}; give one of {sorted(LOCAL_SOLVERS)}, or a function "
            "(problem, factors) -> factors"
        )
    return LOCAL_SOLVERS[local_solver]


def _check_settings(variant: Any, tolerance: Any, max_rounds: Any, progress: Any) -> None:
    if not (progress is None or isinstance(progress, bool) or callable(progress)):
        raise FactorizationInputError(f"factorize: progress = {progress!r}; give True or a function (step, objective)")
    if variant not in ("corrected", "printed"):
        raise FactorizationInputError(f"factorize: variant = {variant!r}; give 'corrected' or 'printed'")
    if not (isinstance(tolerance, int | float | np.number) and np.isfinite(tolerance) and tolerance > 0):
        raise FactorizationInputError(f"factorize: tolerance = {tolerance}; the gap to stop at must be positive")
    if not isinstance(max_rounds, int | np.integer) or max_rounds < 1:
        raise FactorizationInputError(f"factorize: max_rounds = {max_rounds}; at least one local descent is needed")
