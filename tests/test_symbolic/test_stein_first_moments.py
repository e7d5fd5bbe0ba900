"""The basis moments of tanh and the sigmoid in first-power moments T_j."""

import mpmath
import pytest
from sympy import Float, N, Rational, S, sqrt, symbols

from symbolic.moments.constant_form import constants_equal
from symbolic.moments.expectation import Expectation, generator, z
from symbolic.moments.gaussian_terms import NoClosedForm
from symbolic.moments.polynomial_ode import PolynomialOde
from symbolic.moments.stein_reduction import SteinAlgebra
from symbolic.moments.tanh_first_moments import basis_in_first_moments, first_moment, tanh_power_moment

s = symbols("s", positive=True)


@pytest.fixture(autouse=True)
def _working_precision():
    with mpmath.workdps(45):
        yield


def expectation(f):
    """E[f] by the trapezoidal rule, which converges like exp(-2 pi width / step) for f analytic in a strip."""
    return mpmath.fsum(f(x) * mpmath.npdf(x) for x in (mpmath.mpf(k) / 12 for k in range(-168, 169))) / 12


def evaluated(form, rate):
    values = {}
    for atom in form.atoms(Expectation):
        j = atom.args[0].as_poly(z).degree()
        values[atom] = Float(str(expectation(lambda x, j=j: x**j * mpmath.tanh(rate * x))), 42)
    return mpmath.mpf(str(N(form.xreplace(values), 40)))


def test_small_cases():
    assert tanh_power_moment(0, s).result == 1
    assert tanh_power_moment(1, s).result == tanh_power_moment(5, s).result == 0
    assert constants_equal(tanh_power_moment(2, s).result, 1 - first_moment(1) / s)
    assert (
        basis_in_first_moments(SteinAlgebra(PolynomialOde((1, 0, -1), 0), generator, s), 2).result
        == tanh_power_moment(2, s).result
    )


@pytest.mark.parametrize("n", [2, 4, 6, 8])
@pytest.mark.parametrize("rate", [S.One, Rational(3, 2), sqrt(2)])
def test_tanh_against_quadrature(n, rate):
    derivation = tanh_power_moment(n, rate)
    assert derivation.recheck()
    exact = N(rate, 42)
    r = mpmath.mpf(str(exact))
    assert abs(evaluated(derivation.result, r) - expectation(lambda x: mpmath.tanh(r * x) ** n)) < 1e-25


@pytest.mark.parametrize("n", range(7))
def test_sigmoid_against_quadrature(n):
    sigmoid = SteinAlgebra(PolynomialOde((0, 1, -1), Rational(1, 2)), generator, S.One)
    derivation = basis_in_first_moments(sigmoid, n)
    assert derivation.recheck()
    assert (
        abs(evaluated(derivation.result, mpmath.mpf(1) / 2) - expectation(lambda x: (1 + mpmath.exp(-x)) ** -n)) < 1e-25
    )


def test_symbolic_scale_specialises():
    for n in (2, 4, 6):
        assert constants_equal(
            tanh_power_moment(n, s).result.subs(s, Rational(2, 3)), tanh_power_moment(n, Rational(2, 3)).result
        )


def test_steps_refuse_near_misses():
    step = tanh_power_moment(4, s).steps[-1]
    assert not step.rule.holds(step.before, step.after + first_moment(1))
    assert not step.rule.holds(step.before, step.after.subs(s, 2 * s))


def test_other_odes_are_refused():
    quartic = SteinAlgebra(PolynomialOde((0, 0, 1, -2, 1), Rational(1, 2)), generator, S.One)
    with pytest.raises(NoClosedForm, match="affine"):
        basis_in_first_moments(quartic, 2)
