r"""Closed forms of Gaussian integrals of `z^n exp(λz - b z²/2) ∏ erf(a z)^m`, over the line or parts of it.

The way is always the same: Stein's lemma on each interval removes the powers of z (boundary terms explicit),
oddness removes odd integrands on the whole line, and what is left is one of five laws, each proved in
:mod:`symbolic.moments.erf_integrals`.
"""

from __future__ import annotations

from sympy import Expr, Rational, S

from symbolic.derivation import Derivation, Rule
from symbolic.moments.constant_form import ConstantFormError, canonical_constant, constants_equal
from symbolic.moments.erf_integrals import LAWS, base_value
from symbolic.moments.gaussian_terms import GaussianTerms, NoClosedForm
from symbolic.moments.integral_form import (
    REAL_LINE,
    IntegralForm,
    Interval,
    as_integral_form,
    lower_powers,
    stein_rule,
    total_curvature,
)


def integrate_gaussian(form: IntegralForm, derivation: Derivation | None = None) -> Derivation:
    """Return the derivation of the exact value of a linear form of Gaussian integrals, a SymPy constant.

    Args:
        form: The integrals.
        derivation: A derivation that ends in `form`, to be continued; by default one that starts there.

    Raises:
        NotIntegrable: If an integral does not exist.
        NoClosedForm: If an integral exists but has no closed form in the class.

    Example:
        >>> from sympy import erf
        >>> from symbolic.moments.expectation import z
        >>> d = integrate_gaussian(IntegralForm.of({REAL_LINE: GaussianTerms.from_sympy(z * erf(z) ** 3)}))
        >>> d.result
        4*sqrt(3)*asin(2/5)/pi**(3/2)
        >>> [step.rule.name for step in d]
        ["Stein's lemma", 'arcsine law']
    """
    chain = Derivation(form) if derivation is None else derivation
    for _, f in form.integrals:
        for m, _coefficient in f.items:
            total_curvature(m)
    try:
        chain = _lowered(chain, form)
        for law in LAWS:
            chain = _by_law(chain, law.name)
        value = canonical_constant(as_integral_form(chain.result).constant)
        return chain if chain.result == value else chain.then(value, RING)
    except ConstantFormError as error:
        raise NoClosedForm(f"a constant is outside the exact field: {error}") from error


def _lowered(chain: Derivation, form: IntegralForm) -> Derivation:
    even = _even_part(form)
    if even != form:
        chain = chain.then(even, _ODDNESS, "odd functions have expectation 0")
    lowered, certificates = lower_powers(even)
    if any(f.items for f in certificates.values()):
        used = [f"f = {f.to_sympy()}" for f in certificates.values() if f.items]
        chain = chain.then(lowered, stein_rule(certificates), "E[z f] = E[f'] + boundary, " + "; ".join(used))
    return chain


def _by_law(chain: Derivation, name: str) -> Derivation:
    """Return the chain with every integral that the named law evaluates replaced by its value."""
    form = as_integral_form(chain.result)
    constant, rest, used = form.constant, {}, None
    for interval, f in form.integrals:
        kept = []
        for m, c in f.items:
            law, value = base_value(m, interval)
            if law.name == name:
                used = law
                constant += c * value
            else:
                kept.append((m, c))
        rest[interval] = GaussianTerms.of(kept)
    after = IntegralForm.of(rest, constant)
    return chain if used is None else chain.then(after if after.integrals else after.constant, used.rule())


def _even_part(form: IntegralForm) -> IntegralForm:
    integrals: dict[Interval, GaussianTerms] = {}
    for interval, f in form.integrals:
        integrals[interval] = (f + f.reflected()).scale(Rational(1, 2)) if interval == REAL_LINE else f
    return IntegralForm.of(integrals, form.constant)


def _differ_by_odd(before: object, after: object) -> bool:
    difference = as_integral_form(before).minus(as_integral_form(after))
    zero = GaussianTerms(())
    return constants_equal(difference.constant, S.Zero) and all(
        interval == REAL_LINE and (f + f.reflected()).is_same_as(zero) for interval, f in difference.integrals
    )


def _equal_values(before: object, after: object) -> bool:
    difference = as_integral_form(before).minus(as_integral_form(after))
    zero = GaussianTerms(())
    return constants_equal(difference.constant, S.Zero) and all(f.is_same_as(zero) for _, f in difference.integrals)


_ODDNESS = Rule("oddness", _differ_by_odd)
RING = Rule("ring arithmetic", _equal_values)


def gaussian_expectation(integrand: Expr) -> Derivation:
    """Return the derivation of E[integrand(z)] over the whole line, for a SymPy expression in `z`.

    Example:
        >>> from sympy import cos, sin
        >>> from symbolic.moments.expectation import z
        >>> gaussian_expectation(z * sin(2 * z)).result
        2*exp(-2)
    """
    return integrate_gaussian(IntegralForm.of({REAL_LINE: GaussianTerms.from_sympy(integrand)}))
