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
theorem_e1_smooth = open_statement(
    "nimc:theorem-E.1.smooth",
    "theorem",
    "Theorem E.1, sigmoid and tanh",
    rf"The same as Theorem C.2 from ${_SAMPLES}$: a smaller n₂ than there",
    f"{_CONSTANTS}; the text asks for fewer items than Theorem C.2, and its Lemma E.7 is proved for n₂ ≳ d log²d only",
    ["nimc:lemma-E.2.smooth", "nimc:lemma-E.14.smooth"],
)
lemma_e2_smooth = open_statement(
    "nimc:lemma-E.2.smooth",
    "lemma",
    "Lemma E.2, sigmoid and tanh",
    rf"${_SAMPLES}$ give $\|\nabla^2f_\Omega-H(U,V)\|\lesssim\epsilon+\|U-U^*\|+\|V-V^*\|$",
    f"{_CONSTANTS}; block by block it is Lemmas E.3, E.6, E.7 and E.9",
    ["nimc:lemma-E.3", "nimc:lemma-E.6", "nimc:lemma-E.7", "nimc:lemma-E.9"],
)
lemma_e7 = open_statement(
    "nimc:lemma-E.7",
    "lemma",
    "Lemma E.7",
    rf"${_SAMPLES}$ give a mean of $\phi'\phi'xy^\top\phi\phi$ over Ω within "
    r"$\epsilon\|v_i\|^p\|u_j\|^p$ of its expectation",
    f"{_CONSTANTS}; the proof asks for n₂ ≳ ε⁻²td log²d at every step, the statement for n₂ ≳ ε⁻²t log d only",
    ["nimc:lemma-E.8", "nimc:lemma-E.11", "nimc:lemma-E.12", "nimc:lemma-E.13"],
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
