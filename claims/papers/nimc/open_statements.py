"""What nothing here decides, each with the reason: the informal Theorem 2.1, and the experiments, not run yet."""

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
        printed: What is printed; of figures and tables, in short.
        reason: Why it is not decided.
        depends_on: Ids of the claims its proof rests on.
    """

    def stays_open() -> Evidence:
        return leave_undecided(reason)

    stays_open.__doc__ = f"Not decided: {reason}."
    stays_open.__qualname__ = f"open_statement.{id_}"
    function: ClaimFunction = stays_open
    return claim(id_, kind=kind, label=label, printed=printed, depends_on=depends_on)(function)


theorem_2_1 = open_statement(
    "nimc:theorem-2.1",
    "theorem",
    "Theorem 2.1 (Informal Recovery Guarantee)",
    r"""Consider a recommender system with a realizable model Eq. (2) with sigmoid activation; the features
$\{x_i\}_{i\in[n_1]}$, $\{y_j\}_{j\in[n_2]}$ are sampled i.i.d. from the normal distribution, the observed pairs
Ω i.i.d. from $\{x_i\}\times\{y_j\}$ uniformly at random. Then there exists an algorithm such that $U^*,V^*$ can be
recovered to any precision ϵ with time complexity and sample complexity ($n_1,n_2,|\Omega|$) polynomial in the dimension
and the condition number of $U^*,V^*$, and logarithmic in $1/\epsilon$""",
    "an informal statement: neither the algorithm nor the polynomials are given; its proof joins Theorem 3.3, whose "
    "bounds of the Hessian are open, with a tensor method's sample bound that the text quotes without its number "
    "(U*, V* can at best be recovered up to a common permutation of their columns)",
    ["nimc:theorem-3.3", "nimc:section-3.3.recovery"],
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
