"""Section 3.2, last part: the rank condition (8) against the paper's and against the exact criterion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import fmpq_mat

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.evidence import Evidence
from claims.papers.chain_rules.exact_factorization import configuration, regular_neighbour
from claims.papers.chain_rules.notation import SIZES, Located, typed
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.local_surjection import matrix_arguments as argument
from symbolic.local_surjection.criteria import rank_configurations, satisfies_condition_5
from symbolic.local_surjection.maps import MatrixFactorization

TIGHT = Hypothesis("d-is-min", r"$d=\min\{m,n\}$, where $\mathbb R^{m\times n}_{\le d}=\mathbb R^{m\times n}$")
Stated = Callable[[Located], bool]


def ranks_of(place: Located) -> tuple[int, int, int]:
    """Return rank X, rank Y and rank XᵀY."""
    X, Y = place.point
    return int(X.rank()), int(Y.rank()), int((X.transpose() * Y).rank())


def equal_ranks(place: Located) -> bool:
    """Return whether (8) holds: all three ranks are equal."""
    return len(set(ranks_of(place))) == 1


def _tight() -> Iterator[Located]:
    for m in range(1, 4):
        for n in range(1, 4):
            for ranks in rank_configurations(m, n, min(m, n)):
                yield configuration(m, n, min(m, n), ranks)


_OPEN = "is H_MF locally surjective here (a regular point of the same value is near)?"


def _equation_8(stated: Stated) -> Evidence:
    return decide_question(_OPEN, stated, regular_neighbour, _tight(), "d = min{m, n} ≤ 3, all rank configurations")


@claim(
    "chain-rules:equation-8",
    kind="equation",
    label="Equation (8)",
    printed=r"""For $1\le d\le\min\{m,n\}$, local surjection of $H_{MF}$ at $(X,Y)$ with codomain $\mathbb
R^{m\times n}_{\le d}$ is
equivalent to $\mathrm{rank}(X)=\mathrm{rank}(Y)=\mathrm{rank}(X^\top Y)$; it can be applied when $d=\min\{m,n\}$.""",
    hypotheses=[SIZES],
    erratum=Erratum(
        "false-as-printed",
        "At d = min{m, n} the condition is not necessary: for m = n = d = 1 at (X, Y) = (0, 1) the Jacobian (1, 0) is "
        "surjective, but rank X = 0 ≠ 1 = rank Y. The equivalence is for d < min{m, n}.",
        corrected_by="chain-rules:equation-8.corrected",
    ),
)
def equation_8() -> Evidence:
    """Wherever one factor has full rank d = min{m, n} the Jacobian may be surjective with the other rank-deficient."""
    return _equation_8(equal_ranks)


equation_8.near_misses(
    _equation_8,
    {
        "rank X = rank Y alone": lambda s: ranks_of(s)[0] == ranks_of(s)[1],
        "full ranks only": lambda s: min(ranks_of(s)) == s.map_.d,
    },
)


def _corrected(place: Located) -> bool:
    p, q, r = ranks_of(place)
    map_ = typed(place, MatrixFactorization)
    return (r == p and map_.m >= map_.n) or (r == q and map_.m <= map_.n)


def _tight_evidence(stated: Stated, excess: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.tight_case(second=False), "r ≥ p, so r = p", part="first"),
        check_derivation(
            lambda: argument.tight_case(second=True, excess=excess), "the other alternative is empty", part="second"
        ),
        decide_question(_OPEN, stated, regular_neighbour, _tight(), "d = min{m, n} ≤ 3", part="second"),
    ]


@claim(
    "chain-rules:equation-8.corrected",
    kind="correction",
    label="Equation (8), corrected for d = min{m, n}",
    printed=r"""For $d=n<m$, $H_{MF}$ is locally surjective at $(X,Y)$ if and only if $\mathrm{rank}(X^\top
Y)=\mathrm{rank}(X)$;
for $d=m<n$ if and only if $\mathrm{rank}(X^\top Y)=\mathrm{rank}(Y)$; for $d=m=n$ if and only if one of the
two holds.""",
    hypotheses=[TIGHT],
    depends_on=["chain-rules:theorem-3.6.exact"],
    parts=["first", "second"],
)
def equation_8_corrected() -> list[Evidence]:
    """The exact criterion at d = n: n − p − q + r ≥ min(m − p, n − q) means r ≥ p, or r ≥ q + m − n."""
    return _tight_evidence(_corrected, 1)


equation_8_corrected.near_misses(
    lambda wrong: _tight_evidence(*wrong),
    {
        "as printed": (equal_ranks, 1),
        "either rank whatever the sizes": (lambda s: ranks_of(s)[2] in ranks_of(s)[:2], 1),
        "the case m = n as if m > n": (_corrected, 0),
    },
)


def _wide() -> Iterator[Located]:
    for m in range(1, 4):
        for n in range(1, 4):
            for d in range(min(m, n), m + n + 2):
                for p, q, r in rank_configurations(m, n, d):
                    if p == q == r:
                        yield configuration(m, n, d, (p, q, r))


def _rank_one(m: int, n: int, extra: int = 1) -> Located:
    d = min(m, n) + extra
    X = fmpq_mat(d, m)
    X[0, 0] = 1
    return Located(MatrixFactorization(m, n, d), (X, fmpq_mat(d, n)))


def _comparison(deficit: int, extra: int) -> list[Evidence]:
    examples = [_rank_one(m, n, extra) for m in range(1, 6) for n in range(1, 6)]
    return [
        check_derivation(
            lambda: argument.equal_ranks_suffice(deficit), "(8) suffices for d ≥ min{m, n}", part="suffices"
        ),
        decide_question(
            _OPEN, lambda _: True, regular_neighbour, _wide(), "equal ranks, min{m, n} ≤ d ≤ m + n + 1", part="suffices"
        ),
        check_derivation(
            lambda: argument.rank_one_example(extra), "(5) holds with equality in the example", part="example"
        ),
        decide_question(
            "does (5) hold and (8) not?", lambda _: True, _only_5, examples, "rank-one X, Y = O", part="example"
        ),
    ]


def _only_5(place: Located) -> bool:
    map_ = typed(place, MatrixFactorization)
    return satisfies_condition_5(map_, place.point) and not equal_ranks(place)


@claim(
    "chain-rules:section-3.2.comparison",
    kind="section",
    label="Section 3.2, comparison with (8)",
    printed=r"""(8) still suffices for $d>\min\{m,n\}$; it is weaker than Theorem 3.6 for $d\ge
m+n+\min\{m,n\}$; in between there are
points where (5) holds and (8) does not, e.g. $d=\min\{m,n\}+1$, $\mathrm{rank}X=1$, $Y=O$.""",
    hypotheses=[SIZES],
    depends_on=["chain-rules:theorem-3.6.exact", "chain-rules:theorem-3.6.b"],
    parts=["suffices", "example"],
)
def comparison() -> list[Evidence]:
    """With equal ranks r the criterion reads d ≥ r + min(m − r, n − r) = min(m, n)."""
    return _comparison(0, 1)


comparison.near_misses(
    lambda wrong: _comparison(*wrong),
    {"(8) suffices with one dimension fewer": (1, 1), "the example at d = min{m, n}": (0, 0)},
)


def _converse(stated: Stated, extra: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.rank_one_example(extra), "an open point with unequal ranks, for all m, n"),
        decide_question(
            "does local surjection imply (8)?",
            stated,
            lambda s: not regular_neighbour(s) or equal_ranks(s),
            [_rank_one(m, n, extra) for m in range(1, 4) for n in range(1, 4)],
            "rank-one X, Y = O",
        ),
    ]


@claim(
    "chain-rules:footnote-4",
    kind="section",
    label="Footnote 4",
    printed=r"For $d>\min\{m,n\}$ condition (8) is not necessary: the other direction cannot be generalized.",
    hypotheses=[SIZES],
    depends_on=["chain-rules:theorem-3.6.a"],
)
def footnote_4() -> list[Evidence]:
    """X with one unit column and Y = O: open by (5), ranks 1, 0, 0."""
    return _converse(lambda _: False, 1)


footnote_4.near_misses(
    lambda wrong: _converse(*wrong),
    {"the other direction holds": (lambda _: True, 1), "at d = min{m, n}": (lambda _: False, 0)},
)
