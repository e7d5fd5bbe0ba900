"""A second opinion by SMT on sign patterns of products, bounded in time; nothing here mints evidence.

The claims settle these questions for all sizes by algebra. This asks z3, where it is installed, for small sizes.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Literal

from flint import fmpq

from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, Point

Answer = Literal["reachable", "unreachable", "undecided"]


def is_installed() -> bool:
    """Return whether z3 can be asked."""
    return find_spec("z3") is not None


def signs_reachable(
    map_: MatrixFactorization | FactorizationMachine, signs: Sequence[int | None], *, seconds: float = 5.0
) -> Answer:
    """Return whether some point has outputs with the given signs.

    Args:
        map_: Matrix factorization, or a factorization machine.
        signs: For each output -1, 0 or 1, or ``None`` if it may be anything.
        seconds: Time allowed; when it is over the answer is ``"undecided"``, never a yes or a no.

    Raises:
        ValueError: If the number of signs is not the number of outputs.
        ModuleNotFoundError: If z3 is not installed (it is part of the ``dev`` extra).
    """
    z3: Any = importlib.import_module("z3")
    _, outputs = _outputs(z3, map_)
    if len(signs) != len(outputs):
        raise ValueError(f"{map_} has {len(outputs)} outputs, {len(signs)} signs were given")
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", int(seconds * 1000))
    for output, sign in zip(outputs, signs, strict=True):
        if sign is not None:
            solver.add(output > 0 if sign > 0 else output < 0 if sign < 0 else output == 0)
    answers: dict[str, Answer] = {"sat": "reachable", "unsat": "unreachable"}
    return answers.get(str(solver.check()), "undecided")


def target_reachable(
    map_: MatrixFactorization | FactorizationMachine,
    point: Point,
    target: Sequence[fmpq],
    radius: fmpq,
    *,
    seconds: float = 5.0,
) -> Answer:
    """Return whether some point at most ``radius`` away in every entry is sent to ``target``.

    Args:
        map_: The map.
        point: The centre of the cube.
        target: The value asked for.
        radius: Half the cube's side.
        seconds: Time allowed; when it is over the answer is ``"undecided"``.

    Raises:
        ModuleNotFoundError: If z3 is not installed (it is part of the ``dev`` extra).
    """
    z3: Any = importlib.import_module("z3")
    parts, outputs = _outputs(z3, map_)
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", int(seconds * 1000))
    for variables, given in zip(parts, point, strict=True):
        for l, row in enumerate(variables):
            for j, variable in enumerate(row):
                solver.add(variable - _number(z3, given[l, j]) <= _number(z3, radius))
                solver.add(_number(z3, given[l, j]) - variable <= _number(z3, radius))
    for output, value in zip(outputs, target, strict=True):
        solver.add(output == _number(z3, value))
    answers: dict[str, Answer] = {"sat": "reachable", "unsat": "unreachable"}
    return answers.get(str(solver.check()), "undecided")


def _number(z3: Any, value: fmpq) -> Any:
    return z3.Q(int(value.p), int(value.q))


def _outputs(z3: Any, map_: MatrixFactorization | FactorizationMachine) -> tuple[list[list[list[Any]]], list[Any]]:
    if isinstance(map_, MatrixFactorization):
        left = _variables(z3, "x", map_.d, map_.m)
        right = _variables(z3, "y", map_.d, map_.n)
        return [left, right], [_dot(left, right, i, j) for i in range(map_.m) for j in range(map_.n)]
    columns = _variables(z3, "p", map_.d, map_.d0)
    scales = [_number(z3, a) for a in map_.coefficients]
    return [columns], [_dot(columns, columns, i, j) * a for (i, j), a in zip(map_.pairs, scales, strict=True)]


def _variables(z3: Any, name: str, rows: int, columns: int) -> list[list[Any]]:
    return [[z3.Real(f"{name}_{l}_{j}") for j in range(columns)] for l in range(rows)]


def _dot(left: list[list[Any]], right: list[list[Any]], i: int, j: int) -> Any:
    return sum(a[i] * b[j] for a, b in zip(left, right, strict=True))
