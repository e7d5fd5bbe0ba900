r"""Stein reduction: every E[z^c q(z, u)] with u' = P(u) as an explicit polynomial in the basis moments E[u^n].

Stein's lemma, E[z f(z)] = E[f'(z)], is applied only to f(z) = r(z, u(z)) with r a polynomial and u the
bounded smooth solution
of a polynomial ODE (see :class:`~symbolic.moments.polynomial_ode.PolynomialOde`). Such an f is smooth, hence
absolutely continuous on
every bounded interval, and it and f' = r_z + P(u) r_u are of polynomial growth because u stays in a compact
interval; so the boundary term f(z)e^{-z²/2} of the integration by parts vanishes and both expectations exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import QQ, Add, Expr, Mul, Symbol, construct_domain, ring

from symbolic.derivation import Derivation, Rule
from symbolic.moments.expectation import (
    Expectation,
    activation_moment,
    generator,
    integrand_of_linear_form,
    phi,
    phi_prime,
    z,
)
from symbolic.moments.polynomial_ode import PolynomialOde


@dataclass(frozen=True)
class SteinAlgebra:
    """The polynomials in z and u(σz), with the derivation ∂z = 1, ∂u = σP(u).

    Args:
        ode: The ODE of u before scaling.
        polynomial: F with φ(z) = F(z, u(z)) before scaling, in the symbols `z` and `generator`.
        scale: σ > 0 of φ(σz): a rational, an algebraic number or a positive symbol.

    Example:
        >>> tanh = SteinAlgebra(PolynomialOde((1, 0, -1), 0), generator, Symbol("sigma", positive=True))
        >>> tanh.moment(0, 1, 0).result
        -sigma*E[phi**2] + sigma
    """

    ode: PolynomialOde
    polynomial: Expr
    scale: Expr

    @property
    def symbol(self) -> Symbol:
        """Return the symbol of the generator: `phi` when the activation is its own generator, else `u`."""
        return phi if self.polynomial == generator else generator

    def moment(self, a: int, b: int, c: int) -> Derivation:
        """Return the derivation of E[φ^a φ'^b z^c] as a linear form in basis moments, each step checked when made."""
        ring_ = stein_ring(self)
        start = activation_moment(a, b, c)
        element = ring_.F**a * ring_.D(ring_.F) ** b * ring_.z**c
        derivation = Derivation(start)
        derivation = _extend(derivation, ring_.to_form(element), ring_.definition_rule(), self._definition_reason())
        return self._reduce(derivation, element, ring_)

    def generator_moment(self, n: int, c: int) -> Derivation:
        """Return the derivation of E[u^n z^c] as a linear form in basis moments."""
        ring_ = stein_ring(self)
        element = ring_.u**n * ring_.z**c
        return self._reduce(Derivation(ring_.to_form(element)), element, ring_)

    def _reduce(self, derivation: Derivation, element: Any, ring_: SteinRing) -> Derivation:
        element, certificate = ring_.lower_powers_of_z(element)
        if certificate:
            f = ring_.to_expr(certificate)
            derivation = _extend(
                derivation, ring_.to_form(element), ring_.stein_rule(certificate), f"E[z f] = E[f'], f = {f}"
            )
        if self.ode.is_constant:
            value = ring_.to_form(ring_.ring(element.evaluate(ring_.u, ring_.u0).as_expr()) if element else element)
            return _extend(derivation, value, ring_.constant_rule(), f"u is the constant {self.ode.value_at_zero}")
        if self.ode.is_symmetric:
            reduced = ring_.drop_odd(element)
            derivation = _extend(
                derivation,
                ring_.to_form(reduced),
                ring_.symmetry_rule(),
                f"u(-z) = {2 * self.ode.value_at_zero} - u(z)",
            )
        return derivation

    def _definition_reason(self) -> str:
        P = self.ode.polynomial.as_expr()
        scaled = self.polynomial.subs(z, self.scale * z)
        return f"u' = {self.scale}*({P}), u(0) = {self.ode.value_at_zero}, phi = {scaled}"


class SteinRing:
    """K[z, u, φ'] for one algebra: conversions, the derivation ∂, the reductions and the rules that check them."""

    def __init__(self, algebra: SteinAlgebra) -> None:
        scaled = algebra.polynomial.subs(z, algebra.scale * z)
        constants = [algebra.scale, *_constants(scaled)]
        domain, _ = construct_domain(constants, field=True, extension=True)
        if all(c.is_Rational for c in constants):
            domain = QQ
        self.symbol = algebra.symbol
        self.ring, self.z, self.u, self.w = ring((z, self.symbol, phi_prime), domain)
        self.F = self.ring.from_expr(scaled.subs(generator, self.symbol))
        self.P = self.ring.from_expr(
            (algebra.scale * algebra.ode.polynomial.as_expr()).subs(Symbol("u", real=True), self.symbol)
        )
        self.u0 = domain.from_sympy(algebra.ode.value_at_zero)
        self.algebra = algebra

    def D(self, f: Any) -> Any:
        """Return the derivative along z: f_z + P f_u."""
        return f.diff(self.z) + self.P * f.diff(self.u)

    def to_expr(self, element: Any) -> Expr:
        """Return a ring element as a SymPy expression."""
        return element.as_expr()

    def to_form(self, element: Any) -> Expr:
        """Return the linear form Σ coefficient · E[monomial] of a ring element."""
        to_sympy = self.ring.domain.to_sympy
        terms = (
            Mul(to_sympy(c), Expectation(z**i * self.symbol**j * phi_prime**k))
            for (i, j, k), c in sorted(element.terms())
        )
        return Add(*(term.expand() for term in terms))

    def from_form(self, form: object) -> Any:
        """Return the integrand of a linear form in expectations as a ring element."""
        if not isinstance(form, Expr):
            raise TypeError(f"Stein reduction: {form!r} is not a SymPy expression")
        return self.ring.from_expr(integrand_of_linear_form(form.expand()))

    def lower_powers_of_z(self, element: Any) -> tuple[Any, Any]:
        """Return (r, f) with r free of z and element - r = z f - ∂f, so E[element] = E[r] by Stein's lemma with f."""
        certificate = self.ring.zero
        for power in range(element.degree(self.z) if element else 0, 0, -1):
            top = self.ring.from_dict({(i - 1, j, k): c for (i, j, k), c in element.terms() if i == power})
            element = element - self.z * top + self.D(top)
            certificate = certificate + top
        return element, certificate

    def drop_odd(self, element: Any) -> Any:
        """Return the representative in even powers of u, modulo E[(u - u0)^n] = 0 for odd n."""
        centred = self.u - self.u0
        for n in range(element.degree(self.u) if element else 0, 0, -1):
            coefficient = element.get((0, n, 0), self.ring.domain.zero)
            if n % 2 and coefficient:
                element = element - centred**n * coefficient
        return element

    def definition_rule(self) -> Rule:
        """Return the rule: both sides agree once φ = F(z, u) and φ' = F_z + P F_u are written out."""

        def holds(before: object, after: object) -> bool:
            if not isinstance(before, Expr):
                return False
            symbols = (z, phi, phi_prime)
            total = self.ring.zero
            for (i, j, k), c in ring(symbols, self.ring.domain)[0].from_expr(integrand_of_linear_form(before)).terms():
                total = total + self.z**i * self.F**j * self.D(self.F) ** k * c
            return bool(total == self.from_form(after))

        return Rule("phi' = P(phi)", holds)

    def stein_rule(self, f: Any) -> Rule:
        """Return the rule: the integrands differ by exactly z f - ∂f for this certificate f."""
        return Rule(
            "Stein's lemma",
            lambda before, after: bool(self.from_form(before) - self.from_form(after) == self.z * f - self.D(f)),
        )

    def symmetry_rule(self) -> Rule:
        """Return the rule: the difference of integrands is odd under (z, u) → (-z, 2u0 - u), a symmetry of the ODE."""

        def holds(before: object, after: object) -> bool:
            if not self.algebra.ode.is_symmetric:
                return False
            difference = self.from_form(before) - self.from_form(after)
            reflected = difference.compose([(self.z, -self.z), (self.u, 2 * self.u0 - self.u)])
            return bool(difference + reflected == 0)

        return Rule("symmetry", holds)

    def constant_rule(self) -> Rule:
        """Return the rule: the integrands agree after u is replaced by its constant value."""

        def holds(before: object, after: object) -> bool:
            difference = self.from_form(before) - self.from_form(after)
            return self.algebra.ode.is_constant and bool(difference.compose(self.u, self.ring(self.u0)) == 0)

        return Rule("constant solution", holds)


@lru_cache(maxsize=64)
def stein_ring(algebra: SteinAlgebra) -> SteinRing:
    """Return the polynomial ring in which the algebra's reductions are carried out and checked."""
    return SteinRing(algebra)


def _extend(derivation: Derivation, after: Expr, rule: Rule, reason: str) -> Derivation:
    """Return the derivation with the step added, unless it changes nothing."""
    return derivation if after == derivation.result else derivation.then(after, rule, reason)


def _constants(polynomial: Expr) -> list[Expr]:
    return list(polynomial.as_poly(z, generator).coeffs())
