r"""Exact activation moments E[φ^a φ'^b z^c], z ~ N(0,1), and the two terms of ρ, with checked derivations.

**Source:** `[nimc] equation (9)`: α_{i,j} = E[φ^i z^j], β_{i,j} = E[φ'^i z^j], γ = E[φφ'z], and ρ the smaller
of `rho_offdiagonal` = α20β20 - α10²β10² - β10²α11² and `rho_diagonal` = α20β22 - α10²β12² - γ².
Which of the two is smaller is a question about numbers; it is left to rigorous enclosures.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, S, expand

from symbolic.derivation import Derivation, Rule, to_latex
from symbolic.moments.activation import Activation
from symbolic.moments.constant_form import canonical_constant, constants_equal
from symbolic.moments.expectation import Expectation, activation_moment, phi, phi_prime, z
from symbolic.moments.gaussian_integrals import integrate_gaussian
from symbolic.moments.gaussian_terms import GaussianTerms, NoClosedForm
from symbolic.moments.integral_form import IntegralForm, Interval

MOMENT_KEYS: dict[str, tuple[int, int, int]] = {
    "alpha_10": (1, 0, 0),
    "alpha_11": (1, 0, 1),
    "alpha_20": (2, 0, 0),
    "beta_10": (0, 1, 0),
    "beta_11": (0, 1, 1),
    "beta_12": (0, 1, 2),
    "beta_20": (0, 2, 0),
    "beta_22": (0, 2, 2),
    "gamma": (1, 1, 1),
}


@dataclass(frozen=True)
class ExactMoment:
    """An exact value with its derivation.

    Args:
        value: A SymPy expression: a constant in closed form, or a polynomial in `basis`.
        basis: The basis moments E[u^n] that `value` is a polynomial in; empty for a closed form.
        derivation: Its last result is `value`.
    """

    value: Expr
    basis: tuple[Expr, ...]
    derivation: Derivation

    @property
    def is_closed_form(self) -> bool:
        """Return whether no basis moment is left."""
        return not self.basis

    def to_latex(self) -> str:
        """Return the value as LaTeX."""
        return to_latex(self.value)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.to_latex()}$"


@dataclass(frozen=True)
class RhoForm:
    """The two terms whose minimum is ρ, with the table of moments they were made from."""

    off_diagonal: ExactMoment
    diagonal: ExactMoment
    moments: dict[str, ExactMoment]


def exact_moment(activation: Activation, a: int, b: int, c: int) -> ExactMoment:
    """Return E[φ^a φ'^b z^c] exactly, with its derivation.

    Args:
        activation: φ.
        a: Power of φ, ≥ 0.
        b: Power of φ', ≥ 0 (φ' off the kinks).
        c: Power of z, ≥ 0.

    Returns:
        For an activation with a polynomial ODE, a polynomial in the basis moments E[u^n] (n even if u is
        symmetric); otherwise a closed form. Every step of the derivation has been checked exactly.

    Raises:
        NoClosedForm: If the moment is outside the classes that are derived exactly; `.reason` says why.
        NotIntegrable: If the moment does not exist.

    Example:
        >>> from symbolic.moments.activation import named_activation
        >>> exact_moment(named_activation("tanh"), 0, 1, 2).value
        7*E[phi**2] - 6*E[phi**4] - 1
        >>> exact_moment(named_activation("relu"), 1, 0, 0).value
        sqrt(2)/(2*sqrt(pi))
    """
    if any(power < 0 or power != int(power) for power in (a, b, c)):
        raise NoClosedForm(f"E[phi^{a} phi'^{b} z^{c}]: the exponents must be whole numbers, at least 0")
    if activation.algebra is not None:
        return _moment(activation.algebra.moment(a, b, c))
    integrals: dict[Interval, GaussianTerms] = {}
    for lo, hi, f in activation.pieces:
        terms = GaussianTerms.from_sympy(f)
        power_of_z = GaussianTerms.from_sympy(z**c)
        integrals[lo, hi] = terms**a * terms.derivative() ** b * power_of_z
    form = IntegralForm.of(integrals)
    start = Derivation(activation_moment(a, b, c)).then(
        form, _definition(activation), f"phi(z) = {activation.expression}"
    )
    return _moment(integrate_gaussian(form, start))


def activation_moments(activation: Activation) -> dict[str, ExactMoment]:
    """Return the moments of equation (9) by key (`alpha_10` ... `gamma`), then `rho_offdiagonal` and `rho_diagonal`.

    Raises:
        NoClosedForm: If one of them is outside the classes that are derived exactly.
    """
    rho = rho_form(activation)
    return {**rho.moments, "rho_offdiagonal": rho.off_diagonal, "rho_diagonal": rho.diagonal}


def rho_form(activation: Activation) -> RhoForm:
    """Return both terms of ρ exactly, expanded in the basis moments or as closed forms.

    Example:
        >>> from symbolic.moments.activation import named_activation
        >>> rho_form(named_activation("identity")).off_diagonal.value
        0
    """
    moments = {key: exact_moment(activation, *exponents) for key, exponents in MOMENT_KEYS.items()}
    alpha10, alpha11, alpha20, beta10, _, beta12, beta20, beta22, gamma = (
        activation_moment(*e) for e in MOMENT_KEYS.values()
    )
    off_diagonal = alpha20 * beta20 - alpha10**2 * beta10**2 - beta10**2 * alpha11**2
    diagonal = alpha20 * beta22 - alpha10**2 * beta12**2 - gamma**2
    return RhoForm(_substituted(off_diagonal, moments), _substituted(diagonal, moments), moments)


def _substituted(form: Expr, moments: dict[str, ExactMoment]) -> ExactMoment:
    values = {activation_moment(*MOMENT_KEYS[key]): moment.value for key, moment in moments.items()}
    substitution = Rule(
        "the moments derived",
        lambda before, after: (
            isinstance(before, Expr) and isinstance(after, Expr) and constants_equal(before.xreplace(values), after)
        ),
    )
    total = form.xreplace(values)
    value = expand(total) if total.has(Expectation) else canonical_constant(total)
    return _moment(Derivation(form).then(value, substitution))


def _moment(derivation: Derivation) -> ExactMoment:
    value = derivation.result
    if not isinstance(value, Expr):
        raise TypeError(f"moment derivation ended in {type(value).__name__}, not in a value")
    basis = tuple(sorted(value.atoms(Expectation), key=lambda atom: atom.sort_key()))
    return ExactMoment(value, basis, derivation)


def _definition(activation: Activation) -> Rule:
    """Return the rule: on each piece the integrand is φ^a φ'^b z^c, with φ' taken by SymPy and read anew."""

    def holds(before: object, after: object) -> bool:
        if not (isinstance(before, Expr) and isinstance(after, IntegralForm)):
            return False
        integrand = S(before.args[0]) if isinstance(before, Expectation) else before
        zero = GaussianTerms(())
        found = after.by_interval
        for lo, hi, f in activation.pieces:
            product = expand(integrand.subs({phi: f, phi_prime: f.diff(z)}, simultaneous=True))
            if not found.pop((lo, hi), zero).is_same_as(GaussianTerms.from_sympy(product)):
                return False
        return not found and after.constant == 0

    return Rule("definition of the moment", holds)
