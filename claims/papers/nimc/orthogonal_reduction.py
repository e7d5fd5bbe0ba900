"""Equation (10): at orthogonal weights the population Hessian's form is the one with the identity as weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from claims.checkers.derivation import check_derivation
from claims.checkers.exact_instances import decide_at_instances
from claims.evidence import Evidence
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Hypothesis
from numeric.population.polynomial_activation import (
    Matrix,
    PolynomialActivation,
    general_population_value,
    population_terms,
    sample_rational_matrix,
    sample_rational_orthogonal,
)
from numeric.population.quadratic_instances import polynomial_activations
from symbolic.derivation import Derivation
from symbolic.population.orthogonal_change import (
    coordinates_become_independent,
    density_is_unchanged,
    directions_keep_their_norm,
)

UNITARY = Hypothesis("unitary", r"$d = k$ and $U^{*\top}U^* = U^*U^{*\top} = V^{*\top}V^* = V^*V^{*\top} = I_d$")


@dataclass(frozen=True)
class RotatedInstance:
    """Orthogonal weights U, V, directions A, B and an activation, all exact."""

    U: Matrix
    V: Matrix
    A: Matrix
    B: Matrix
    activation: PolynomialActivation

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        matrices = {"U": self.U, "V": self.V, "A": self.A, "B": self.B}
        record: dict[str, Any] = {n: [[str(v) for v in row] for row in M] for n, M in matrices.items()}
        return {**record, "phi": [str(c) for c in self.activation.coefficients]}


def _instances() -> Iterator[RotatedInstance]:
    rng = np.random.default_rng(current_sampling().seed)
    for k in (2, 1, 3):
        # At k = 3 the expansion has six coordinates; the quadratic activations are enough there.
        chosen = [a for a in polynomial_activations() if len(a.coefficients) <= (4 if k < 3 else 3)]
        for activation in chosen:
            U, V = sample_rational_orthogonal(rng, k), sample_rational_orthogonal(rng, k)
            A, B = sample_rational_matrix(rng, (k, k)), sample_rational_matrix(rng, (k, k))
            yield RotatedInstance(U, V, A, B, activation)


def _at_identity(turn: Callable[[Matrix, Matrix], Matrix]) -> Callable[[RotatedInstance], Fraction]:
    def value(s: RotatedInstance) -> Fraction:
        of_a, of_b, mixed = population_terms(s.activation, turn(s.U, s.A), turn(s.V, s.B))
        return of_a + of_b + 2 * mixed

    return value


def _general(s: RotatedInstance) -> Fraction:
    return general_population_value(s.activation, s.U, s.V, s.A, s.B)


_SCOPE = "k=1,2,3, rational rotations and reflections"


def _settle(turn: Callable[[Matrix, Matrix], Matrix], *chains: Callable[[], Derivation]) -> list[Evidence]:
    shown = [
        check_derivation(chain, sentence, part=part)
        for chain, sentence, part in zip(
            chains,
            (
                "the arguments of the activation become independent coordinates",
                "x = U s is standard normal exactly when s is",
                "the constraint on the directions is unchanged",
            ),
            ("coordinates", "density", "directions"),
            strict=True,
        )
    ]
    return [*shown, decide_at_instances(_general, _at_identity(turn), _instances(), _SCOPE)]


CHAINS = (coordinates_become_independent, density_is_unchanged, directions_keep_their_norm)


@claim(
    "nimc:equation-10",
    kind="equation",
    label="Equation (10)",
    printed=r"""For unitary $U^*, V^*$ ($d = k$): $\lambda_{\min}(H^*)=\min_{(a,b)\in\mathbb B}\mathbb E_{x,y}
\bigl[(\sum_{i=1}^k\phi'(x_i)\phi(y_i)x^\top a_i+\phi'(y_i)\phi(x_i)y^\top b_i)^2\bigr]$""",
    hypotheses=[UNITARY],
    parts=["coordinates", "density", "directions"],
)
def equation_10() -> list[Evidence]:
    """Substitute x = U s, y = V t in (8) and rename Uᵀa_i, Vᵀb_i; rotations keep the Gaussian and the constraint."""
    return _settle(lambda U, A: U.T @ A, *CHAINS)


equation_10.near_misses(
    lambda wrong: _settle(*wrong)[-1],
    {
        "the directions are turned the wrong way": (lambda U, A: U @ A, *CHAINS),
        "the directions are not turned": (lambda _U, A: A, *CHAINS),
        "the substitution leaves a factor U behind": (
            lambda U, A: U.T @ A,
            lambda: coordinates_become_independent("e' U s"),
            *CHAINS[1:],
        ),
    },
)
