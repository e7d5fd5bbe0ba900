"""Section 2: derivatives, the second derivative test, and strict saddles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from claims.checkers.derivation import check_derivation
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    PLAIN,
    SHAPES,
    G,
    H,
    Identities,
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
    second_by_differences,
    settle,
    slope_by_differences,
    small,
    t,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_by_differences, objective
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.differential import frechet_derivative, hessian_map
from symbolic.matrix.operations import inner, norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import matrix, scalar, vector, zeros

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
    printed=r"""$D_Xf(X_0)[H]=\lim_{\alpha\to0}\frac{f(X_0+\alpha H)-f(X_0)}{\alpha}$, and $\nabla_Xf(X_0)$ is the unique
point of $\mathbb R^{m\times n}$ with $D_Xf(X_0)[H]=\langle\nabla_Xf(X_0),H\rangle$""",
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
    printed=r"$D^2_Xf(X_0)[H,K]=\langle\nabla^2_Xf(X_0)[K],H\rangle$, $\nabla^2_Xf(X_0)$ the derivative of $X\mapsto\nabla f(X)$",
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

Q3, Q4 = inner(G * S + W * H, G * H), norm2(G * H) / 2
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
        "The remainder o(t²) is missing (and ∇J stands for ∇f): for J at (0, 0) with m = n = k = 1, X = 1 and direction "
        "(1, 1), J = ½(1 − t²)² is 0 at t = 1, the right side is −½.",
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
    quadratic = t**2 * second() / half + cubic * t**3 * Q3 + t**4 * Q4
    everywhere = J() + t * pair(gradient_blocks(), d) + quadratic
    made = free_instances([X, W, S, G, H, t])
    return [
        *settle({"at any point": MatrixIdentity(along, everywhere, left_value=_moved_by_t)}, made),
        *settle({"at a critical point": MatrixIdentity(along, J() + quadratic, CRITICAL)}, _critical_instances),
    ]


def _moved_by_t(at: MatrixInstance) -> object:
    step = at["t"][0, 0]
    return scalar_matrix(objective(at["W"] + at["G"] * step, at["S"] + at["H"] * step, at["X"]))


def _critical_instances() -> Iterator[MatrixInstance]:
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


def _kept(M: object, keep: Callable[[int, int], bool]) -> object:
    out = M * 1  # type: ignore[operator]
    for i in range(out.nrows()):
        for j in range(out.ncols()):
            if not keep(i, j):
                out[i, j] = 0
    return out


@claim(
    "mf-landscape:equation-2.corrected",
    kind="correction",
    label="Equation (2), corrected",
    printed=r"""$J(Z+tD)=J(Z)+t\,DJ(Z)[D]+\tfrac12t^2D^2J(Z)[D]+t^3\langle GS+WH,GH\rangle+\tfrac12t^4\|GH\|_F^2$ for every
$Z=(W,S)$ and $D=(G,H)$; at a critical point $DJ(Z)[D]=0$, so $J(Z+tD)=J(Z)+\tfrac12t^2D^2J(Z)[D]+o(t^2)$""",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:equation-4", "mf-landscape:equation-6"],
    parts=["at any point", "at a critical point"],
)
def equation_2_corrected() -> list[Evidence]:
    """The expansion is finite, so the remainder is there to be read."""
    return _taylor()


equation_2_corrected.near_misses(
    lambda change: _taylor(**change),
    {"the cubic term left out": {"cubic": 0}, "the second derivative not halved": {"half": 1}},
)


# The second derivative test. At (0, 0), m=n=k=1, X=1: D²J[(g, h)] = −2gh.


def _printed_degenerate(at: MatrixInstance) -> Fraction:
    """Return 1 if the given nonzero direction makes D² vanish, which by the text makes the point degenerate."""
    nonzero = any(e != 0 for name in ("G", "H") for e in at[name].entries())
    return Fraction(int(nonzero and second_by_differences(at)[0, 0] == 0))


def _singular_hessian(at: MatrixInstance) -> Fraction:
    return Fraction(int(inertia(hessian_by_differences(at["W"], at["S"], at["X"])).zero > 0))


def _along(g: int, h: int) -> MatrixInstance:
    return MatrixInstance(ONE.sizes, {**ONE.values, "G": small(1, 1, g), "H": small(1, 1, h)})


def _test_as_printed(instance: MatrixInstance) -> Evidence:
    scope = "J at (0, 0), m=n=k=1, X=1: the Hessian is [[0, −1], [−1, 0]]"
    return decide_at_instances(_printed_degenerate, _singular_hessian, [instance], scope)


@claim(
    "mf-landscape:section-2.classification",
    kind="section",
    label="Section 2, second derivative test",
    printed=r"""If $\forall H$, $D^2f(X_0)[H]>0$, $X_0$ is a local minimum; if $\forall H$, $D^2f(X_0)[H]<0$, a local maximum;
if $\forall H$, $D^2f(X_0)[H]\ne0$ but is sign indefinite, a saddle point. If there exists nonzero $H$ with
$D^2f(X_0)[H]=0$, the test is inconclusive and $X_0$ is termed degenerate""",
    hypotheses=[CRITICAL_WORDS],
    erratum=Erratum(
        "false-as-printed",
        "At the saddle (0, 0) of J with m = n = k = 1, X = 1, D²J[(g, h)] = −2gh vanishes at (1, 0), so the text calls it "
        "degenerate and the test inconclusive; its Hessian is invertible and the test conclusive. The saddle clause is "
        "empty (a form of both signs vanishes somewhere), and H = 0 must be left out of every clause.",
        corrected_by="mf-landscape:section-2.classification.corrected",
    ),
)
def section_2_classification() -> Evidence:
    """A nondegenerate saddle is declared degenerate."""
    return _test_as_printed(_along(1, 0))


section_2_classification.near_misses(
    _test_as_printed,
    {"vanishing along the other axis": _along(0, 1), "vanishing along a multiple": _along(-3, 0)},
)

x = scalar("x")
KERNEL = matrix("K", "k", "k")


def _test_corrected(*, sign: int = 1, flat: int = 1) -> list[Evidence]:
    z, d = (W, S), (G, H)
    first, other = (G, H), (G2, H2)
    combined = (x * G + G2, x * H + H2)
    value, mixed = second(z, first), pair(hessian_blocks(z, other), first)
    # q(xH + K)·q(H) = (x q(H) + b)² − (b² − q(H)q(K)): if q(H) and q(K) have opposite signs a real x makes it zero.
    vanishing = MatrixIdentity(
        value * second(z, combined), (x * value + mixed) ** 2 - (mixed**2 - sign * value * second(z, other))
    )
    tangent = (W * KERNEL, -flat * KERNEL * S)
    return [
        *settle({"an indefinite form vanishes": vanishing}, free_instances([X, W, S, G, H, G2, H2, x])),
        *settle(
            {"both signs make a saddle": MatrixIdentity(J(moved(z, t, d)) - J(), t**2 * (second() / 2 + t * Q3 + t**2 * Q4), CRITICAL)},
            _critical_instances,
        ),
        *settle(
            {"never definite away from the origin": MatrixIdentity(second(z, tangent), as_expression(0), CRITICAL)},
            _critical_with_tangent,
        ),
        *settle({"never definite at the origin": _odd_at_the_origin()}, free_instances([X, G, H])),
    ]


def _critical_with_tangent() -> Iterator[MatrixInstance]:
    for at in _critical_instances():
        k = at.sizes["k"]
        yield MatrixInstance(at.sizes, {**at.values, "K": small(k, k, *range(1, k * k + 1))})


def _odd_at_the_origin() -> MatrixIdentity:
    origin = (zeros("m", "k"), zeros("k", "n"))
    return MatrixIdentity(second(origin, (-G, H)), -second(origin, (G, H)))


@claim(
    "mf-landscape:section-2.classification.corrected",
    kind="correction",
    label="Section 2, second derivative test, corrected",
    printed=r"""Let $X_0$ be a critical point and $q(H)=D^2f(X_0)[H]$. If $q$ takes a negative (positive) value, $X_0$ is not a
local minimum (maximum), so it is a saddle point if $q$ takes both signs; then $q(H)=0$ for some $H\neq0$, whether or not the
Hessian map is singular. $X_0$ is degenerate if the Hessian map is singular; the test is inconclusive only if moreover $q$ is
semidefinite. For $J$, $q$ is never definite: $q(WK,-KS)=0$, and at the origin $q(-G,H)=-q(G,H)$""",
    hypotheses=[OF_J, CRITICAL_WORDS],
    depends_on=["mf-landscape:equation-2.corrected", "mf-landscape:equation-5"],
    parts=[
        "an indefinite form vanishes",
        "both signs make a saddle",
        "never definite away from the origin",
        "never definite at the origin",
    ],
)
def section_2_classification_corrected() -> list[Evidence]:
    """The sign of J(Z + tD) − J(Z) = t²(½q(D) + O(t)) is that of q(D) for small t.

    If q(H) > 0 > q(K), then q(xH + K) = 0 for a real x, and xH + K ≠ 0 because K is no multiple of H.
    """
    return _test_corrected()


section_2_classification_corrected.near_misses(
    lambda change: _test_corrected(**change),
    {"the discriminant with the wrong sign": {"sign": -1}, "the tangent with equal signs": {"flat": -1}},
)


u, v, y = vector("u", "m"), vector("v", "n"), vector("y", "k")
sigma = scalar("sigma")
SINGULAR_PAIR = (Relation(X * v, sigma * u), Relation(X.T * u, sigma * v))


def _strict_saddle(*, factor: int = 1) -> list[Evidence]:
    z, d = (W, S), (G, H)
    origin = (zeros("m", "k"), zeros("k", "n"))
    image = hessian_blocks(origin, (u * y.T, y * v.T))
    taylor = MatrixIdentity(
        J(moved(z, t, d)) - J(), t**2 * (second() / 2 + factor * t * Q3 + t**2 * Q4), CRITICAL
    )
    return [
        *settle({"not a minimum": taylor}, _critical_instances),
        *settle(
            {
                "inhabited, W": MatrixIdentity(image[0], -factor * sigma * (u * y.T), SINGULAR_PAIR),
                "inhabited, S": MatrixIdentity(image[1], -factor * sigma * (y * v.T), SINGULAR_PAIR),
            },
            _singular_pairs,
        ),
        # With S ≠ 0 (or W ≠ 0, transposed) J grows along some G both ways; at the origin see the test above.
        *settle(
            {"no local maximum": MatrixIdentity(second(z, (G, zeros("k", "n"))), factor * norm2(G * S))}, PLAIN
        ),
    ]


def _singular_pairs() -> Iterator[MatrixInstance]:
    for m, n, k in ((2, 3, 4), (4, 3, 2), (1, 1, 1)):
        values = {"X": small(m, n, *([0] * (m * n))), "u": small(m, 1, *([0] * m)), "v": small(n, 1, *([0] * n))}
        values["X"][0, n - 1], values["u"][0, 0], values["v"][n - 1, 0] = 3, 1, 1
        values |= {"sigma": small(1, 1, 3), "y": small(k, 1, *range(1, k + 1))}
        yield MatrixInstance({"m": m, "n": n, "k": k}, values)


@claim(
    "mf-landscape:section-2.strict-saddle",
    kind="definition",
    label="Section 2, strict saddles",
    printed=r"""A strict saddle is a critical point whose Hessian map has at least one negative eigenvalue (this includes local
maxima); for $\gamma>0$ a $\gamma$-strict saddle is a critical point with $\lambda_{\min}(\nabla^2f(X_0))\le-\gamma$""",
    hypotheses=[OF_J],
    depends_on=["mf-landscape:equation-2.corrected", "mf-landscape:equation-5"],
    parts=["not a minimum", "inhabited, W", "inhabited, S", "no local maximum"],
)
def section_2_strict_saddle() -> list[Evidence]:
    """A definition: it excludes minima, and (0, 0) is σ-strict for every singular pair Xv = σu, Xᵀu = σv.

    The parenthesis is empty for J. If S ≠ 0 then D²J[(G, 0)] = ‖GS‖² > 0 for some G, likewise if W ≠ 0; at the origin
    D²J takes both signs or X = 0, where J vanishes at the origin and is positive somewhere near it.
    """
    return _strict_saddle()


section_2_strict_saddle.near_misses(
    lambda factor: _strict_saddle(factor=factor), {"twice the eigenvalue": 2, "a positive eigenvalue": -1}
)
