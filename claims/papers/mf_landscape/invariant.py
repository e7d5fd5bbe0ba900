"""Section 3.3, first half: the manifolds M_C, gradient flow, and what it conserves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flint import fmpq, fmpq_mat

from claims.checkers.citation import cite
from claims.checkers.landscape_points import decide_at_points
from claims.checkers.matrix_argument import check_argument
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, rows_of
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    PLAIN,
    SHAPES,
    G,
    H,
    J,
    S,
    W,
    X,
    free_instances,
    gradient_blocks,
    gradient_value,
    settle,
    small,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.flow import exact_balance
from symbolic.matrix.argument import Argument, Equation
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.differential import frechet_derivative
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import inner, norm2, trace
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import matrix, scalar, zeros

FLOW = Hypothesis("gradient flow", r"$\frac{d}{dt}(W_t,S_t)=-\nabla J(W_t,S_t)$")
BALANCE = W.T * W - S * S.T
DOWNHILL = (-gradient_blocks()[0], -gradient_blocks()[1])


def along_flow(quantity: Expression) -> Expression:
    """Return d/dt of a quantity of W and S along the gradient flow."""
    return frechet_derivative(quantity, {W: DOWNHILL[0], S: DOWNHILL[1]}).expression


Quantity = Callable[[fmpq_mat, fmpq_mat], fmpq_mat]


def slope_along_flow(quantity: Quantity, at: MatrixInstance) -> fmpq_mat:
    """Return the same derivative exactly, from evaluations of the objective: the quantity is quadratic in (W, S)."""
    down = {name: gradient_value(name)(at) * -1 for name in "WS"}
    ends = [quantity(at["W"] + down["W"] * s, at["S"] + down["S"] * s) for s in (1, -1)]
    return (ends[0] - ends[1]) * fmpq(1, 2)


def _is_kept(quantity: Quantity) -> Callable[[MatrixInstance], dict[str, Any] | None]:
    def failure(at: MatrixInstance) -> dict[str, Any] | None:
        slope = slope_along_flow(quantity, at)
        if slope * 0 == slope:
            return None
        words = f"its derivative along the flow is {rows_of(slope)}, not zero"
        return {"found": words, "instance": at.to_record(), "derivative": rows_of(slope)}

    return failure


def _point(W_: fmpq_mat, S_: fmpq_mat, X_: fmpq_mat) -> MatrixInstance:
    sizes = {"m": W_.nrows(), "n": S_.ncols(), "k": W_.ncols()}
    return MatrixInstance(sizes, {"W": W_, "S": S_, "X": X_})


WIDE = _point(small(2, 2, 0, 1, 0, 0), small(2, 1, 0, 1), small(2, 1, 0, 0))
TALL = _point(small(1, 2, 1, 0), small(2, 2, 0, 1, 0, 0), small(1, 2, 0, 0))


def _kept_at(quantity: Quantity, at: MatrixInstance, words: str, scope: str) -> Evidence:
    return decide_at_points(_is_kept(quantity), [at], f"{words} is constant along the flow", scope)


def _printed_manifold(quantity: Quantity) -> Evidence:
    return _kept_at(quantity, WIDE, "the matrix that defines $M_C$", "m=k=2, n=1")


@claim(
    "mf-landscape:section-3.3.manifold",
    kind="definition",
    label="Section 3.3, the manifold",
    printed=r"""$\mathcal M_C\triangleq\{(W,S):WW^T-SS^T=C\}$, $C\in\mathbb R^{k\times k}$ symmetric. If
$(W,S)\in\mathcal M_C$, then $\|W\|_F^2-\|S\|_F^2=\operatorname{trace}(C)$; the manifold $\mathcal M_C$ is invariant
under
gradient flow""",
    hypotheses=[SHAPES],
    erratum=Erratum(
        "misprint",
        "$WW^T$ is $m\\times m$, so it should be $W^TW$ (here, in the section's title, and as used later). Where the "
        "printed "
        "form makes sense (m = k) it is not invariant: with m = k = 2, n = 1, W = [0 1; 0 0], S = (0, 1)ᵀ, X = 0 its "
        "derivative along the flow is diag(−2, 2). Also, $\\mathcal M_C$ is not a manifold everywhere: see the "
        "remark on "
        "its regular points.",
        corrected_by="mf-landscape:section-3.3.manifold.corrected",
    ),
)
def section_3_3_manifold() -> Evidence:
    """The printed matrix has the wrong shape unless m = k, and then it is not conserved."""
    return _printed_manifold(lambda W_, S_: W_ * W_.transpose() - S_ * S_.transpose())


section_3_3_manifold.near_misses(
    _printed_manifold,
    {
        "the sum of both Gram matrices": lambda W_, S_: W_.transpose() * W_ + S_ * S_.transpose(),
        "twice the Gram matrix of W": lambda W_, S_: W_.transpose() * W_ * 2 - S_ * S_.transpose(),
    },
)


def _balance_slope(at: MatrixInstance) -> fmpq_mat:
    return slope_along_flow(exact_balance, at)


def _corrected_manifold(*, sign: int = -1) -> list[Evidence]:
    quantity = W.T * W + sign * S * S.T
    return settle(
        {
            "symmetric": MatrixIdentity(quantity.T, quantity),
            "difference of the norms": MatrixIdentity(norm2(W) - norm2(S), trace(quantity)),
            "invariant": MatrixIdentity(along_flow(quantity), zeros("k", "k"), left_value=_balance_slope),
        },
        PLAIN,
    )


@claim(
    "mf-landscape:section-3.3.manifold.corrected",
    kind="correction",
    label="Section 3.3, the manifold, corrected",
    printed=r"""$\mathcal M_C=\{(W,S):W^TW-SS^T=C\}$, $C\in\mathbb R^{k\times k}$ symmetric;
$\|W\|_F^2-\|S\|_F^2=\operatorname{tr}C$ on it, and it is invariant under gradient flow""",
    hypotheses=[SHAPES, FLOW],
    depends_on=["mf-landscape:equation-4", "mf-landscape:equation-19"],
    parts=["symmetric", "difference of the norms", "invariant"],
)
def section_3_3_manifold_corrected() -> list[Evidence]:
    """Both Gram matrices are k×k; the derivative along the flow vanishes identically."""
    return _corrected_manifold()


section_3_3_manifold_corrected.near_misses(
    lambda sign: _corrected_manifold(sign=sign), {"the sum instead of the difference": 1, "SSᵀ counted twice": -2}
)

Z = matrix("Z", "k", "k", "symmetric")


def _regular(*, factor: int = 2) -> list[Evidence]:
    onto = MatrixIdentity(
        inner(Z, frechet_derivative(BALANCE, {W: G, S: H}).expression),
        factor * inner(W * Z, G) - factor * inner(Z * S, H),
    )
    balanced = Equation(W.T * W, S * S.T)

    def kernels() -> Argument:
        """On M_0, WZ = 0 gives ZS = 0: ‖ZS‖² = tr ZSSᵀZ = ‖WZ‖²."""
        argument = Argument(balanced, Equation(W * Z, zeros("m", "k")))
        same = argument.show(norm2(S.T * Z), norm2(W * Z), balanced)
        zero = argument.show(norm2(W * Z), as_expression(0), argument.assumed[1])
        argument.show_vanishing([S.T * Z], argument.chain(same, zero))
        return argument

    crossing = MatrixIdentity(BALANCE_1, (w - s) * (w + factor // 2 * s))
    made = free_instances([W, S, G, H, Z], _symmetric)
    return [
        *settle({"differential": onto}, made),
        check_argument(kernels, _kernels(), "WZ = 0 and WᵀW = SSᵀ give SᵀZ = 0", part="on M_0"),
        *settle({"the origin, m = n = k = 1": crossing}, free_instances([w, s])),
    ]


w, s = scalar("w"), scalar("s")
BALANCE_1 = w**2 - s**2


def _symmetric(_rng: object, _sizes: object, values: dict[str, fmpq_mat]) -> None:
    values["Z"] = values["Z"] + values["Z"].transpose()


def _kernels() -> Iterator[MatrixInstance]:
    for m, n, k in ((2, 3, 4), (3, 2, 2)):
        first, rest = fmpq_mat(m, k), fmpq_mat(k, n)
        first[0, 0] = rest[0, 0] = fmpq(2)
        corner = fmpq_mat(k, k)
        corner[k - 1, k - 1] = fmpq(1)
        yield MatrixInstance({"m": m, "n": n, "k": k}, {"W": first, "S": rest, "Z": corner})


@claim(
    "mf-landscape:section-3.3.manifold.regular",
    kind="remark",
    label="Section 3.3, where M_C is a manifold (ours)",
    printed=r"""The differential $(G,H)\mapsto W^TG+G^TW-SH^T-HS^T$ of $W^TW-SS^T$ maps onto the symmetric matrices
iff no
symmetric $Z\neq0$ has $WZ=0$ and $ZS=0$, that is iff $\ker W\cap\ker S^T=0$; then $\mathcal M_C$ is smooth near
$(W,S)$. On
$\mathcal M_0$ this says $\operatorname{rank}(W)=k$. For $m=n=k=1$, $\mathcal M_0$ is two lines crossing at the
origin""",
    hypotheses=[SHAPES],
    parts=["differential", "on M_0", "the origin, m = n = k = 1"],
)
def section_3_3_manifold_regular() -> list[Evidence]:
    """A symmetric Z is orthogonal to the differential's range iff ⟨WZ, G⟩ = ⟨ZS, H⟩ for all G and H.

    Z = xxᵀ with x in both kernels is one; conversely the columns of Z lie in both kernels. Where they have a common
    vector the differential is not onto; M_0 may be smooth there all the same if k exceeds m and n.
    """
    return _regular()


section_3_3_manifold_regular.near_misses(
    lambda factor: _regular(factor=factor), {"half of the pairing": 1, "twice the pairing": 4}
)


def _flow(*, sign: int = -1) -> list[Evidence]:
    E_blocks = gradient_blocks()
    return settle(
        {
            "W": MatrixIdentity(sign * E_blocks[0], DOWNHILL[0], left_value=lambda at: gradient_value("W")(at) * -1),
            "S": MatrixIdentity(sign * E_blocks[1], DOWNHILL[1], left_value=lambda at: gradient_value("S")(at) * -1),
            "descent": MatrixIdentity(along_flow(J()), sign * (norm2(E_blocks[0]) + norm2(E_blocks[1]))),
        },
        PLAIN,
    )


@claim(
    "mf-landscape:equation-19",
    kind="equation",
    label="Equation (19)",
    printed=r"$\frac{d}{dt}(W_t,S_t)=-\nabla J(W_t,S_t)$, $(W_0,S_0)\in\mathcal X$",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:equation-4"],
    parts=["W", "S", "descent"],
)
def equation_19() -> list[Evidence]:
    """The definition of the flow: Ẇ = −ESᵀ, Ṡ = −WᵀE, and along it dJ/dt = −‖∇J‖²."""
    return _flow()


equation_19.near_misses(lambda sign: _flow(sign=sign), {"uphill": 1, "twice the speed": -2})

C = matrix("C", "k", "k", "symmetric")


def _bounded(*, sign: int = 1) -> list[Evidence]:
    conserved = (Relation(W.T * W, S * S.T + C),)
    product = MatrixIdentity(norm2(W * S), norm2(S * S.T) + sign * inner(S * S.T, C), conserved)
    return [
        *settle({"no escape to infinity": product}, free_instances([W, S], _balance_of)),
        cite(
            "the solution of an o.d.e. with a locally Lipschitz right side exists and is unique as long as it is "
            "bounded",
            "Picard and Lindelöf; any textbook on ordinary differential equations",
            _is_bounded_by_cauchy_schwarz,
            [TALL, WIDE],
            part="existence",
        ),
    ]


def _balance_of(_rng: object, _sizes: object, values: dict[str, fmpq_mat]) -> None:
    values["C"] = exact_balance(values["W"], values["S"])


def _is_bounded_by_cauchy_schwarz(at: MatrixInstance) -> bool:
    """Return whether (‖SSᵀ‖² − ‖WS‖²)² ≤ ‖C‖²‖SSᵀ‖²: what keeps the solution bounded."""
    conserved, P = exact_balance(at["W"], at["S"]), at["S"] * at["S"].transpose()
    gram, product, bound = (sum((e * e for e in M.entries()), fmpq(0)) for M in (P, at["W"] * at["S"], conserved))
    return bool((gram - product) ** 2 <= bound * gram)


@claim(
    "mf-landscape:equation-19.global",
    kind="remark",
    label="Equation (19), solutions exist for all t ≥ 0 (ours)",
    printed=r"""On $\mathcal M_C$: $\|WS\|_F^2=\|SS^T\|_F^2+\langle SS^T,C\rangle$. Since $J$ decreases, $WS$ stays
bounded, hence so do
$SS^T$ and $W^TW=SS^T+C$, and the solution of (19) exists and is unique for all $t\ge0$""",
    hypotheses=[SHAPES, FLOW],
    depends_on=["mf-landscape:equation-19", "mf-landscape:lemma-3.4.corrected"],
    parts=["no escape to infinity", "existence"],
)
def equation_19_global() -> list[Evidence]:
    """‖SSᵀ‖² − ‖C‖‖SSᵀ‖ ≤ ‖WS‖² ≤ (‖X‖ + √(2J₀))²; the rest is the theory of ordinary differential equations."""
    return _bounded()


equation_19_global.near_misses(
    lambda sign: _bounded(sign=sign), {"the sign of C flipped": -1, "twice the term of C": 2}
)


def _printed_lemma(quantity: Quantity) -> Evidence:
    return _kept_at(quantity, TALL, "the matrix", "m=1, n=k=2")


@claim(
    "mf-landscape:lemma-3.4",
    kind="lemma",
    label="Lemma 3.4",
    printed=r"""Along every solution of the gradient flow o.d.e., $W_t^TW_t-S_t^TS_t^T$ is a constant symmetric
$k\times k$
matrix and $\|W_t\|_F^2-\|S_t\|_F^2$ is a constant""",
    hypotheses=[SHAPES, FLOW],
    depends_on=["mf-landscape:equation-19"],
    erratum=Erratum(
        "misprint",
        "$S_t^TS_t^T$ should be $S_tS_t^T$. The printed product is undefined unless n = k, and then not conserved: "
        "with "
        "m = 1, n = k = 2, W = (1 0), S = [0 1; 0 0], X = (0 0) the derivative of $W^TW-S^TS^T$ is diag(−2, 0). In "
        "the proof "
        "the first display lacks the traces.",
        corrected_by="mf-landscape:lemma-3.4.corrected",
    ),
)
def lemma_3_4() -> Evidence:
    """The printed matrix moves along the flow."""
    return _printed_lemma(lambda W_, S_: W_.transpose() * W_ - S_.transpose() * S_.transpose())


lemma_3_4.near_misses(
    _printed_lemma,
    {
        "SᵀS in its place": lambda W_, S_: W_.transpose() * W_ - S_.transpose() * S_,
        "the sum": lambda W_, S_: W_.transpose() * W_ + S_ * S_.transpose(),
    },
)


def _conserved(*, sign: int = -1) -> list[Evidence]:
    K = matrix("K", "k", "k")
    rates = W.T * DOWNHILL[0] + sign * DOWNHILL[1] * S.T
    return settle(
        {
            "as in the proof": MatrixIdentity(
                inner(W * K, DOWNHILL[0]) + sign * inner(K * S, DOWNHILL[1]), inner(K, rates)
            ),
            "the half": MatrixIdentity(rates, zeros("k", "k")),
            "the matrix": MatrixIdentity(
                along_flow(W.T * W + sign * S * S.T), zeros("k", "k"), left_value=_balance_slope
            ),
            "the norms": MatrixIdentity(along_flow(norm2(W) + sign * norm2(S)), as_expression(0)),
        },
        free_instances([X, W, S, K]),
    )


@claim(
    "mf-landscape:lemma-3.4.corrected",
    kind="correction",
    label="Lemma 3.4, corrected",
    printed=r"""Along every solution of the gradient flow o.d.e. $W_t^TW_t-S_tS_t^T$ is a constant symmetric matrix and
$\|W_t\|_F^2-\|S_t\|_F^2$ is a constant: already $W_t^T\dot W_t=\dot S_tS_t^T$""",
    hypotheses=[SHAPES, FLOW],
    depends_on=["mf-landscape:equation-19"],
    parts=["as in the proof", "the half", "the matrix", "the norms"],
)
def lemma_3_4_corrected() -> list[Evidence]:
    """Both WᵀẆ and ṠSᵀ are −WᵀESᵀ."""
    return _conserved()


lemma_3_4_corrected.near_misses(lambda sign: _conserved(sign=sign), {"the sum of both": 1, "SSᵀ counted twice": -2})
