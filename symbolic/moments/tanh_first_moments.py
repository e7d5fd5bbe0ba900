r"""The basis moments E[u^n] of an affine tanh in terms of the first-power moments T_j = E[z^j tanh(sz)], j odd.

Stein's lemma writes every T_j as an explicit combination of E[t^0], E[t^2], ..., E[t^{j+1}], t = tanh(sz),
with leading coefficient
±j!·s^j ≠ 0. The system is triangular, so it inverts: E[t^{2n}] is a combination of 1, T_1, T_3, ..., T_{2n-1}
over ℚ(s). Since the
T_j are the derivatives at w = 0 of E[e^{wz} tanh(sz)], that one function then gives every moment of tanh and
of the sigmoid.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, Poly, S, binomial, construct_domain, ring

from symbolic.derivation import Derivation, Rule
from symbolic.moments.expectation import Expectation, generator, integrand_of_linear_form, phi, z
from symbolic.moments.gaussian_terms import NoClosedForm
from symbolic.moments.polynomial_ode import PolynomialOde
from symbolic.moments.stein_reduction import SteinAlgebra, stein_ring

_TANH = PolynomialOde((S.One, S.Zero, S.NegativeOne), S.Zero)


def first_moment(j: int) -> Expr:
    """Return the unevaluated T_j = E[z^j tanh(sz)], written with `phi` for tanh(sz).

    Example:
        >>> first_moment(3)
        E[phi*z**3]
    """
    return Expectation(z**j * phi)


def tanh_power_moment(n: int, scale: Expr) -> Derivation:
    """Return the derivation of E[tanh(sz)^n] = c_0 + c_1 T_1 + c_3 T_3 + ... + c_{n-1} T_{n-1} (0 for odd n).

    Args:
        n: The power, ≥ 0.
        scale: s > 0: rational, algebraic or a positive symbol.

    Returns:
        A derivation whose result is a linear form in the T_j with coefficients in ℚ(s); its Stein step
        carries the polynomial f with t^n - Σ c_j z^j t = z f - f' up to constants, and is checked in ℚ(s)[z, t].

    Example:
        >>> from sympy import Symbol
        >>> s = Symbol("s", positive=True)
        >>> tanh_power_moment(2, s).result
        1 - E[phi*z]/s
    """
    algebra = SteinAlgebra(_TANH, generator, scale)
    start = Expectation(phi**n) if n else S.One
    derivation = Derivation(start)
    if n % 2:
        return derivation.then(S.Zero, stein_ring(algebra).symmetry_rule(), "tanh is odd")
    if n == 0:
        return derivation
    coefficients = _inverse_rows(algebra, n // 2)
    ring_ = stein_ring(algebra)
    to_sympy = ring_.ring.domain.to_sympy
    result = Add(*(to_sympy(c) * (first_moment(2 * k - 1) if k else 1) for k, c in enumerate(coefficients) if c))
    result = Add(*(_expanded_term(term) for term in Add.make_args(result)))
    difference = ring_.from_form(start) - ring_.from_form(result)
    remainder, certificate = ring_.lower_powers_of_z(difference)
    if remainder:
        raise ArithmeticError(f"E[tanh^{n}]: the triangular inversion left {remainder}")
    f = ring_.to_expr(certificate)
    return derivation.then(result, ring_.stein_rule(certificate), f"E[z f] = E[f'], f = {f}")


def basis_in_first_moments(algebra: SteinAlgebra, n: int) -> Derivation:
    """Return the derivation of E[u(σz)^n] in the T_j = E[z^j tanh(sz)], for u an affine image of tanh.

    Args:
        algebra: The algebra of the activation; u = m + h·tanh(s z/σ) with m, h, s from its ODE.
        n: The power, ≥ 0.

    Returns:
        A derivation; `phi` in its result stands for tanh(sz), where s = (the ODE's s)·σ.

    Raises:
        NoClosedForm: If u is not an affine function of tanh.

    Example:
        >>> from sympy import Rational
        >>> sigmoid = SteinAlgebra(PolynomialOde((0, 1, -1), Rational(1, 2)), generator, S.One)
        >>> basis_in_first_moments(sigmoid, 2).result
        1/2 - E[phi*z]/2
    """
    affine = algebra.ode.affine_tanh()
    if affine is None:
        raise NoClosedForm(f"u' = {algebra.ode.polynomial.as_expr()}: u is not an affine function of tanh(s z)")
    m, h, rate = affine
    scale = rate * algebra.scale
    if m == 0 and h == 1:
        return tanh_power_moment(n, scale)
    start = Expectation(generator**n) if n else S.One
    expanded = Add(*(binomial(n, k) * m ** (n - k) * h**k * (Expectation(phi**k) if k else 1) for k in range(n + 1)))
    derivation = Derivation(start).then(
        expanded,
        _affine_rule(algebra.ode, m, h, rate),
        f"u(z) = {m} + {h}*tanh({scale}*z): same ODE, same value at 0",
    )
    values = {Expectation(phi**k): tanh_power_moment(k, scale).result for k in range(1, n + 1)}
    result = expanded.xreplace(values).expand()
    substitution = Rule(
        "the tanh moments derived",
        lambda before, after: isinstance(before, Expr) and _same_linear_form(before.xreplace(values), after),
    )
    return derivation.then(result, substitution)


@lru_cache(maxsize=64)
def _inverse_rows(algebra: SteinAlgebra, n: int) -> tuple[object, ...]:
    """Return (c_0, ..., c_n) with E[t^{2n}] = c_0 + Σ c_k T_{2k-1}, by forward substitution."""
    ring_ = stein_ring(algebra)
    K = ring_.ring.domain
    if n == 0:
        return (K.one,)
    reduced, _ = ring_.lower_powers_of_z(ring_.z ** (2 * n - 1) * ring_.u)
    lead = reduced.get((0, 2 * n, 0), K.zero)
    row = [K.zero] * n + [K.one / lead]
    for k in range(n):
        coefficient = reduced.get((0, 2 * k, 0), K.zero)
        for i, c in enumerate(_inverse_rows(algebra, k)):
            row[i] = row[i] - coefficient * c / lead
    return tuple(row)


def _expanded_term(term: Expr) -> Expr:
    atoms = sorted(term.atoms(Expectation), key=lambda atom: atom.sort_key())
    return term.expand() if not atoms else Add(*(part * atoms[0] for part in Add.make_args((term / atoms[0]).expand())))


def _affine_rule(ode: PolynomialOde, m: Expr, h: Expr, rate: Expr) -> Rule:
    """Return the rule: m + h·tanh(rate·z) solves the ODE of u, and the integrands agree once u is written so."""

    def holds(before: object, after: object) -> bool:
        if not (isinstance(before, Expr) and isinstance(after, Expr)):
            return False
        R, t = ring((phi,), construct_domain([m, h, rate], field=True, extension=True)[0])
        u = R.from_expr(m) + R.from_expr(h) * t
        slope = sum((R.from_expr(c) * u**k for k, c in enumerate(ode.coefficients)), R.zero)
        solves = slope == R.from_expr(h * rate) * (1 - t**2) and m == ode.value_at_zero
        terms = Poly(integrand_of_linear_form(before), generator).terms()
        image = sum((R.from_expr(c) * u**k for (k,), c in terms), R.zero)
        return bool(solves and image == R.from_expr(integrand_of_linear_form(after)))

    return Rule("affine image of tanh", holds)


def _same_linear_form(left: Expr, right: object) -> bool:
    if not isinstance(right, Expr):
        return False
    difference = integrand_of_linear_form((left - right).expand())
    coefficients = Poly(difference, z, phi).coeffs()
    domain, _ = construct_domain(coefficients, field=True, extension=True)
    return bool(ring((z, phi), domain)[0].from_expr(difference) == 0)
