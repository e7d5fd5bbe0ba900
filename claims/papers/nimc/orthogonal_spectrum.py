"""Beyond Lemma C.1: the whole spectrum of the orthogonal population Hessian, and when ρ is attained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import S

from claims.checkers.index_identity import Formula, decide_identity
from claims.checkers.kernels import decide_nullity
from claims.checkers.spectrum import decide_spectrum
from claims.evidence import Evidence
from claims.papers.nimc.activation_moments import exact_value, smaller_term
from claims.papers.nimc.notation import RING, MomentNames, combination, sq
from claims.papers.nimc.orthogonal_bound import BETA_11, rho_diagonal, rho_off_diagonal
from claims.papers.nimc.orthogonal_square_term import ORTHOGONAL
from claims.registry import claim
from numeric.population.polynomial_activation import Matrix, PolynomialActivation
from numeric.population.population_hessian import equality_system
from numeric.population.quadratic_instances import QuadraticInstance, polynomial_activations
from symbolic.population.index_sums import OrbitForm
from symbolic.population.invariant_spectrum import Block, family_blocks
from symbolic.population.moment_ring import alpha, beta, moment_ring, substitute
from symbolic.population.population_form import population_form

QUADRATIC = PolynomialActivation((Fraction(1), Fraction(2), Fraction(1, 3)))
CUBIC = PolynomialActivation((Fraction(1), Fraction(2), Fraction(0), Fraction(1, 3)))


def _cases() -> Iterator[tuple[PolynomialActivation, int]]:
    for size in (1, 2, 3):
        yield QUADRATIC, size
        yield CUBIC, size
    yield QUADRATIC, 4


@claim(
    "nimc:section-C.2.spectrum",
    kind="remark",
    label="The spectrum behind Lemma D.1 (ours)",
    printed=r"""
For every activation with finite moments and every $k$ the $2k^2$ eigenvalues of $H^*$ at orthogonal weights
are those of eight explicit blocks over $\mathbb Q[k,\alpha,\beta,\gamma]$: with signs $\pm$ (pairs $(F,\pm F)$), two of
size 2 (once each), two of size 3 ($k-1$ times each), and the four numbers
$\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2+\alpha_{1,0}^2\beta_{1,1}^2\pm\beta_{1,0}^2\alpha_{1,1}^2$
($k(k-3)/2$ times each) and
$\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2-\alpha_{1,0}^2\beta_{1,1}^2\mp\beta_{1,0}^2\alpha_{1,1}^2$
($(k-1)(k-2)/2$ times each)""",
    hypotheses=ORTHOGONAL,
    depends_on=["nimc:equation-10", "nimc:equation-11"],
)
def spectrum() -> Evidence:
    """The form is invariant under permutations of the indices and under A ↔ B; each family is mapped to itself."""
    return decide_spectrum(population_form(), lambda blocks: blocks, _cases())


def _altered(index: int, change: Callable[[Block], Block]) -> Callable[[list[Block]], Sequence[Block]]:
    return lambda blocks: [change(b) if number == index else b for number, b in enumerate(blocks)]


spectrum.near_misses(
    lambda alter: decide_spectrum(population_form(), alter, _cases()),
    {
        "the antisymmetric eigenvalue without gamma's companion alpha_11": _altered(
            6, lambda b: replace(b, matrix=((b.matrix[0][0] + (RING.beta(1, 0) * RING.alpha(1, 1)) ** 2,),))
        ),
        "a symmetric family of dimension k(k-1)/2": _altered(
            4, lambda b: replace(b, multiplicity=b.multiplicity + moment_ring().gens[0])
        ),
        "the blocks of the trivial family exchanged": lambda blocks: [
            replace(blocks[0], matrix=blocks[1].matrix),
            replace(blocks[1], matrix=blocks[0].matrix),
            replace(blocks[2], matrix=blocks[3].matrix),
            *blocks[3:],
        ],
    },
)

ONE = Formula(OrbitForm((((), moment_ring().one),)), lambda _s: Fraction(1))


def _number(weight: Callable[[MomentNames], Any]) -> Formula:
    """Return a polynomial in the moments as a formula without index, β₁₁ = 0 put in."""
    formula = combination((weight, ONE))
    return Formula(formula.form.map(lambda c: substitute(c, {beta(1, 1): 0})), formula.value)


def _eigenvalue(block: int, direction: Callable[[int], tuple[Matrix, Matrix]]) -> Formula:
    """Return an eigenvalue: symbolically from its block, exactly as the form's value at an eigenvector's direction."""
    element = substitute(family_blocks(population_form())[block].matrix[0][0], {beta(1, 1): 0})

    def quotient(s: QuadraticInstance) -> Fraction:
        A, B = direction(s.size)
        of_a, of_b, mixed = QuadraticInstance(A, B, s.activation).population
        return (of_a + of_b + 2 * mixed) / (sq(A) + sq(B))

    return Formula(OrbitForm((((), element),)), quotient)


def _cyclic(k: int) -> tuple[Matrix, Matrix]:
    """Return (K, K) with K antisymmetric, zero row sums, supported on the first three indices."""
    K = np.array([[Fraction(0)] * k for _ in range(k)], dtype=object)
    for i in range(3):
        K[i, (i + 1) % 3], K[(i + 1) % 3, i] = Fraction(1), Fraction(-1)
    return K, K


def _opposite_identities(k: int) -> tuple[Matrix, Matrix]:
    identity = np.array([[Fraction(int(i == j)) for j in range(k)] for i in range(k)], dtype=object)
    return identity, -identity


ANTISYMMETRIC, TRIVIAL_OPPOSITE = 6, 1


def _instances(sizes: Sequence[int], *, centred: bool = False) -> Iterator[QuadraticInstance]:
    """Return one instance for each size and each activation with β₁₁ = 0 (and α₁₀ = 0 if ``centred``)."""
    for size in sizes:
        A, B = _opposite_identities(size)
        for activation in polynomial_activations(odd_up_to_constant=True):
            if not centred or activation.moment(1, 0, 0) == 0:
                yield QuadraticInstance(A, B, activation)


def _without_alpha_10(formula: Formula) -> Formula:
    return Formula(formula.form.map(lambda c: substitute(c, {alpha(1, 0): 0})), formula.value)


def _off_diagonal_attained(weight: Callable[[MomentNames], Any]) -> Evidence:
    left = _eigenvalue(ANTISYMMETRIC, _cyclic)
    return decide_identity(left, _number(weight), _instances((3, 4)), part="off-diagonal term, k >= 3")


def _diagonal_attained(weight: Callable[[MomentNames], Any]) -> Evidence:
    left = _without_alpha_10(_eigenvalue(TRIVIAL_OPPOSITE, _opposite_identities))
    right = _without_alpha_10(_number(weight))
    return decide_identity(left, right, _instances((1, 2, 3), centred=True), part="diagonal term, alpha_10 = 0")


def _single_column(weight: Callable[[MomentNames], Any]) -> Evidence:
    left = _eigenvalue(TRIVIAL_OPPOSITE, _opposite_identities)
    return decide_identity(left, _number(weight), _instances((1,)), part="k = 1")


def _above_diagonal(m: MomentNames) -> Any:
    return rho_diagonal(m) + m.alpha(1, 0) ** 2 * m.beta(1, 2) ** 2


@claim(
    "nimc:section-C.2.tight",
    kind="section",
    label="Lemma C.1, is the bound attained? (ours)",
    printed=r"""
The text proves $\lambda_{\min}(H^*)\ge\rho$ and does not say whether equality holds. With $\beta_{1,1}=0$:
the off-diagonal term of $\rho$ is an eigenvalue for every $k\ge 3$, at $A = B = K$ antisymmetric with zero row sums;
if $\alpha_{1,0}=0$ the diagonal term is an eigenvalue for every $k\ge 1$, at $A = -B = I$;
at $k=1$ the value at $A=-B=1$ is the diagonal term plus $\alpha_{1,0}^2\beta_{1,2}^2$, the smaller eigenvalue""",
    hypotheses=[*ORTHOGONAL, BETA_11],
    depends_on=["nimc:section-C.2.spectrum", "nimc:lemma-C.1"],
    parts=["off-diagonal term, k >= 3", "diagonal term, alpha_10 = 0", "k = 1"],
)
def tight() -> list[Evidence]:
    """Read the eigenvalues off the blocks and evaluate the form at the eigenvectors."""
    return [
        _off_diagonal_attained(rho_off_diagonal),
        _diagonal_attained(rho_diagonal),
        _single_column(_above_diagonal),
    ]


tight.near_misses(
    _off_diagonal_attained,
    {
        "the diagonal term at the antisymmetric eigenvector": rho_diagonal,
        "twice the bound": lambda m: 2 * rho_off_diagonal(m),
    },
)
tight.near_misses(_single_column, {"the bound attained at k = 1 too": rho_diagonal})


def _solutions(expected: Callable[[int], int]) -> Evidence:
    return decide_nullity(
        equality_system,
        expected,
        (1, 2, 3, 4, 5, 6),
        "no direction makes all dropped squares vanish at k = 1, 2; some do from k = 3 on",
        part="sigmoid, where not",
    )


def _dimension(k: int) -> int:
    return k * k - 3 * k + 1 if k >= 3 else 0


def _ordered(activation: str, smaller: str, larger: str) -> Evidence:
    return smaller_term(activation, smaller, larger, part=f"{activation}, which term")


def _centred() -> Evidence:
    return exact_value("tanh", "alpha_10", S.Zero, part="tanh, alpha_10 = 0")


@claim(
    "nimc:section-C.2.tight.sigmoid-tanh",
    kind="remark",
    label="Lemma C.1 for sigmoid and tanh, where ρ is the least eigenvalue (ours)",
    printed=r"""For tanh $\lambda_{\min}(H^*)=\rho$ at every $k\ge1$.
For sigmoid $\lambda_{\min}(H^*)=\rho$ at every $k\ge3$, and
$\lambda_{\min}(H^*)>\rho$ at $k=1,2$, because $\rho$ is the off-diagonal term and no direction makes all the squares
dropped in the proof vanish""",
    hypotheses=[*ORTHOGONAL, BETA_11],
    depends_on=["nimc:section-C.2.tight", "nimc:section-C.2.beta11", "nimc:lemma-C.1"],
    parts=["sigmoid, which term", "sigmoid, where not", "tanh, which term", "tanh, alpha_10 = 0"],
)
def tight_for_sigmoid_and_tanh() -> list[Evidence]:
    """Which term of ρ is the smaller decides which eigenvector matters; equality means that all squares vanish."""
    return [
        _ordered("sigmoid", "off_diagonal", "diagonal"),
        _solutions(_dimension),
        _ordered("tanh", "diagonal", "off_diagonal"),
        _centred(),
    ]


tight_for_sigmoid_and_tanh.near_misses(
    _solutions, {"a solution exists at k = 2": lambda k: max(1, k * k - 3 * k + 1), "none exists at all": lambda _k: 0}
)


@tight_for_sigmoid_and_tanh.mutant("for sigmoid the diagonal term is the smaller")
def _() -> Evidence:
    return _ordered("sigmoid", "diagonal", "off_diagonal")
