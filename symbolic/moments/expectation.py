r"""The unevaluated expectation `E[f]` over a standard Gaussian: the SymPy atom exact results are polynomials in."""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, Function, Mul, S, Symbol, latex

z = Symbol("z", real=True)
phi = Symbol("phi", real=True)
phi_prime = Symbol("phi'", real=True)
generator = Symbol("u", real=True)


class Expectation(Function):  # type: ignore[misc]
    r"""`E[f]` for z ~ N(0,1), where f is written in `z`, `phi` (for φ(z)), `phi_prime` and `generator` (u(z)).

    It stays unevaluated except for constants: what it equals is for a derivation to say.

    Example:
        >>> Expectation(phi**2 * z), latex(Expectation(phi**2))
        (E[phi**2*z], '\\mathbb{E}\\left[\\phi^{2}\\right]')
        >>> Expectation(1)
        1
    """

    nargs = 1
    is_real = True
    is_commutative = True

    @classmethod
    def eval(cls, integrand: Expr) -> Expr | None:
        """Return a constant for a constant integrand, nothing otherwise."""
        return integrand if integrand.is_number else None

    def _sympystr(self, printer: Any) -> str:
        return f"E[{printer.doprint(self.args[0])}]"

    def _latex(self, _printer: Any, exp: str | None = None) -> str:
        inside = latex(self.args[0], symbol_names={phi_prime: r"{\phi'}"})
        text = rf"\mathbb{{E}}\left[{inside}\right]"
        return text if exp is None else rf"{text}^{{{exp}}}"


def activation_moment(a: int, b: int, c: int) -> Expr:
    """Return the unevaluated moment `E[phi^a phi'^b z^c]`.

    Example:
        >>> activation_moment(1, 1, 1)
        E[phi*phi'*z]
    """
    return Expectation(phi**a * phi_prime**b * z**c)


class NonlinearFormError(ValueError):
    """An expression that should be linear in expectations is not."""


def integrand_of_linear_form(form: Expr) -> Expr:
    """Return f with `form = E[f]`, for a form linear in expectations (a constant c is E[c]).

    Raises:
        NonlinearFormError: If a term has a product or a power of expectations.

    Example:
        >>> integrand_of_linear_form(2 * Expectation(phi**2) - 3)
        2*phi**2 - 3
    """
    terms = []
    for term in Add.make_args(form):
        factors = Mul.make_args(term)
        inside = [factor.args[0] for factor in factors if isinstance(factor, Expectation)]
        outside = [factor for factor in factors if not isinstance(factor, Expectation)]
        if len(inside) > 1 or any(factor.has(Expectation) for factor in outside):
            raise NonlinearFormError(f"linear form in expectations: the term {term} is not linear in them")
        terms.append(Mul(*outside, inside[0] if inside else S.One))
    return Add(*terms)
