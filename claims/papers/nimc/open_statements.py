"""Statements with unspecified constants that nothing here decides, each with the reason, in the paper's order."""

from __future__ import annotations

from collections.abc import Sequence

from claims.checkers.standing import leave_undecided
from claims.evidence import Evidence
from claims.registry import Claim, ClaimFunction, claim
from claims.statement import Kind


def open_statement(  # noqa: PLR0913, PLR0917 - a statement has this many fields
    id_: str, kind: Kind, label: str, printed: str, reason: str, depends_on: Sequence[str] = ()
) -> Claim:
    """Register and return a statement that stays undecided for the reason given.

    Args:
        id_: The statement's id.
        kind: What the paper calls it.
        label: The label as printed.
        printed: What is printed, in short.
        reason: Why it is not decided.
        depends_on: Ids of the claims its proof rests on.
    """

    def stays_open() -> Evidence:
        return leave_undecided(reason)

    stays_open.__doc__ = f"Not decided: {reason}."
    stays_open.__qualname__ = f"open_statement.{id_}"
    function: ClaimFunction = stays_open
    return claim(id_, kind=kind, label=label, printed=printed, depends_on=depends_on)(function)


_CONSTANTS = "the bound has unspecified constants"
_NETWORK = (
    f"{_CONSTANTS}, and its proof uses the tail bound (I) of Lemma E.5, which fails for ReLU when d is large against n₂"
)
_SAMPLES = r"n_1,|\Omega|\gtrsim\epsilon^{-2}td\log^2d,\ n_2\gtrsim\epsilon^{-2}t\log d"

theorem_2_1 = open_statement(
    "nimc:theorem-2.1",
    "theorem",
    "Theorem 2.1",
    "For sigmoid and Gaussian features an algorithm recovers U*, V* to any precision in polynomial time and samples",
    "an informal statement whose proof joins Theorem 3.3 with a tensor method's unspecified sample bound",
    ["nimc:theorem-3.3", "nimc:section-3.3.recovery"],
)
theorem_c2_smooth = open_statement(
    "nimc:theorem-C.2.smooth",
    "theorem",
    "Theorem C.2, sigmoid and tanh",
    r"$\|\nabla^2f_\Omega(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim\epsilon+\|U-U^*\|+\|V-V^*\|$",
    f"{_CONSTANTS}; it rests on Lemma E.2",
    ["nimc:lemma-E.2.smooth", "nimc:lemma-E.14.smooth"],
)
lemma_e3 = open_statement(
    "nimc:lemma-E.3",
    "lemma",
    "Lemma E.3",
    rf"${_SAMPLES}$ give a mean of $\phi'\phi'xx^\top\phi\phi$ over Ω within "
    r"$\epsilon\|v_i\|^p\|v_j\|^p$ of its expectation",
    _NETWORK,
    ["nimc:lemma-E.4", "nimc:lemma-E.5", "nimc:lemma-E.11", "nimc:lemma-E.12", "nimc:lemma-E.13"],
)
lemma_e6 = open_statement(
    "nimc:lemma-E.6",
    "lemma",
    "Lemma E.6",
    rf"${_SAMPLES}$ bound the residual's term in $\phi''$ by $\|U-U^*\|+\|V-V^*\|$",
    f"{_CONSTANTS}; the proof refers to that of Lemma E.3",
    ["nimc:lemma-E.3"],
)
lemma_e9 = open_statement(
    "nimc:lemma-E.9",
    "lemma",
    "Lemma E.9",
    r"The residual's term in the cross blocks is $\lesssim\|U-U^*\|+\|V-V^*\|$",
    f"{_CONSTANTS}; the proof refers to that of Lemma E.7",
    ["nimc:lemma-E.7"],
)
lemma_e14_smooth = open_statement(
    "nimc:lemma-E.14.smooth",
    "lemma",
    "Lemma E.14, sigmoid and tanh",
    r"$\|H(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim\|V-V^*\|+\|U-U^*\|$",
    "its four differences are bounded by Lemmas E.15, E.16, E.18 and E.20 with constants; how the constant grows with "
    "the number of blocks, k, is left open by the text",
    ["nimc:lemma-E.15.corrected", "nimc:lemma-E.16", "nimc:lemma-E.18", "nimc:lemma-E.20"],
)
lemma_e17 = open_statement(
    "nimc:lemma-E.17",
    "lemma",
    "Lemma E.17",
    r"For piecewise-linear φ with e turning points: "
    r"$\|\mathbb E[(\phi'(u_i^\top x)-\phi'(u_i^{*\top}x))\phi'(u_l^\top x)"
    r"xx^\top]\|\lesssim(e\|U-U^*\|/\sigma_k(U^*))^{1/2}$",
    f"{_CONSTANTS} and no bound of the slopes; the step from directions to a uniform variable was not mechanized",
)
lemma_e19 = open_statement(
    "nimc:lemma-E.19",
    "lemma",
    "Lemma E.19",
    r"For ReLU: "
    r"$\|\mathbb E[\phi(u_j^{*\top}x)(\phi'(u_i^\top x)-\phi'(u_i^{*\top}x))x]\|\lesssim(\|U-U^*\|/\sigma_k(U^*))"
    r"^{1/2}\|u_j\|$",
    f"{_CONSTANTS}; the proof refers to that of Lemma E.17, and ‖u_j‖ is printed where φ(u_j*·x) gives ‖u_j*‖",
    ["nimc:lemma-E.17"],
)
lemma_e22 = open_statement(
    "nimc:lemma-E.22",
    "lemma",
    "Lemma E.22",
    rf"${_SAMPLES}$ give $\sup_{{\|U-U^a\|+\|V-V^a\|\le r}}"
    r"\|\nabla^2f_\Omega(U,V)-\nabla^2f_\Omega(U^a,V^a)\|\lesssim d^{1/2}r$",
    f"{_CONSTANTS}; block by block it is Lemmas E.23-E.26",
    ["nimc:lemma-E.23", "nimc:lemma-E.24", "nimc:lemma-E.25", "nimc:lemma-E.26"],
)
lemma_e23 = open_statement(
    "nimc:lemma-E.23",
    "lemma",
    "Lemma E.23",
    r"The first kind of block moves by $\lesssim(\|u_i-u_i^a\|+\dots)d^{1/2}$",
    f"{_CONSTANTS}; equation (32) is proved, the bound of the mean of ‖x‖xxᵀ is quoted from Lemma E.10",
    ["nimc:equation-32", "nimc:lemma-E.10"],
)
lemma_e24 = open_statement(
    "nimc:lemma-E.24",
    "lemma",
    "Lemma E.24",
    r"The residual's term in $\phi''$ moves by $\lesssim(\|U-U^a\|+\|V-V^a\|)d^{1/2}$",
    f"{_CONSTANTS}; the proof refers to that of Lemma E.23 (the text writes U*ᵃ where U* is meant)",
    ["nimc:lemma-E.23"],
)
lemma_e25 = open_statement(
    "nimc:lemma-E.25",
    "lemma",
    "Lemma E.25",
    r"The cross blocks move by $\lesssim(\|u_i-u_i^a\|+\dots)d^{1/2}$",
    f"{_CONSTANTS}; the proof refers to that of Lemma E.7",
    ["nimc:equation-32", "nimc:lemma-E.7"],
)
lemma_e26 = open_statement(
    "nimc:lemma-E.26",
    "lemma",
    "Lemma E.26",
    r"The residual's term in the cross blocks moves by $\lesssim(\|U-U^a\|+\|V-V^a\|)d^{1/2}$",
    f"{_CONSTANTS}, and no proof is printed",
    ["nimc:lemma-E.25"],
)

_NOT_RUN = "not run yet"
_PLANNED: tuple[tuple[str, Kind, str, str], ...] = (
    ("figure-1", "figure", "Figure 1", "Rates of recovery over n and m for sigmoid and ReLU; clustering errors"),
    (
        "section-4.1.success",
        "section",
        "Section 4.1, success",
        r"Success: $\|\phi(X_tU)\phi(X_tU)^\top-\phi(X_tU^*)\phi(X_tU^*)^\top\|_F\le0.001\|\cdot\|_F$, in U only",
    ),
    (
        "section-4.2.identical",
        "section",
        "Section 4.2, U = V",
        "The same initialization of U and V keeps them identical",
    ),
    ("section-4.2.error", "section", "Section 4.2, the clustering error", "Pairs clustered wrongly over all pairs"),
    ("section-4.2.table", "section", "Section 4.2, the table", "Clustering errors on six data sets"),
    ("table-1", "table", "Table 1", "RMSE of new users: 1.034 and 1.321 (ml-100k), 1.021 and 1.320 (ml-1m)"),
    ("equation-5", "equation", "Equation (5)", "The positive-unlabeled objective with weight β"),
    ("figure-2", "figure", "Figure 2", "Gene-disease prediction over k, β and r"),
)
EXPERIMENTS = [
    open_statement(f"nimc:{local}", kind, label, printed, _NOT_RUN) for local, kind, label, printed in _PLANNED
]
