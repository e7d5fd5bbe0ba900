"""Section 2.1, equations (4) to (7): the residual, gradient, Hessian map, second derivative, critical points."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import fmpq_mat

from claims.checkers.derivation import check_derivation
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    PLAIN,
    SHAPES,
    G,
    H,
    J,
    Point,
    S,
    W,
    X,
    fraction,
    gradient_blocks,
    gradient_value,
    hessian_blocks,
    hessian_value,
    pair,
    residual,
    second,
    second_by_differences,
    settle,
    small,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.objective import gradient_by_differences
from symbolic.matrix.differential import gradient, hessian_map, second_derivative
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import inner, norm2, trace

# The residual. With the printed E = WS − S (which needs m = k) the gradient (4) is wrong.

SCALARS = MatrixInstance({"m": 1, "n": 1, "k": 1}, {"X": small(1, 1, 2), "W": small(1, 1, 1), "S": small(1, 1, 1)})


def _with_residual(E: Callable[[MatrixInstance], fmpq_mat]) -> Evidence:
    def printed(at: MatrixInstance) -> Fraction:
        return fraction((E(at) * at["S"].transpose())[0, 0])

    def exact(at: MatrixInstance) -> Fraction:
        return fraction(gradient_by_differences(at["W"], at["S"], at["X"])[0])

    return decide_at_instances(printed, exact, [SCALARS], "m=n=k=1, W=S=1, X=2: the first entry of ∇J")


@claim(
    "mf-landscape:section-2.1.residual",
    kind="section",
    label="Section 2.1, definition of E",
    printed=r"With $E\triangleq WS-S$: $\nabla J(W,S)=(ES^T,W^TE)$, and (5), (6) with the same $E$",
    hypotheses=[SHAPES],
    erratum=Erratum(
        "misprint",
        "E is WS − X: as printed the shapes fit only if m = k, and at W = S = 1, X = 2 the gradient would vanish "
        "instead of being (−1, −1).",
        corrected_by="mf-landscape:section-2.1.residual.corrected",
    ),
)
def section_2_1_residual() -> Evidence:
    """E = WS − S does not even know X."""
    return _with_residual(lambda at: at["W"] * at["S"] - at["S"])


section_2_1_residual.near_misses(
    _with_residual,
    {
        "minus W instead": lambda at: at["W"] * at["S"] - at["W"],
        "the opposite sign of the right residual": lambda at: at["X"] - at["W"] * at["S"],
    },
)


def _gradient(blocks: Point) -> list[Evidence]:
    slopes = {name: gradient(J(), U) for name, U in (("W", W), ("S", S))}
    chains = [
        check_derivation(lambda d=slope.derivation: d, f"the gradient in {name}, for all dimensions", part=name)  # type: ignore[misc]
        for name, slope in slopes.items()
    ]
    identities = {
        name: MatrixIdentity(slopes[name].expression, block, left_value=gradient_value(name))
        for name, block in zip(("W", "S"), blocks, strict=True)
    }
    return [*settle(identities, PLAIN), *chains]


@claim(
    "mf-landscape:section-2.1.residual.corrected",
    kind="correction",
    label="Section 2.1, definition of E, corrected",
    printed=r"With $E\triangleq WS-X$: $\nabla J(W,S)=(ES^T,W^TE)$",
    hypotheses=[SHAPES],
    parts=["W", "S"],
)
def section_2_1_residual_corrected() -> list[Evidence]:
    """Equation (4) holds with the residual of the factorization."""
    return _gradient(gradient_blocks())


section_2_1_residual_corrected.near_misses(
    _gradient,
    {
        "X - WS": (-gradient_blocks()[0], -gradient_blocks()[1]),
        "WS + X": ((W * S + X) * S.T, W.T * (W * S + X)),
    },
)

RESIDUAL = Hypothesis("residual", r"$E=WS-X$ (printed $WS-S$)")


@claim(
    "mf-landscape:equation-4",
    kind="equation",
    label="Equation (4)",
    printed=r"$\nabla J(W,S)=(ES^T,W^TE)$",
    hypotheses=[SHAPES, RESIDUAL],
    depends_on=["mf-landscape:section-2.1.residual.corrected"],
    parts=["W", "S"],
)
def equation_4() -> list[Evidence]:
    """Expand J(W + tG, S + tH) and read off the factor of each direction."""
    return _gradient(gradient_blocks())


equation_4.near_misses(
    _gradient,
    {
        "twice the first block": (2 * residual() * S.T, W.T * residual()),
        "the residual with the opposite sign in the second block": (residual() * S.T, -(W.T * residual())),
    },
)


def _hessian(blocks: Point) -> list[Evidence]:
    derived = hessian_map(J(), {W: G, S: H})
    identities = {
        name: MatrixIdentity(derived[U].expression, block, left_value=hessian_value(name))
        for (name, U), block in zip((("W", W), ("S", S)), blocks, strict=True)
    }
    return settle(identities, PLAIN)


@claim(
    "mf-landscape:equation-5",
    kind="equation",
    label="Equation (5)",
    printed=r"$\nabla^2J(W,S)[(G,H)]=(GSS^T+WHS^T+EH^T,\;W^TWH+W^TGS+G^TE)$",
    hypotheses=[SHAPES, RESIDUAL],
    depends_on=["mf-landscape:equation-4"],
    parts=["W", "S"],
)
def equation_5() -> list[Evidence]:
    """The derivative of both gradient blocks along (G, H)."""
    return _hessian(hessian_blocks())


equation_5.near_misses(
    _hessian,
    {
        "E H^T left out": (G * S * S.T + W * H * S.T, hessian_blocks()[1]),
        "G^T E left out": (hessian_blocks()[0], W.T * W * H + W.T * G * S),
        "X^T for the residual": (hessian_blocks()[0], W.T * W * H + W.T * G * S - G.T * X),
    },
)


def _second(printed: Expression) -> list[Evidence]:
    derived = second_derivative(J(), {W: G, S: H})
    found = settle(
        {
            "as printed": MatrixIdentity(derived.expression, printed, left_value=second_by_differences),
            "by the Hessian map": MatrixIdentity(pair(hessian_blocks(), (G, H)), printed),
            "as a square": MatrixIdentity(norm2(G * S + W * H) + 2 * inner(residual(), G * H), printed),
        },
        PLAIN,
    )
    chain = check_derivation(lambda: derived.derivation, "twice the coefficient of t²", part="as printed")
    return [*found, chain]


@claim(
    "mf-landscape:equation-6",
    kind="equation",
    label="Equation (6)",
    printed=r"$D^2J(W,S)[(G,H)]=\|GS\|_F^2+\|WH\|_F^2+2\operatorname{trace}(H^TW^TGS+H^TG^TE)$",
    hypotheses=[SHAPES, RESIDUAL],
    depends_on=["mf-landscape:equation-5"],
    parts=["as printed", "by the Hessian map", "as a square"],
)
def equation_6() -> list[Evidence]:
    """It is also ‖GS + WH‖² + 2⟨E, GH⟩: only the second term can be negative, so λ_min ≥ −‖E‖₂ at every point."""
    return _second(second())


equation_6.near_misses(
    _second,
    {
        "the trace once": norm2(G * S) + norm2(W * H) + trace(H.T * W.T * G * S + H.T * G.T * residual()),
        "half the second derivative": second() / 2,
    },
)


def _critical(blocks: Point) -> list[Evidence]:
    derived = {"W": gradient(J(), W).expression, "S": gradient(J(), S).expression}
    identities = {
        f"the block {name}": MatrixIdentity(derived[name], block, left_value=gradient_value(name))
        for name, block in zip(("W", "S"), blocks, strict=True)
    }
    # A pair is zero exactly if the sum of the squared norms of its blocks is.
    both = MatrixIdentity(
        pair((derived["W"], derived["S"]), (derived["W"], derived["S"])), norm2(blocks[0]) + norm2(blocks[1])
    )
    return settle({**identities, "both blocks": both}, PLAIN)


@claim(
    "mf-landscape:equation-7",
    kind="equation",
    label="Equation (7)",
    printed=r"$(W,S)$ is a critical point if and only if $(WS-X)S^T=\mathbf0$ and $W^T(WS-X)=\mathbf0$",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:equation-4"],
    parts=["the block W", "the block S", "both blocks"],
)
def equation_7() -> list[Evidence]:
    """‖∇J‖² is the sum of the squared norms of both left sides."""
    return _critical(gradient_blocks())


equation_7.near_misses(
    _critical,
    {
        "the first condition alone": (residual() * S.T, 0 * (W.T * residual())),
        "WS + X in the second": (residual() * S.T, W.T * (W * S + X)),
    },
)
