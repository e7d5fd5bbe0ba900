r"""Linear forms `constant + Σ E[f; lo < z < hi]` and Stein's lemma on an interval, with its boundary terms explicit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr, S, exp, expand, latex, oo, pi, sqrt

from symbolic.derivation import Rule
from symbolic.moments.constant_form import constants_equal
from symbolic.moments.expectation import z
from symbolic.moments.gaussian_terms import GaussianTerms, Monomial, NoClosedForm, NotIntegrable, erf_derivative

Interval = tuple[Expr, Expr]
REAL_LINE: Interval = (-oo, oo)


@dataclass(frozen=True)
class IntegralForm:
    """`constant + Σ E[f(z); lo < z < hi]` for z ~ N(0,1), one sum f of Gaussian terms per interval.

    Example:
        >>> form = IntegralForm.of({(S.Zero, oo): GaussianTerms.from_sympy(z)})
        >>> print(form)
        E[z; 0 < z < oo]
        >>> print(lower_powers(form)[0])
        sqrt(2)/(2*sqrt(pi))
    """

    constant: Expr
    integrals: tuple[tuple[Interval, GaussianTerms], ...]

    @classmethod
    def of(cls, integrals: Mapping[Interval, GaussianTerms], constant: Expr = S.Zero) -> IntegralForm:
        """Return the form; intervals whose sum is empty are dropped."""
        return cls(expand(constant), tuple((interval, f) for interval, f in integrals.items() if f.items))

    @property
    def by_interval(self) -> dict[Interval, GaussianTerms]:
        """Return the integrands by interval."""
        return dict(self.integrals)

    def minus(self, other: IntegralForm) -> IntegralForm:
        """Return the difference of two forms."""
        mine, theirs = self.by_interval, other.by_interval
        zero = GaussianTerms(())
        intervals = [*mine, *(interval for interval in theirs if interval not in mine)]
        difference = {interval: mine.get(interval, zero) - theirs.get(interval, zero) for interval in intervals}
        return IntegralForm.of(difference, self.constant - other.constant)

    def __str__(self) -> str:
        parts = [f"E[{f.to_sympy()}{_domain(interval)}]" for interval, f in self.integrals]
        return " + ".join([*parts, str(self.constant)] if self.constant != 0 or not parts else parts)

    def to_latex(self) -> str:
        """Return the form as LaTeX."""
        parts = [
            rf"\mathbb{{E}}\left[{latex(f.to_sympy())}{_latex_domain(interval)}\right]"
            for interval, f in self.integrals
        ]
        return " + ".join([*parts, latex(self.constant)] if self.constant != 0 or not parts else parts)


def as_integral_form(value: object) -> IntegralForm:
    """Return a form for a form or for a SymPy constant."""
    if isinstance(value, IntegralForm):
        return value
    if isinstance(value, Expr):
        return IntegralForm.of({}, value)
    raise TypeError(
        f"linear form of Gaussian integrals: got {type(value).__name__}, expected IntegralForm or a SymPy constant"
    )


def total_curvature(m: Monomial) -> Expr:
    """Return 1 + curvature > 0, the curvature of the monomial times the Gaussian density.

    Raises:
        NotIntegrable: If it is zero or negative.
        NoClosedForm: If its sign cannot be decided.
    """
    total = expand(1 + m.curvature)
    if total.is_positive:
        return total
    if total.is_nonpositive:
        raise NotIntegrable(f"E[{m.to_sympy()}] does not exist: times exp(-z**2/2) it does not decay")
    raise NoClosedForm(
        f"E[{m.to_sympy()}]: whether {total} is positive is unknown; declare its symbols real or positive"
    )


def lower_powers(form: IntegralForm) -> tuple[IntegralForm, dict[Interval, GaussianTerms]]:
    """Return (form without powers of z, certificate f by interval), equal by Stein's lemma on each interval."""
    certificates: dict[Interval, GaussianTerms] = {}
    reduced: dict[Interval, GaussianTerms] = {}
    for interval, f in form.integrals:
        reduced[interval], certificates[interval] = _lower(f)
    boundary = sum((boundary_terms(f, interval) for interval, f in certificates.items()), S.Zero)
    return IntegralForm.of(reduced, form.constant + boundary), certificates


def _lower(f: GaussianTerms) -> tuple[GaussianTerms, GaussianTerms]:
    certificate: list[tuple[Monomial, Expr]] = []
    while True:
        top = max((m for m, _ in f.items if m.power), key=lambda m: (m.erf_degree, m.power), default=None)
        if top is None:
            return f, GaussianTerms.of(certificate)
        # All terms of this erf degree and power at once: f ↦ f - (z g - g') with z g - g' starting in those
        # terms.
        degree, power = top.erf_degree, top.power
        step = [
            (Monomial(power - 1, m.rate, m.curvature, m.erfs), c / total_curvature(m))
            for m, c in f.items
            if m.power == power and m.erf_degree == degree
        ]
        certificate += step
        rest = [(m, c) for m, c in f.items if m.power != power or m.erf_degree != degree]
        f = GaussianTerms.of([*rest, *_tail(step)])


def _tail(step: Iterable[tuple[Monomial, Expr]]) -> Iterator[tuple[Monomial, Expr]]:
    """Yield g' - z g without its terms of highest power, which cancel those being lowered."""
    for m, c in step:
        if m.power:
            yield Monomial(m.power - 1, m.rate, m.curvature, m.erfs), c * m.power
        if m.rate != 0:
            yield m, c * m.rate
        yield from erf_derivative(m, c)


def boundary_terms(f: GaussianTerms, interval: Interval) -> Expr:
    """Return f(lo)·density(lo) - f(hi)·density(hi); zero at ±∞, where f·density vanishes."""
    lo, hi = interval
    return _density_times(f, lo) - _density_times(f, hi)


def _density_times(f: GaussianTerms, point: Expr) -> Expr:
    if point.is_infinite:
        return S.Zero
    return f.to_sympy().subs(z, point) * exp(-(point**2) / 2) / sqrt(2 * pi)


def stein_rule(certificates: Mapping[Interval, GaussianTerms]) -> Rule:
    """Return the rule: on each interval the integrands differ by z f - f', and the boundary terms are accounted for.

    On an interval f is smooth up to the ends, and f·exp(-z²/2) vanishes at ±∞ since each of its monomials
    keeps a positive
    total curvature; so integrating (f·density)' = (f' - z f)·density over the interval is exact. Kinks are
    ends of intervals, so no smoothness across a kink is used.
    """

    def holds(before: object, after: object) -> bool:
        difference = as_integral_form(before).minus(as_integral_form(after))
        constant = difference.constant
        found = difference.by_interval
        for interval, f in certificates.items():
            if any(total_curvature(m).is_positive is not True for m, _ in f.items):
                return False
            applied = f.times_z() - f.derivative()
            if not found.pop(interval, GaussianTerms(())).is_same_as(applied):
                return False
            constant += boundary_terms(f, interval)
        return not found and constants_equal(constant, S.Zero)

    return Rule("Stein's lemma", holds)


def _domain(interval: Interval) -> str:
    return "" if interval == REAL_LINE else f"; {interval[0]} < z < {interval[1]}"


def _latex_domain(interval: Interval) -> str:
    return "" if interval == REAL_LINE else rf";\, {latex(interval[0])} < z < {latex(interval[1])}"
