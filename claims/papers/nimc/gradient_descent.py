"""Theorems 3.3 and E.21, equations (31), (32), Lemmas E.22-E.26: one step of gradient descent near the truth."""

from __future__ import annotations

from sympy import Expr, Integer, Rational, symbols

from claims.checkers.derivation import check_derivation
from claims.checkers.rational_functions import decide_rational_identity, prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import NORMALIZED
from claims.papers.nimc.expanding_step import expanding_step
from claims.papers.nimc.indefinite_hessian import indefinite_smooth
from claims.papers.nimc.sample_corners import T_REMEDY
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.derivation import Derivation
from symbolic.nimc.bound_chain import AT_MOST

BOUNDED = Hypothesis("bounded Hessian", r"$M_lI\preceq H\preceq M_uI$, $0<M_l\le M_u$, $\eta=1/M_u$")
FRESH = Hypothesis("fresh samples", r"$\Omega$ is independent of the iterate; the conditions of Theorem 3.2 hold")

LEAST, ABOVE, SPARE = symbols("M_l above spare")
_EIGENVALUE = LEAST + ABOVE
_LARGEST = _EIGENVALUE + SPARE


def _contraction(rate: Expr, part: str = "step") -> Evidence:
    step = (1 - _EIGENVALUE / _LARGEST) ** 2
    return prove_nonnegative(
        rate - step,
        "in H's eigenbasis each squared coordinate is multiplied by (1-h/M_u)² ≤ 1-h/M_u ≤ 1-M_l/M_u for M_l ≤ h ≤ M_u",
        part=part,
    )


_STEP = _contraction
_RATE = 1 - LEAST / _LARGEST


def _by_norms(rate: Expr) -> Evidence:
    """Follow the printed lines: w = W-W*, q = ⟨w, Hw⟩ ≥ M_l|w|², |Hw|² ≤ M_u·q."""
    square, form_slack, norm_slack = symbols("norm2 form_slack norm_slack")
    form = LEAST * square + form_slack
    # M_u = M_l + above; |Hw|² = M_u·q/(1 + slack) covers every value in (0, M_u·q].
    largest = LEAST + ABOVE
    image = largest * form / (1 + norm_slack)

    def build() -> Derivation:
        start = Derivation(square - 2 * form / largest + image / largest**2)
        fewer = start.then(square - form / largest, AT_MOST, "|Hw|² ≤ M_u⟨w, Hw⟩, as 0 ⪯ H ⪯ M_u I")
        return fewer.then(rate * square, AT_MOST, "⟨w, Hw⟩ ≥ M_l|w|²")

    return check_derivation(build, "|w - Hw/M_u|² line by line, without a change of basis", part="line by line")


@claim(
    "nimc:equation-31",
    kind="equation",
    label="Equation (31) and the step that follows",
    printed=r"""If $M_lI\preceq H\preceq M_uI$ then with $\eta=1/M_u$:
$\|W^{c+1}-W^*\|_F^2\le(1-M_l/M_u)\|W^c-W^*\|_F^2$""",
    hypotheses=[BOUNDED],
    parts=["line by line"],
)
def equation_31() -> list[Evidence]:
    """The gradient is H·(W-W*), H the mean Hessian of the segment; the true factor is even (1-M_l/M_u)²."""
    return [_by_norms(1 - LEAST / (LEAST + ABOVE)), _contraction(_RATE, part="")]


equation_31.near_misses(
    lambda rate: _contraction(rate, part=""),
    {"rate 1-M_u/M_l": 1 - _LARGEST / LEAST, "rate (1-M_l/M_u)³": _RATE**3},
)


@equation_31.mutant("the last printed line, line by line")
def _() -> Evidence:
    return _by_norms(1 - (LEAST + ABOVE) / LEAST)


@claim(
    "nimc:theorem-E.21.final-line",
    kind="proof-step",
    label="Theorem E.21, the last line of the proof",
    printed=r"$\|W^{c+1}-W^*\|_F^2\le(1-M_u/M_l)\|W^c-W^*\|_F^2$",
    hypotheses=[BOUNDED],
    erratum=Erratum(
        "misprint",
        "M_u and M_l are exchanged: with M_u = 2M_l the printed factor is -1, a norm is not negative.",
        corrected_by="nimc:equation-31",
    ),
)
def final_line() -> Evidence:
    """1-M_u/M_l ≤ 0 always, while the step multiplies a coordinate by (1-h/M_u)² ≥ 0."""
    return _contraction(1 - _LARGEST / LEAST, part="")


final_line.near_misses(
    lambda rate: _contraction(rate, part=""), {"its negative minus 2": -_LARGEST / LEAST, "rate 0": Rational(0)}
)

_FACTOR, _BOUNDS = "contraction", "the clause on M_l"
_PRINTED = r"""$[U^c,V^c]$ is the c-th iterate, $\|U^c-U^*\|+\|V^c-V^*\|\lesssim1/(\lambda^2\kappa)$. Given a fresh
sample set Ω, independent of $[U^c,V^c]$ and satisfying the conditions in Theorem 3.2, the next iterate of one step of
gradient descent, $[U^{c+1},V^{c+1}]=[U^c,V^c]-\eta\nabla f_\Omega(U^c,V^c)$, satisfies
$\|U^{c+1}-U^*\|_F^2+\|V^{c+1}-V^*\|_F^2\le(1-M_l/M_u)(\|U^c-U^*\|_F^2+\|V^c-V^*\|_F^2)$ with probability $1-d^{-t}$,
where $\eta=\Theta(1/M_u)$ is the step size, $M_l\gtrsim1/(\lambda^2\kappa)$ is the lower bound on the eigenvalues of
the Hessian and $M_u\lesssim1$ is the upper bound on the eigenvalues of the Hessian"""
_ERRATUM = Erratum(
    "missing-hypothesis",
    "t may not be large against d. With probability above d^(-t) one pair with a feature of squared length of order t "
    "is drawn so often that it alone drives the step: with M_u and the step size as printed the next iterate is "
    "farther from the truth, whatever M_l ≥ 0; and the Hessian at the iterate may be indefinite, against the clause on "
    f"M_l, as in Theorem 3.2. {T_REMEDY} The step from the bounds to the contraction is right for η = 1/M_u, as the "
    "proof has it (equation-31); for η = 1/(2M_u), also of order 1/M_u, the factor 1 - M_l/M_u does not follow, as "
    "(1 - M_l/(2M_u))² is larger. The proof's last line prints 1 - M_u/M_l. A bounded M_u presumes the factor 1/(2|Ω|) "
    "that (3) omits.",
    corrected_by="nimc:equation-31",
)


def _no_lower_bound(others: Expr) -> Evidence:
    return indefinite_smooth(others, part=_BOUNDS)


def _no_contraction(growth: Expr) -> Evidence:
    return expanding_step(growth, part=_FACTOR)


def _linear_convergence() -> list[Evidence]:
    return [_contraction(_RATE), _no_contraction(Integer(1)), _no_lower_bound(Integer(6))]


_GROWTH = {"the distance may grow by a quarter": Rational(5, 4), "by a half": Rational(3, 2)}


@claim(
    "nimc:theorem-3.3",
    kind="theorem",
    label="Theorem 3.3",
    printed=_PRINTED,
    hypotheses=[NORMALIZED, FRESH],
    depends_on=["nimc:theorem-3.2", "nimc:equation-31"],
    parts=["step", _FACTOR, _BOUNDS],
    erratum=_ERRATUM,
)
def theorem_3_3() -> list[Evidence]:
    """Given the bounds the step is right for η = 1/M_u; one pair drawn too often undoes them, and the contraction."""
    return _linear_convergence()


theorem_3_3.near_misses(_contraction, {"rate 1-M_u/M_l": 1 - _LARGEST / LEAST, "rate 0": Rational(0)})
theorem_3_3.near_misses(_no_lower_bound, {"the others at most 7": Integer(7)})
theorem_3_3.near_misses(_no_contraction, _GROWTH)


@claim(
    "nimc:theorem-E.21",
    kind="theorem",
    label="Theorem E.21",
    printed=_PRINTED,
    hypotheses=[NORMALIZED, FRESH],
    depends_on=["nimc:theorem-3.2", "nimc:lemma-E.22", "nimc:equation-31"],
    parts=["step", _FACTOR, _BOUNDS],
    erratum=_ERRATUM,
)
def theorem_e21() -> list[Evidence]:
    """Theorem 3.3 once more; the last line of its proof is misprinted as well (theorem-E.21.final-line)."""
    return _linear_convergence()


theorem_e21.near_misses(_contraction, {"rate 1-M_u/M_l": 1 - _LARGEST / LEAST, "rate 0": Rational(0)})
theorem_e21.near_misses(_no_lower_bound, {"the others at most 7": Integer(7)})
theorem_e21.near_misses(_no_contraction, _GROWTH)

_A = symbols("a1:5")
_B = symbols("b1:5")


def _telescoped(last: Expr) -> Evidence:
    a1, a2, a3, a4 = _A
    b1, b2, b3, b4 = _B
    steps = (a1 - b1) * a2 * a3 * a4 + b1 * (a2 - b2) * a3 * a4 + b1 * b2 * (a3 - b3) * a4 + last
    return decide_rational_identity(
        a1 * a2 * a3 * a4 - b1 * b2 * b3 * b4, steps, "the four differences telescope, one factor replaced at a time"
    )


@claim(
    "nimc:equation-32",
    kind="equation",
    label="Equation (32)",
    printed=r"""$\phi'(u_i^\top x)\phi'(u_j^\top x)\phi(v_i^\top y)\phi(v_j^\top y)$ less the same at $u^a,v^a$ is the
sum of
four differences in which one factor at a time is replaced""",
)
def equation_32() -> Evidence:
    """A polynomial identity in the eight factors."""
    return _telescoped(_B[0] * _B[1] * _B[2] * (_A[3] - _B[3]))


equation_32.near_misses(
    _telescoped,
    {
        "the last factor not replaced": _B[0] * _B[1] * _A[2] * (_A[3] - _B[3]),
        "the last difference with the other sign": _B[0] * _B[1] * _B[2] * (_B[3] - _A[3]),
    },
)
