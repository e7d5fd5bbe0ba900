"""Section 2: derivative, gradient, second derivative and the expansion of the objective along a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from flint import fmpq_mat

from claims.checkers.derivation import check_derivation
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    SHAPES,
    G,
    H,
    J,
    Point,
    S,
    W,
    X,
    fraction,
    free_instances,
    gradient_blocks,
    hessian_blocks,
    hessian_value,
    line_coefficients,
    moved,
    pair,
    residual,
    second,
    settle,
    slope_by_differences,
    small,
    t,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.objective import objective
from symbolic.matrix.differential import frechet_derivative, hessian_map
from symbolic.matrix.operations import inner, norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import matrix, zeros

OF_J = Hypothesis("f = J", r"$f = J$ of (3), a polynomial, so that every limit is the reading of a coefficient")
CRITICAL_WORDS = Hypothesis("critical", r"$\nabla f(X_0) = \mathbf 0$")
CRITICAL = (Relation(residual() * S.T, zeros("m", "k")), Relation(W.T * residual(), zeros("k", "n")))

G2, H2 = matrix("G_2", "m", "k"), matrix("H_2", "k", "n")
TWO_DIRECTIONS = free_instances([X, W, S, G, H, G2, H2])
B = matrix("B", "m", "n")


def _gradient(slope: Point) -> list[Evidence]:
    found = settle(
        {
            "the gradient": MatrixIdentity(
                frechet_derivative(J(), {W: G, S: H}).expression, pair(slope, (G, H)), left_value=slope_by_differences
            ),
            # ⟨X, D⟩ = ⟨B, D⟩ for every D, and so for D = X − B, leaves ‖X − B‖² = 0.
            "uniqueness": MatrixIdentity(inner(X, X - B) - inner(B, X - B), norm2(X - B)),
        },
        free_instances([X, W, S, G, H, B]),
    )
    chain = check_derivation(
        lambda: frechet_derivative(J(), {W: G, S: H}).derivation,
        "J(W + tG, S + tH) is a polynomial in t, and its coefficient of t is linear in (G, H)",
        part="the limit",
    )
    return [*found, chain]


@claim(
    "mf-landscape:section-2.gradient",
    kind="definition",
    label="Section 2, derivative and gradient",
    printed=r"""$D_Xf(X_0)[H]=\lim_{\alpha\to0}\frac{f(X_0+\alpha H)-f(X_0)}{\alpha}$, and $\nabla_Xf(X_0)$ is the
unique point of $\mathbb R^{m\times n}$ with $D_Xf(X_0)[H]=\langle\nabla_Xf(X_0),H\rangle$""",
    hypotheses=[OF_J],
    parts=["the limit", "the gradient", "uniqueness"],
)
def section_2_gradient() -> list[Evidence]:
    """For J the limit is the coefficient of α, it is ⟨(ESᵀ, WᵀE), ·⟩, and only one point represents it."""
    return _gradient(gradient_blocks())


section_2_gradient.near_misses(
    _gradient,
    {
        "the gradient of the sum of squares without its half": (2 * gradient_blocks()[0], 2 * gradient_blocks()[1]),
        "the residual with the opposite sign": (-gradient_blocks()[0], -gradient_blocks()[1]),
    },
)


def _second_derivative(blocks: Callable[[Point, Point], Point]) -> list[Evidence]:
    first, other = (G, H), (G2, H2)
    derived = hessian_map(J(), {W: G, S: H})
    mixed = blocks((W, S), other)
    found = settle(
        {
            "W": MatrixIdentity(derived[W].expression, blocks((W, S), first)[0], left_value=hessian_value("W")),
            "S": MatrixIdentity(derived[S].expression, blocks((W, S), first)[1], left_value=hessian_value("S")),
            "symmetry": MatrixIdentity(pair(mixed, first), pair(blocks((W, S), first), other)),
            # The mixed coefficient of J(Z + H + K): J is not quadratic, so it is read off D² by polarization.
            "bilinear form": MatrixIdentity(
                second((W, S), (G + G2, H + H2)) - second((W, S), (G - G2, H - H2)), 4 * pair(mixed, first)
            ),
        },
        TWO_DIRECTIONS,
    )
    return [*found]


@claim(
    "mf-landscape:equation-1",
    kind="equation",
    label="Equation (1)",
    printed=r"""$D^2_Xf(X_0)[H,K]=\langle\nabla^2_Xf(X_0)[K],H\rangle$, $\nabla^2_Xf(X_0)$ the derivative of
$X\mapsto\nabla f(X)$""",
    hypotheses=[OF_J],
    depends_on=["mf-landscape:section-2.gradient"],
    parts=["W", "S", "symmetry", "bilinear form"],
)
def equation_1() -> list[Evidence]:
    """For J the Hessian map is the derivative of both gradient blocks, symmetric, and polarizes D²J."""
    return _second_derivative(hessian_blocks)


equation_1.near_misses(
    _second_derivative,
    {
        "the mixed term E H^T left out": lambda z, d: (
            d[0] * z[1] * z[1].T + z[0] * d[1] * z[1].T,
            hessian_blocks(z, d)[1],
        ),
        "half of the map": lambda z, d: (hessian_blocks(z, d)[0] / 2, hessian_blocks(z, d)[1] / 2),
    },
)


# Equation (2): the exact Taylor polynomial of J, of degree four, shows what the printed equality leaves out.

CUBIC, QUARTIC = inner(G * S + W * H, G * H), norm2(G * H) / 2
ONE = MatrixInstance(
    {"m": 1, "n": 1, "k": 1},
    {"X": small(1, 1, 1), "W": small(1, 1, 0), "S": small(1, 1, 0), "G": small(1, 1, 1), "H": small(1, 1, 1)},
)


def _at_step_one(terms: int) -> Callable[[MatrixInstance], Fraction]:
    """Return the sum of the first terms of the expansion at t = 1, found by interpolating the objective."""
    return lambda at: fraction(sum(line_coefficients(at)[:terms]))


def _moved_value(at: MatrixInstance) -> Fraction:
    return fraction(objective(at["W"] + at["G"], at["S"] + at["H"], at["X"]))


def _as_printed(terms: int) -> Evidence:
    return decide_at_instances(_moved_value, _at_step_one(terms), [ONE], "J at (0, 0), m=n=k=1, X=1, t=1")


@claim(
    "mf-landscape:equation-2",
    kind="equation",
    label="Equation (2)",
    printed=r"about a critical point $X_0$ ($\nabla J(X_0)=\mathbf0$): $f(X_0+tH)=f(X_0)+\tfrac12t^2D^2f(X_0)[H]$",
    hypotheses=[CRITICAL_WORDS],
    erratum=Erratum(
        "misprint",
        "The remainder o(t²) is missing (and ∇J stands for ∇f): for J at (0, 0) with m = n = k = 1, X = 1 and "
        "direction (1, 1), J = ½(1 − t²)² is 0 at t = 1, the right side is −½.",
        corrected_by="mf-landscape:equation-2.corrected",
    ),
)
def equation_2() -> Evidence:
    """The quartic J along a line is not its second-order part."""
    return _as_printed(3)


equation_2.near_misses(_as_printed, {"the second-order term dropped too": 1, "and with the third-order term": 4})


def _taylor(*, cubic: int = 1, half: int = 2) -> list[Evidence]:
    z, d = (W, S), (G, H)
    along = J(moved(z, t, d))
    quadratic = t**2 * second() / half + cubic * t**3 * CUBIC + t**4 * QUARTIC
    everywhere = J() + t * pair(gradient_blocks(), d) + quadratic
    made = free_instances([X, W, S, G, H, t])
    return [
        *settle({"at any point": MatrixIdentity(along, everywhere, left_value=_moved_by_t)}, made),
        *settle({"at a critical point": MatrixIdentity(along, J() + quadratic, CRITICAL)}, critical_instances),
    ]


def _moved_by_t(at: MatrixInstance) -> fmpq_mat:
    step = at["t"][0, 0]
    return scalar_matrix(objective(at["W"] + at["G"] * step, at["S"] + at["H"] * step, at["X"]))


def critical_instances() -> Iterator[MatrixInstance]:
    """Yield critical points with a direction: zero factors, then X supported on what W and S miss."""
    for at in free_instances([X, W, S, G, H, t])():
        m, n = at.sizes["m"], at.sizes["n"]
        values = dict(at.values)
        if m > 1 and n > 1:
            # W lives in the first row, S in the first column, and X adds to WS elsewhere: E = WS − X misses both.
            for M, keep in (("W", lambda i, _j: i == 0), ("S", lambda _i, j: j == 0)):
                values[M] = _kept(values[M], keep)
            rest = _kept(values["X"], lambda i, j: i > 0 and j > 0)
            values["X"] = values["W"] * values["S"] + rest
        else:
            values |= {"W": values["W"] * 0, "S": values["S"] * 0}
        yield MatrixInstance(at.sizes, values)


def _kept(M: fmpq_mat, keep: Callable[[int, int], bool]) -> fmpq_mat:
    out = fmpq_mat(M)
    for i in range(out.nrows()):
        for j in range(out.ncols()):
            if not keep(i, j):
                out[i, j] = 0
    return out


@claim(
    "mf-landscape:equation-2.corrected",
    kind="correction",
    label="Equation (2), corrected",
    printed=r"""$J(Z+tD)=J(Z)+t\,DJ(Z)[D]+\tfrac12t^2D^2J(Z)[D]+t^3\langle GS+WH,GH\rangle+\tfrac12t^4\|GH\|_F^2$
for every $Z=(W,S)$ and $D=(G,H)$; at a critical point $DJ(Z)[D]=0$, so $J(Z+tD)=J(Z)+\tfrac12t^2D^2J(Z)[D]+o(t^2)$""",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:equation-4", "mf-landscape:equation-6"],
    parts=["at any point", "at a critical point"],
)
def equation_2_corrected() -> list[Evidence]:
    """The expansion is finite, so the remainder is there to be read."""
    return _taylor()


equation_2_corrected.near_misses(
    lambda run: run(),
    {
        "the cubic term left out": partial(_taylor, cubic=0),
        "the second derivative not halved": partial(_taylor, half=1),
    },
)
