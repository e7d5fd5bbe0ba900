"""Section 3.1: orbits under GL_k, their tangents, and what is constant along them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    A_INVERSE,
    INVERTIBLE,
    SHAPES,
    WITH_INVERSE,
    A,
    G,
    H,
    J,
    K,
    Point,
    S,
    W,
    X,
    acted,
    add_inverse,
    free_instances,
    gradient_blocks,
    gradient_value,
    hessian_blocks,
    hessian_value,
    pair,
    sample_invertible,
    second,
    second_by_differences,
    settle,
    slope_by_differences,
    t,
)
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.landscape.objective import objective
from symbolic.landscape.rational_svd import identity as rational_identity
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.expression import Expression
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity, matrix

GROUP = Hypothesis("invertible", r"$A\in\mathrm{GL}_k$")
ORTHOGONAL_GROUP = Hypothesis("orthogonal", r"$Q\in\mathcal O_k$")

C, C_INVERSE = matrix("C", "k", "k"), matrix("C_i", "k", "k")
TWO_INVERTIBLE = (*INVERTIBLE, Relation(C * C_INVERSE, identity("k")), Relation(C_INVERSE * C, identity("k")))


def _add_two(rng: np.random.Generator, sizes: Mapping[str, int], values: dict[str, fmpq_mat]) -> None:
    add_inverse(rng, sizes, values)
    values["C"] = sample_invertible(rng, sizes["k"])
    values["C_i"] = values["C"].inv()


def at_image(value: Callable[[MatrixInstance], fmpq_mat]) -> Callable[[MatrixInstance], fmpq_mat]:
    """Return a function that finds ``value`` at L_A(W, S), in the direction L_A(G, H)."""

    def there(at: MatrixInstance) -> fmpq_mat:
        moved_to = {
            "W": at["W"] * at["A"],
            "S": at["A_i"] * at["S"],
            "G": at["G"] * at["A"],
            "H": at["A_i"] * at["H"],
        }
        return value(MatrixInstance(at.sizes, {**at.values, **moved_to}))

    return there


def _value(at: MatrixInstance) -> fmpq_mat:
    return scalar_matrix(objective(at["W"], at["S"], at["X"]))


IMAGE, MOVED_DIRECTION = acted((W, S)), acted((G, H))


def _action(product: tuple[Expression, Expression]) -> list[Evidence]:
    twice = acted(acted((G, H), C, C_INVERSE))
    by, inverse = product
    back = acted(acted((G, H)), A_INVERSE, A)
    made = free_instances([X, W, S, G, H], _add_two)
    identities = {
        "J is constant": MatrixIdentity(J(IMAGE), J(), INVERTIBLE, at_image(_value)),
        "L_A L_C, first factor": MatrixIdentity(twice[0], G * by, TWO_INVERTIBLE),
        "L_A L_C, second factor": MatrixIdentity(twice[1], inverse * H, TWO_INVERTIBLE),
        "L_A is invertible, first factor": MatrixIdentity(back[0], G, INVERTIBLE),
        "L_A is invertible, second factor": MatrixIdentity(back[1], H, INVERTIBLE),
    }
    return settle(identities, made)


@claim(
    "mf-landscape:equation-8",
    kind="equation",
    label="Equation (8)",
    printed=r"""$L_A:(G,H)\mapsto(GA,A^{-1}H)$ for $A\in\mathrm{GL}_k$; orbits
$\Theta(W,S)=\{L_A(W,S):A\in\mathrm{GL}_k\}$, $\mathcal O(W,S)=\{L_Q(W,S):Q\in\mathcal O_k\}$. The value $J(W,S)$ is
constant on each orbit; if one point of an orbit is a global minimum, all are""",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:equation-3"],
    parts=[
        "J is constant",
        "L_A L_C, first factor",
        "L_A L_C, second factor",
        "L_A is invertible, first factor",
        "L_A is invertible, second factor",
    ],
)
def equation_8() -> list[Evidence]:
    """A linear action of GL_k from the right, L_A∘L_C = L_{CA}, so the Θ(W, S) do partition the space."""
    return _action((C * A, A_INVERSE * C_INVERSE))


equation_8.near_misses(
    _action,
    {
        "the action from the left, L_A L_C = L_{AC}": (A * C, C_INVERSE * A_INVERSE),
        "the inverse of the product in the wrong order": (C * A, C_INVERSE * A_INVERSE),
    },
)


# Tangents. A(t) = I + tK; R stands for its inverse, R = I − tKR.

R = matrix("R", "k", "k")
INVERSE_OF_CURVE = (Relation(t * K * R, identity("k") - R),)


def _add_curve(_rng: np.random.Generator, sizes: Mapping[str, int], values: dict[str, fmpq_mat]) -> None:
    k, step = sizes["k"], fmpq(1, 7)
    values["t"] = scalar_matrix(step)
    values["R"] = (rational_identity(k) + values["K"] * step).inv()


def _tangents(direction: Point) -> list[Evidence]:
    image = (W * (identity("k") + t * K), R * S)
    remainder = t**2 * K * K * R * S
    curve = free_instances([X, W, S, K], _add_curve)
    found = settle(
        {
            "velocity, first factor": MatrixIdentity(image[0], W + t * direction[0]),
            "velocity, second factor": MatrixIdentity(image[1], S + t * direction[1] + remainder, INVERSE_OF_CURVE),
            "orthogonal to the gradient": MatrixIdentity(pair(direction, gradient_blocks()), as_expression(0)),
        },
        curve,
    )
    back = {
        "rank(W)": MatrixIdentity(IMAGE[0] * A_INVERSE, W, INVERTIBLE),
        "rank(S)": MatrixIdentity(A * IMAGE[1], S, INVERTIBLE),
        "rank(WS)": MatrixIdentity(IMAGE[0] * IMAGE[1], W * S, INVERTIBLE),
    }
    return [*found, *settle(back, WITH_INVERSE)]


@claim(
    "mf-landscape:equation-9",
    kind="equation",
    label="Equation (9)",
    printed=r"""$T_{W,S}=\{(WK,-KS):K\in\mathbb R^{k\times k}\}$ is the set of tangents to $\Theta(W,S)$ at $(W,S)$;
$\nabla J(W,S)$ is orthogonal to it; $\operatorname{rank}(W)$, $\operatorname{rank}(S)$, $\operatorname{rank}(WS)$
are constant on $\Theta(W,S)$""",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:equation-4", "mf-landscape:equation-8"],
    parts=[
        "velocity, first factor",
        "velocity, second factor",
        "orthogonal to the gradient",
        "rank(W)",
        "rank(S)",
        "rank(WS)",
    ],
)
def equation_9() -> list[Evidence]:
    """Along A = I + tK, (WA, A⁻¹S) = (W, S) + t(WK, −KS) + O(t²), exactly with remainder t²K²A⁻¹S.

    W = (WA)A⁻¹ and S = A(A⁻¹S), so neither factor loses rank.
    """
    return _tangents((W * K, -K * S))


equation_9.near_misses(
    _tangents,
    {
        "equal signs": (W * K, K * S),
        "the transpose of K in the second factor": (W * K, -K.T * S),
    },
)


# Lemma 3.1. L_{A^{-T}} takes (G, H) to (GA^{-T}, AᵀH).

BACKWARDS = (A_INVERSE.T, A.T)
FORWARDS = (A, A_INVERSE)


def _lemma_a(by: Point) -> list[Evidence]:
    expected = acted(gradient_blocks(), *by)
    blocks = zip(("W", "S"), gradient_blocks(IMAGE), expected, strict=True)
    return settle(
        {name: MatrixIdentity(left, right, INVERTIBLE, at_image(gradient_value(name))) for name, left, right in blocks},
        WITH_INVERSE,
    )


@claim(
    "mf-landscape:lemma-3.1.a",
    kind="lemma",
    label="Lemma 3.1 (a)",
    printed=r"$\nabla J(L_A(W,S))=L_{A^{-T}}\nabla J(W,S)$",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:equation-4", "mf-landscape:equation-8"],
    parts=["W", "S"],
)
def lemma_3_1_a() -> list[Evidence]:
    """The residual does not change, so (ESᵀ, WᵀE) becomes (ESᵀA^{-T}, AᵀWᵀE)."""
    return _lemma_a(BACKWARDS)


lemma_3_1_a.near_misses(_lemma_a, {"L_A instead of its contragredient": FORWARDS, "no transposition": (A_INVERSE, A)})


def _lemma_b(direction: Point) -> list[Evidence]:
    left, right = pair(gradient_blocks(IMAGE), direction), pair(gradient_blocks(), (G, H))
    truth = at_image(slope_by_differences) if direction == MOVED_DIRECTION else None
    return settle({"": MatrixIdentity(left, right, INVERTIBLE, truth)}, WITH_INVERSE)


@claim(
    "mf-landscape:lemma-3.1.b",
    kind="lemma",
    label="Lemma 3.1 (b)",
    printed=r"$DJ(L_A(W,S))[L_A(G,H)]=DJ(W,S)[(G,H)]$",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:equation-4", "mf-landscape:equation-8"],
)
def lemma_3_1_b() -> list[Evidence]:
    """The pairing of (a) with L_A(G, H): A^{-T} and A cancel in both inner products."""
    return _lemma_b(MOVED_DIRECTION)


lemma_3_1_b.near_misses(
    _lemma_b, {"the direction is not moved": (G, H), "the direction is moved backwards": acted((G, H), A_INVERSE, A)}
)


def _lemma_c(by: Point) -> list[Evidence]:
    expected = acted(hessian_blocks(), *by)
    blocks = zip(("W", "S"), hessian_blocks(IMAGE, MOVED_DIRECTION), expected, strict=True)
    return settle(
        {name: MatrixIdentity(left, right, INVERTIBLE, at_image(hessian_value(name))) for name, left, right in blocks},
        WITH_INVERSE,
    )


@claim(
    "mf-landscape:lemma-3.1.c",
    kind="lemma",
    label="Lemma 3.1 (c)",
    printed=r"$\nabla^2J(L_A(W,S))[L_A(G,H)]=L_{A^{-T}}(\nabla^2J(W,S)[(G,H)])$",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:equation-5", "mf-landscape:equation-8"],
    parts=["W", "S"],
)
def lemma_3_1_c() -> list[Evidence]:
    """Every term of (5) takes A^{-T} on its free side."""
    return _lemma_c(BACKWARDS)


lemma_3_1_c.near_misses(_lemma_c, {"L_A instead of its contragredient": FORWARDS, "no transposition": (A_INVERSE, A)})


def _lemma_d(direction: Point) -> list[Evidence]:
    truth = at_image(second_by_differences) if direction == MOVED_DIRECTION else None
    return settle({"": MatrixIdentity(second(IMAGE, direction), second(), INVERTIBLE, truth)}, WITH_INVERSE)


@claim(
    "mf-landscape:lemma-3.1.d",
    kind="lemma",
    label="Lemma 3.1 (d)",
    printed=r"$D^2J(L_A(W,S))[L_A(G,H)]=D^2J(W,S)[(G,H)]$",
    hypotheses=[SHAPES, GROUP],
    depends_on=["mf-landscape:equation-6", "mf-landscape:equation-8"],
)
def lemma_3_1_d() -> list[Evidence]:
    """GS, WH, GH and E do not change when A is inserted with its inverse."""
    return _lemma_d(MOVED_DIRECTION)


lemma_3_1_d.near_misses(
    _lemma_d, {"the direction is not moved": (G, H), "the direction is moved backwards": acted((G, H), A_INVERSE, A)}
)
