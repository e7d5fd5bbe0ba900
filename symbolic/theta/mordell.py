r"""The Mordell integral J(w) = int exp(-z^2/2 + w z) tanh(s z) dz as a quotient of theta-type series, derived.

For every step ``h = 2 s/m``, m = 1, 2, 3, ..., and ``a = pi/s``::

    theta_m(w) J(w) = 2 h sum_{n>=1} exp(-n^2 h^2/2) tanh(n h s) sinh(n h w)
                      + 4 a sum_{K>=1} sum_{0<=c<m} exp(-(a^2/2) (m^2 K^2 - (c+1/2)^2)) sin(a w (m K - c - 1/2))
                                                    / (1 - exp(-a^2 m (m K - c - 1/2))).

Each rule recomputes what follows from the expression before it, in exact polynomial arithmetic on the exponents, and
compares. What is not arithmetic is a hypothesis in words: the integrand is meromorphic and, on every horizontal line
that meets no pole, and between such lines, bounded by a constant times ``exp(-x^2/2 + |Re w| |x|)``; so contours may
be moved, Poisson's formula holds, and every series below converges absolutely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import comb
from typing import Any

from symbolic.derivation import Derivation, Rule
from symbolic.theta.theta_terms import (
    HALF,
    ONE,
    PI,
    RING,
    SCALE,
    ZERO,
    Atom,
    I,
    Index,
    K,
    SeriesFormError,
    SeriesSum,
    SeriesTerm,
    a,
    c,
    exponential_form,
    h,
    is_free_of,
    is_positive,
    j,
    k,
    m,
    n,
    p,
    w,
    z,
)

_ALL_K = (Index(k, None, None),)
_POLES = (Index(k, ONE, None), Index(p, ONE, m * k))
_REGROUPED = (Index(K, ONE, None), Index(c, ZERO, m - ONE))


@dataclass(frozen=True)
class SeriesEquation:
    """``left = right`` for two sums of series."""

    left: SeriesSum
    right: SeriesSum

    def to_latex(self) -> str:
        """Return the equation as LaTeX."""
        return f"{self.left.to_latex()} = {self.right.to_latex()}"

    def __str__(self) -> str:
        return self.to_latex()


def theta_times_integral() -> SeriesSum:
    """Return ``theta_m(w) J(w)`` with ``theta_m(w) = 1 + 2 sum_{k>=1} exp(-(k m a)^2/2) cos(k m a w)``."""
    integral = Atom("J", w)
    cosine = Atom("cos", k * m * a * w)
    return SeriesSum(
        (
            SeriesTerm(ONE, ZERO, (integral,)),
            SeriesTerm(2 * ONE, _lattice_gaussian(), (cosine, integral), (Index(k, ONE, None),)),
        )
    )


def derive_mordell_identity() -> Derivation:
    r"""Return the derivation of ``theta_m(w) J(w)`` as two theta-type series, for every m.

    Returns:
        Steps parity, contour shift, Poisson summation, regrouping, geometric series, parity; all exact. The result
        is the right side of the identity in this module's docstring.

    Raises:
        StepError: Never, unless a display here were wrong.

    Source: [nimc] equation (9) for tanh and sigmoid (the paper gives numbers only).

    Example:
        >>> derivation = derive_mordell_identity()
        >>> [step.rule.name for step in derivation]
        ['parity', 'contour shift', 'Poisson summation', 'regrouping', 'geometric series', 'parity']
        >>> derivation.recheck()
        True
    """
    two_sided = SeriesTerm(ONE, _lattice_gaussian() - I * k * m * a * w, (Atom("J", w),), _ALL_K)
    # exp(-k^2 m^2 a^2/2 -+ i k m a w) times the residue at +-i a (p - 1/2)
    height = p - HALF
    above = _lattice_gaussian() - I * k * m * a * w + HALF * a**2 * height**2 + I * a * height * w
    below = _lattice_gaussian() + I * k * m * a * w + HALF * a**2 * height**2 - I * a * height * w
    residues = (SeriesTerm(2 * I * a, above, (), _POLES), SeriesTerm(-2 * I * a, below, (), _POLES))
    aliases = SeriesTerm(ONE, ZERO, (Atom("J", w - I * k * m * a),), _ALL_K)
    nodes = SeriesTerm(h, -HALF * n**2 * h**2 + n * h * w, (Atom("tanh", SCALE * n * h),), (Index(n, None, None),))
    odd = m * K - c - HALF
    decay = -HALF * a**2 * (m**2 * K**2 - (c + HALF) ** 2)
    pole = -(a**2) * m * odd
    each_pole = (*_REGROUPED, Index(j, ZERO, None))
    by_j = tuple(
        SeriesTerm(sign * 2 * I * a, decay - sign * I * a * w * odd + j * pole, (), each_pole) for sign in (1, -1)
    )
    summed = tuple(
        SeriesTerm(sign * 2 * I * a, decay - sign * I * a * w * odd, (), _REGROUPED, pole) for sign in (1, -1)
    )
    return (
        Derivation(theta_times_integral())
        .then(SeriesSum((two_sided,)), PARITY, "the cosine as two exponentials")
        .then(
            SeriesSum((aliases, *residues)),
            CONTOUR_SHIFT,
            "move the line by k m periods i a; residue 1/s at each pole i a (p - 1/2) crossed",
        )
        .then(SeriesSum((nodes, *residues)), POISSON_SUMMATION, "2 pi/h = m a")
        .then(SeriesSum((nodes, *by_j)), REGROUPING, "p = m j + c + 1 with 0 <= c < m, and k = K + j")
        .then(SeriesSum((nodes, *summed)), GEOMETRIC_SERIES, "the exponent is linear in j, of negative slope")
        .then(_folded_series(), PARITY, "terms of opposite sign together")
    )


def derive_moment_relation(order: int) -> Derivation:
    r"""Return the derivation of the linear relation that determines ``J^(order)(0) = sqrt(2 pi) E[z^order tanh(s z)]``.

    Args:
        order: Odd and positive (for even orders the moment vanishes).

    Returns:
        From the identity to ``sum_i binomial(order, 2 i) theta_m^(2 i)(0) J^(order - 2 i)(0) = nodes + residues``, a
        triangular system for the moments; exact for every m.

    Raises:
        ValueError: If ``order`` is even or not positive.

    Source: [nimc] equation (9).

    Example:
        >>> derive_moment_relation(1).steps[-1].rule.name
        'coefficient of w^1/1!'
    """
    if order < 1 or order % 2 == 0:
        raise ValueError(f"order must be odd and positive, got {order}: even moments of the odd tanh vanish")
    identity = derive_mordell_identity()
    left = []
    for r in range(0, order, 2):
        moment = Atom("J_moment", RING(order - r))
        if r == 0:
            left.append(SeriesTerm(ONE, ZERO, (moment,)))
        rate = 2 * comb(order, r) * (-1) ** (r // 2) * (k * m * a) ** r
        left.append(SeriesTerm(RING(rate), _lattice_gaussian(), (moment,), (Index(k, ONE, None),)))
    odd = m * K - c - HALF
    nodes, residues = _folded_series().terms
    right = (
        replace(nodes, coefficient=2 * h * (n * h) ** order, atoms=(Atom("tanh", SCALE * n * h),)),
        replace(residues, coefficient=4 * a * (-1) ** (order // 2) * (a * odd) ** order, atoms=()),
    )
    start = SeriesEquation(theta_times_integral(), _sum(identity.result))
    rule = Rule(
        f"coefficient of w^{order}/{order}!",
        lambda before, after: _is_coefficient(before, after, order),
        r"\Rightarrow",
    )
    return Derivation(start).then(SeriesEquation(SeriesSum(tuple(left)), SeriesSum(right)), rule, "J is odd")


def _lattice_gaussian() -> Any:
    return -HALF * (k * m * a) ** 2


def _folded_series() -> SeriesSum:
    """The right side of the identity."""
    odd = m * K - c - HALF
    nodes = SeriesTerm(
        2 * h,
        -HALF * n**2 * h**2,
        (Atom("tanh", SCALE * n * h), Atom("sinh", n * h * w)),
        (Index(n, ONE, None),),
    )
    residues = SeriesTerm(
        4 * a,
        -HALF * a**2 * (m**2 * K**2 - (c + HALF) ** 2),
        (Atom("sin", a * w * odd),),
        _REGROUPED,
        -(a**2) * m * odd,
    )
    return SeriesSum((nodes, residues))


def _integrand_exponent(at: Any, tilt: Any) -> Any:
    return -HALF * at**2 + tilt * at


def _is_parity(before: SeriesSum, after: SeriesSum) -> bool:
    return exponential_form(before) == exponential_form(after)


def _shift_contour(term: SeriesTerm) -> list[SeriesTerm] | None:
    """exp(E) J(w), summed over all k, as J(w - i k m a) and the residues between the two lines."""
    if term.atoms != (Atom("J", w),) or term.indices != _ALL_K or not is_free_of(term, k) or term.pole is not None:
        return None
    height = m * k * a
    pole = I * a * (p - HALF)
    facts = (
        # completing the square: z -> z + i y multiplies the Gaussian by exp(-E), and tilts w to w - i y
        _integrand_exponent(z + I * height, w) == _integrand_exponent(z, w - I * height) - term.exponent,
        # tanh has period i pi, and k m is an integer
        SCALE * height == PI * m * k,
        # cosh(s z) vanishes at i a (p - 1/2), where s z = i pi (p - 1/2): a simple pole of residue 1/s
        SCALE * pole == I * PI * (p - HALF),
        # the poles between the lines are p = 1, ..., m k: distances of the first, the last and the next one
        is_positive((a * (p - HALF)).compose(p, p + 1), (p,)),
        is_positive((m * k * a - a * (p - HALF)).compose(p, m * k - p), (p,)),
        is_positive((a * (p - HALF)).compose(p, m * k + p + 1) - m * k * a, (p,)),
    )
    if not all(facts):
        return None
    # 2 pi i/s = 2 i a; a line moved down crosses clockwise
    weight = 2 * I * a * term.coefficient
    mirrored = term.exponent.compose(k, -k)
    return [
        replace(term, exponent=ZERO, atoms=(Atom("J", w - I * height),)),
        SeriesTerm(weight, term.exponent + _integrand_exponent(pole, w), (), _POLES),
        SeriesTerm(-weight, mirrored + _integrand_exponent(-pole, w), (), _POLES),
    ]


def _sum_by_poisson(term: SeriesTerm) -> list[SeriesTerm] | None:
    """sum_k J(w - 2 pi i k/h) as h times the sum of the integrand over the nodes n h."""
    if term.indices != _ALL_K or term.exponent != ZERO or term.pole is not None or len(term.atoms) != 1:
        return None
    function, argument = term.atoms[0]
    if term.coefficient.diff(k) != ZERO:
        return None
    # the frequency b = (w - argument)/(i k) must satisfy b h = 2 pi
    if function != "J" or (w - argument) * h != 2 * PI * I * k:
        return None
    node = Atom("tanh", SCALE * n * h)
    exponent = _integrand_exponent(n * h, w)
    return [SeriesTerm(term.coefficient * h, exponent, (node,), (Index(n, None, None),))]


def _regroup(term: SeriesTerm) -> list[SeriesTerm] | None:
    """{k >= 1, 1 <= p <= m k} runs once through p = m j + c + 1, k = K + j; K >= 1, 0 <= c < m, j >= 0."""
    if term.indices != _POLES or term.pole is not None:
        return None
    new_p, new_k = m * j + c + ONE, K + j
    # p >= 1, and m k - p >= 0: put K -> K + 1 and c -> m - 1 - c, all then nonnegative. Conversely j and c are the
    # quotient and remainder of p - 1 by m, and p <= m k gives j <= k - 1, so K >= 1.
    room = (m * new_k - new_p).compose([(K, K + 1), (c, m - ONE - c)])
    if not (is_positive(new_p, (j, c)) and is_positive(room + 1, (j, c, K))):
        return None
    return [term.substitute([(k, new_k), (p, new_p)], (*_REGROUPED, Index(j, ZERO, None)))]


def _sum_geometric(term: SeriesTerm) -> list[SeriesTerm] | None:
    """sum_{j>=0} exp(E + j d) = exp(E)/(1 - exp(d)) for real d < 0."""
    if Index(j, ZERO, None) not in term.indices or not is_free_of(term, j) or term.pole is not None:
        return None
    first = term.exponent.compose(j, ZERO)
    slope = term.exponent.compose(j, ONE) - first
    least = (-slope).compose([(K, K + 1), (c, m - ONE - c)])
    if term.exponent != first + j * slope or not is_positive(least, (K, c)):
        return None
    rest = tuple(index for index in term.indices if index.name != j)
    return [SeriesTerm(term.coefficient, first, term.atoms, rest, slope)]


def _rewriting(rewrite: Callable[[SeriesTerm], list[SeriesTerm] | None]) -> Callable[[object, object], bool]:
    """A rule that rewrites every term it applies to, at least one, and compares the results."""

    def holds(before: object, after: object) -> bool:
        rewritten: list[SeriesTerm] = []
        changed = False
        for term in _sum(before).terms:
            new = rewrite(term)
            rewritten += [term] if new is None else new
            changed = changed or new is not None
        return changed and _is_parity(SeriesSum(tuple(rewritten)), _sum(after))

    return holds


def _is_coefficient(before: object, after: object, order: int) -> bool:
    if not (isinstance(before, SeriesEquation) and isinstance(after, SeriesEquation)):
        return False
    return all(
        exponential_form(_taylor(old, order)) == exponential_form(new)
        for old, new in ((before.left, after.left), (before.right, after.right))
    )


def _taylor(series: SeriesSum, order: int) -> SeriesSum:
    """The order-th derivative at w = 0, from the exponentials alone: exp(E_0 + E_1 w) gives E_1^order exp(E_0)."""
    terms = []
    for (exponent, atoms, indices, pole), coefficient in exponential_form(series).items():
        at_zero = exponent.compose(w, ZERO)
        rate = exponent.diff(w)
        rest = tuple(atom for atom in atoms if atom != Atom("J", w))
        if rate.diff(w) != ZERO or len(rest) < len(atoms) - 1:
            raise SeriesFormError("expected exponents linear in w and at most one factor J(w)")
        if not is_free_of(SeriesTerm(coefficient, exponent, rest, indices, pole), w):
            raise SeriesFormError("expected w in exponents and in J(w) only")
        if rest == atoms:
            terms.append(SeriesTerm(coefficient * rate**order, at_zero, atoms, indices, pole))
            continue
        # Leibniz; derivatives of even order of the odd J vanish at 0
        terms += [
            SeriesTerm(
                comb(order, r) * coefficient * (rate**r if r else ONE),
                at_zero,
                (*rest, Atom("J_moment", RING(order - r))),
                indices,
                pole,
            )
            for r in range(order + 1)
            if (order - r) % 2
        ]
    return SeriesSum(tuple(terms))


def _sum(series: object) -> SeriesSum:
    if not isinstance(series, SeriesSum):
        raise TypeError(f"expected a SeriesSum, got {type(series).__name__}")
    return series


PARITY = Rule("parity", lambda before, after: _is_parity(_sum(before), _sum(after)))
CONTOUR_SHIFT = Rule("contour shift", _rewriting(_shift_contour))
POISSON_SUMMATION = Rule("Poisson summation", _rewriting(_sum_by_poisson))
REGROUPING = Rule("regrouping", _rewriting(_regroup))
GEOMETRIC_SERIES = Rule("geometric series", _rewriting(_sum_geometric))
