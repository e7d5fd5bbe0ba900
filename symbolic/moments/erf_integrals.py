r"""Laws for Gaussian integrals of exponentials and error functions, each with its proof.

Every law gives E[m; lo < z < hi] for a monomial m without a power of z. Its proof differentiates in a
parameter under the
integral sign (the derivative is dominated by a Gaussian, uniformly on compact parameter sets), evaluates the
simpler integral
by Stein's lemma and the Gaussian integral, and compares with the derivative of the claimed value, exactly;
both sides vanish
at parameter 0. Both sides are analytic in the parameters, so a law proved for real `rate` holds for complex
`rate`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sympy import Derivative, Expr, I, S, Symbol, asin, atan, erf, erfi, exp, expand, im, oo, pi, sqrt

from symbolic.derivation import Derivation, Rule
from symbolic.moments.constant_form import canonical_constant, constants_equal
from symbolic.moments.gaussian_terms import GaussianTerms, Monomial, NoClosedForm
from symbolic.moments.integral_form import (
    REAL_LINE,
    IntegralForm,
    Interval,
    as_integral_form,
    lower_powers,
    stein_rule,
    total_curvature,
)


@dataclass(frozen=True)
class Law:
    """A named value of E[m; lo < z < hi]; `value` returns None where the law does not apply, `prove` the derivation."""

    name: str
    value: Callable[[Monomial, Interval], Expr | None]
    prove: Callable[[], Derivation]

    def rule(self) -> Rule:
        """Return the rule: the terms that disappear are replaced by their values under this law."""

        def holds(before: object, after: object) -> bool:
            self.prove()
            difference = as_integral_form(before).minus(as_integral_form(after))
            total = difference.constant
            for interval, f in difference.integrals:
                for m, c in f.items:
                    value = self.value(m, interval)
                    if value is None:
                        return False
                    total += c * value
            return constants_equal(total, S.Zero)

        return Rule(self.name, holds)


_differentiation = Rule(
    "exact differentiation",
    lambda before, after: (
        isinstance(before, Expr) and isinstance(after, Expr) and constants_equal(before, after.doit())
    ),
)


# --- exponentials
# -----------------------------------------------------------------------------------------------------


def _gaussian_value(m: Monomial, interval: Interval) -> Expr | None:
    if m.power or m.erfs:
        return None
    beta = total_curvature(m)
    scale = exp(m.rate**2 / (2 * beta)) / sqrt(beta)
    if interval == REAL_LINE:
        return scale
    if im(m.rate) != 0 and any(end.is_finite and end != 0 for end in interval):
        raise NoClosedForm(
            f"E[{m.to_sympy()}] on a part of the line: leads to the error function of a complex argument"
        )

    def at(end: Expr) -> Expr:
        return S(1 if end == oo else -1) if end.is_infinite else _erf(sqrt(beta / 2) * (end - m.rate / beta))

    return scale * (at(interval[1]) - at(interval[0])) / 2


@cache
def prove_gaussian_integral() -> Derivation:
    """Return the proof that the antiderivative of exp(λx - βx²/2)/√(2π) is an error function of a completed square."""
    beta, rate, x = Symbol("beta", positive=True), Symbol("lambda", real=True), Symbol("x", real=True)
    antiderivative = exp(rate**2 / (2 * beta)) / sqrt(beta) * erf(sqrt(beta / 2) * (x - rate / beta)) / 2
    integrand = exp(rate * x - beta * x**2 / 2) / sqrt(2 * pi)
    return Derivation(integrand).then(Derivative(antiderivative, x), _differentiation, "erf tends to ±1 at ±oo")


def _erf(argument: Expr) -> Expr:
    """Return erf of an exact argument; of an imaginary one by erf(ix) = i·erfi(x), the definition of erfi."""
    canonical = canonical_constant(argument)
    imaginary = canonical_constant(-I * canonical)
    return I * erfi(imaginary) if imaginary.is_real and canonical != 0 else erf(canonical)


# --- a power of erf against its own density
# ---------------------------------------------------------------------------


def _matched_value(m: Monomial, interval: Interval) -> Expr | None:
    if m.power or m.rate != 0 or len(m.erfs) != 1:
        return None
    (a, k), beta = m.erfs[0], total_curvature(m)
    if not constants_equal(2 * a**2, beta):
        return None

    def at(end: Expr) -> Expr:
        return (
            S(1 if (end == oo) == (a.is_negative is not True) else -1)
            if end.is_infinite
            else erf(canonical_constant(a * end))
        )

    lo, hi = interval
    return (at(hi) ** (k + 1) - at(lo) ** (k + 1)) / (2 * (k + 1) * (sqrt(2) * a))


@cache
def prove_matched_integral() -> Derivation:
    """Return the proof that erf(ax)^m exp(-a²x²)/√(2π) is the derivative of erf(ax)^{m+1}/(2(m+1)√2 a), m ≥ 0.

    With e = erf(ax), the chain rule gives (m+1)·e^m·e'/(2(m+1)√2 a) = e^m·e'/(2√2 a): the power cancels, so
    the case m = 0 checked here by exact differentiation carries all m.
    """
    a, x = Symbol("a", positive=True), Symbol("x", real=True)
    return Derivation(exp(-(a**2) * x**2) / sqrt(2 * pi)).then(
        Derivative(erf(a * x) / (2 * sqrt(2) * a), x), _differentiation
    )


# --- two error functions
# ----------------------------------------------------------------------------------------------


def _arcsine(a: Expr, c: Expr, beta: Expr) -> Expr:
    argument = canonical_constant(2 * a * c / sqrt(expand(beta + 2 * a**2)) / sqrt(expand(beta + 2 * c**2)))
    return 2 * asin(argument) / (pi * sqrt(beta))


def _arcsine_value(m: Monomial, interval: Interval) -> Expr | None:
    if m.power or m.rate != 0 or m.erf_degree != 2:
        return None
    half = interval in ((S.Zero, oo), (-oo, S.Zero))  # the integrand is even
    if not half and interval != REAL_LINE:
        return None
    a, c = m.erfs[0][0], m.erfs[-1][0]
    return _arcsine(a, c, total_curvature(m)) / (2 if half else 1)


@cache
def prove_arcsine_law() -> Derivation:
    """Return the proof that E[erf(az) erf(cz) exp(-(β-1)z²/2)] = 2/(π√β)·asin(2ac/√((β+2a²)(β+2c²)))."""
    a, c, beta = (Symbol(name, positive=True) for name in ("a", "c", "beta"))
    density = Monomial(1, S.Zero, beta - 1 + 2 * a**2, ((c, 1),))
    return _prove_by_parameter(density, REAL_LINE, a, _arcsine(a, c, beta))


# --- one error function
# -----------------------------------------------------------------------------------------------


def _arctangent(a: Expr, beta: Expr) -> Expr:
    return atan(canonical_constant(a * sqrt(2) / sqrt(beta))) / (pi * sqrt(beta))


def _arctangent_value(m: Monomial, interval: Interval) -> Expr | None:
    if m.power or m.rate != 0 or m.erf_degree != 1 or interval not in ((S.Zero, oo), (-oo, S.Zero)):
        return None
    value = _arctangent(m.erfs[0][0], total_curvature(m))
    return value if interval[1] == oo else -value  # the integrand is odd


@cache
def prove_arctangent_law() -> Derivation:
    """Return the proof that E[erf(az) exp(-(β-1)z²/2); z > 0] = atan(a√(2/β))/(π√β)."""
    a, beta = Symbol("a", positive=True), Symbol("beta", positive=True)
    return _prove_by_parameter(Monomial(1, S.Zero, beta - 1 + 2 * a**2, ()), (S.Zero, oo), a, _arctangent(a, beta))


def _shifted(a: Expr, rate: Expr, beta: Expr) -> Expr:
    argument = a * rate / (sqrt(beta) * sqrt(expand(beta + 2 * a**2)))
    return exp(rate**2 / (2 * beta)) * _erf(argument) / sqrt(beta)


def _shift_value(m: Monomial, interval: Interval) -> Expr | None:
    if m.power or m.rate == 0 or m.erf_degree != 1 or interval != REAL_LINE:
        return None
    return _shifted(m.erfs[0][0], m.rate, total_curvature(m))


@cache
def prove_shift_law() -> Derivation:
    """Return the proof that E[erf(az) exp(λz - (β-1)z²/2)] = exp(λ²/2β)/√β·erf(aλ/√(β(β+2a²)))."""
    a, beta, rate = Symbol("a", positive=True), Symbol("beta", positive=True), Symbol("lambda", real=True)
    return _prove_by_parameter(Monomial(1, rate, beta - 1 + 2 * a**2, ()), REAL_LINE, a, _shifted(a, rate, beta))


def _prove_by_parameter(derivative: Monomial, interval: Interval, a: Symbol, value: Expr) -> Derivation:
    """Return the derivation of ∂/∂a E[...] = ∂value/∂a, where ∂erf(az)/∂a = (2z/√π)exp(-a²z²) left the monomial given.

    Since value(0) = 0 = erf(0), integrating in a from 0 proves the law.
    """
    if not constants_equal(value.subs(a, 0), S.Zero):
        raise ArithmeticError(f"law by differentiation in {a}: the value {value} does not vanish at {a} = 0")
    start = IntegralForm.of({interval: GaussianTerms.of([(derivative, 2 / sqrt(pi))])})
    lowered, certificate = lower_powers(start)
    derivation = Derivation(start).then(lowered, stein_rule(certificate))
    if lowered.integrals:
        total = lowered.constant + sum(
            (c * (GAUSSIAN.value(m, i) or 0) for i, f in lowered.integrals for m, c in f.items), S.Zero
        )
        derivation = derivation.then(canonical_constant(total), GAUSSIAN.rule())
    else:
        derivation = derivation.then(canonical_constant(lowered.constant), GAUSSIAN.rule())
    return derivation.then(Derivative(value, a), _differentiation, f"both sides vanish at {a} = 0")


GAUSSIAN = Law("Gaussian integral", _gaussian_value, prove_gaussian_integral)
LAWS = (
    GAUSSIAN,
    Law("erf power against its own density", _matched_value, prove_matched_integral),
    Law("arcsine law", _arcsine_value, prove_arcsine_law),
    Law("arctangent law", _arctangent_value, prove_arctangent_law),
    Law("erf against an exponential", _shift_value, prove_shift_law),
)


def base_value(m: Monomial, interval: Interval) -> tuple[Law, Expr]:
    """Return the first law that gives E[m; interval] and its value.

    Raises:
        NoClosedForm: If none does.

    Example:
        >>> base_value(Monomial(0, S.Zero, S.Zero, ((S.One, 2),)), REAL_LINE)[1]
        2*asin(2/3)/pi
    """
    for law in LAWS:
        value = law.value(m, interval)
        if value is not None:
            return law, value
    where = "" if interval == REAL_LINE else f"; {interval[0]} < z < {interval[1]}"
    text = f"E[{m.to_sympy()}{where}]"
    if m.rate == 0 and m.erf_degree > 2:
        raise NoClosedForm(
            f"{text} is a Gaussian orthant probability in more than three dimensions, for which no closed form is known"
        )
    raise NoClosedForm(f"{text} leads to Owen's T function or beyond, not to a closed form in exp, erf, asin and atan")
