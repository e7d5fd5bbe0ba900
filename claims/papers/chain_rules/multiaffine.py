"""Equation (1): the factorization machine is multiaffine in the columns of P."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import Integer, symbols

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    Located,
    generator,
    machine_at,
)
from claims.registry import claim
from symbolic.derivation import Derivation
from symbolic.local_surjection.facts import Facts, also, combination


@dataclass(frozen=True)
class Moved:
    """A factorization machine with a linear term, one column of P moved along a line."""

    place: Located
    column: int
    direction: tuple[int, ...]
    x: tuple[int, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the instance as text."""
        return {**self.place.to_record(), "column": self.column, "direction": list(self.direction), "x": list(self.x)}


def prediction(P: fmpq_mat, x: Sequence[int], squares: bool = False) -> fmpq:  # noqa: FBT001, FBT002 - falsified by position
    """Return Σ_{i<j} (PᵀP)_ij x_i x_j with weights w = x for the linear term; with the squares i = j if asked."""
    gram = P.transpose() * P
    size = P.ncols()
    total = fmpq(sum(v * v for v in x))
    return total + sum((gram[i, j] * x[i] * x[j] for i in range(size) for j in range(i + (not squares), size)), fmpq(0))


def _second_difference_vanishes(s: Moved, squares: bool) -> bool:  # noqa: FBT001 - falsified by position
    (P,) = s.place.point
    values = []
    for step in range(3):
        moved = fmpq_mat(P)
        for l, v in enumerate(s.direction):
            moved[l, s.column] += step * v
        values.append(prediction(moved, s.x, squares))
    return bool(values[0] - 2 * values[1] + values[2] == 0)


def _moved() -> Iterator[Moved]:
    rng = generator()
    for d0, d in ((2, 1), (3, 2), (4, 3)):
        for column in range(d0):
            place = machine_at(d0, d, d, rng)
            yield Moved(
                place,
                column,
                tuple(int(v) for v in rng.integers(1, 4, d)),
                tuple(int(v) for v in rng.integers(1, 4, d0)),
            )


@claim(
    "chain-rules:equation-1",
    kind="equation",
    label="Equation (1)",
    printed=r"$f_{FM}(x;w,P)=w^\top x+\sum_{i<j}(P^\top P)_{ij}x_ix_j$ is multiaffine in the columns of $P$.",
)
def equation_1() -> list[Evidence]:
    """Every monomial has i ≠ j: it is of degree at most one in each column, so second differences along one vanish."""
    return _multiaffine(pair_affine, squares=False)


def pair_affine(skip_equal: bool = True) -> Derivation:  # noqa: FBT001, FBT002 - falsified by position
    """p_i·p_j is affine in p_i when i ≠ j: the second difference of (p + s v)·q in s vanishes identically."""
    p, v, q, step = symbols("p v q s")
    other = q if skip_equal else p + step * v
    along = (p + step * v) * other
    second = along.subs(step, 0) - 2 * along.subs(step, 1) + along.subs(step, 2)
    known = Facts((Integer(0),), ())
    chain = Derivation(known).then(also(known, second), combination([]), "expand in one coordinate l of the sum")
    return chain.then(also(chain.result, -second), combination([]))  # type: ignore[arg-type]


def _multiaffine(build: Callable[[], Derivation], squares: bool) -> list[Evidence]:  # noqa: FBT001 - falsified by position
    return [
        check_derivation(build, "the second difference of each summand along one column vanishes"),
        decide_question(
            "does the second difference along one column vanish?",
            lambda _: True,
            lambda s: _second_difference_vanishes(s, squares),
            _moved(),
            "d0 = 2, 3, 4",
        ),
    ]


equation_1.near_misses(
    lambda wrong: _multiaffine(*wrong),
    {"with the terms i = j": (pair_affine, True), "a column paired with itself": (lambda: pair_affine(False), False)},
)
