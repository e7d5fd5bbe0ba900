"""Activations: what is recognised, what is refused, and that importing costs nothing."""

import subprocess
import sys

import pytest
from sympy import (
    Abs,
    Float,
    Heaviside,
    I,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    cosh,
    exp,
    oo,
    sech,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from symbolic.moments.activation import (
    ActivationError,
    activation_names,
    from_ode,
    leaky_relu,
    named_activation,
    piecewise,
)
from symbolic.moments.activation_recognition import from_expression
from symbolic.moments.expectation import generator, z
from symbolic.moments.polynomial_ode import PolynomialOde, UnboundedSolutionError
from symbolic.moments.stein_reduction import SteinAlgebra

sigma = symbols("sigma", positive=True)
TANH = PolynomialOde((1, 0, -1), 0)
LOGISTIC = PolynomialOde((0, 1, -1), Rational(1, 2))


@pytest.mark.parametrize(
    ("expression", "algebra"),
    [
        (tanh(z), SteinAlgebra(TANH, generator, S.One)),
        (sinh(z) / cosh(z), SteinAlgebra(TANH, generator, S.One)),
        ((exp(2 * z) - 1) / (exp(2 * z) + 1), SteinAlgebra(TANH, generator, S.One)),
        (tanh(sigma * z), SteinAlgebra(TANH, generator, sigma)),
        (tanh(sqrt(2) * z), SteinAlgebra(TANH, generator, sqrt(2))),
        (1 / (1 + exp(-z)), SteinAlgebra(LOGISTIC, generator, S.One)),
        (exp(z) / (1 + exp(z)), SteinAlgebra(LOGISTIC, generator, S.One)),
        (1 - 1 / (1 + exp(z)), SteinAlgebra(LOGISTIC, generator, S.One)),
        (z / (1 + exp(-z)), SteinAlgebra(LOGISTIC, z * generator, S.One)),
        (sech(z) ** 2, SteinAlgebra(LOGISTIC, 4 * generator - 4 * generator**2, S(2))),
    ],
)
def test_logistic_ode_is_found(expression, algebra):
    assert from_expression(expression).algebra == algebra


@pytest.mark.parametrize(
    "expression",
    [tanh(z**2), tanh(z) + tanh(2 * z), 1 / (1 + exp(z + 1)), sin(z) * tanh(z), exp(z), cosh(z), z**2, 1 / tanh(z)],
)
def test_no_ode_is_invented(expression):
    assert from_expression(expression).algebra is None


@pytest.mark.parametrize(
    ("expression", "pieces"),
    [
        (Max(z, 0), ((-oo, 0, 0), (0, oo, z))),
        (Abs(z - 1), ((-oo, 1, 1 - z), (1, oo, z - 1))),
        (Heaviside(z), ((-oo, 0, 0), (0, oo, 1))),
        (Max(-1, Min(1, z)), ((-oo, -1, -1), (-1, 1, z), (1, oo, 1))),
        (Piecewise((0, z < 0), (z**2, z < 1), (2 * z - 1, True)), ((-oo, 0, 0), (0, 1, z**2), (1, oo, 2 * z - 1))),
        (Max(z, z), ((-oo, oo, z),)),
        (Abs(z**2 + 1), ((-oo, oo, z**2 + 1),)),
        (Abs(Abs(z) - 1), ((-oo, -1, -z - 1), (-1, 0, z + 1), (0, 1, 1 - z), (1, oo, z - 1))),
    ],
)
def test_kinks_are_found(expression, pieces):
    assert from_expression(expression).pieces == pieces


@pytest.mark.parametrize(
    "expression",
    [Float("0.5") * z, Abs(sin(z)), Abs(z**2 - 2), Max(z, Symbol("a", real=True)), Symbol("x") ** 2, I * z],
)
def test_expressions_that_are_no_exact_real_activation_are_refused(expression):
    with pytest.raises(ActivationError):
        from_expression(expression)


@pytest.mark.parametrize(
    ("P", "start"),
    [
        (generator, 1),  # exp: only one root
        (generator**2, 1),  # blows up at z = 1
        (1 + generator**2, 0),  # tan
        (S.One, 0),  # the identity, unbounded
        (1 - generator**2, 2),  # outside the roots
        (generator**2 - 2 * generator, 3),
    ],
)
def test_unbounded_solutions_are_refused(P, start):
    with pytest.raises(UnboundedSolutionError, match="real root"):
        from_ode("f", P, start)


def test_irrational_roots_enclose_too():
    assert from_ode("f", 2 - generator**2, 1).algebra.ode.is_symmetric is False
    assert from_ode("f", 2 - generator**2, 0).algebra.ode.is_symmetric is True


def test_symmetry_is_decided():
    assert (
        PolynomialOde((0, 1, -1), Rational(1, 3)).is_symmetric is False
    )  # a shifted sigmoid is not odd about its value at 0
    assert PolynomialOde((0, 2, -3, 1), 1).is_constant
    assert PolynomialOde((0, 0, 1, -2, 1), Rational(1, 2)).is_symmetric  # u²(1-u)²


def test_affine_tanh_is_decided():
    assert LOGISTIC.affine_tanh() == (Rational(1, 2), Rational(1, 2), Rational(1, 2))
    assert PolynomialOde((-1, 0, 1), 0).affine_tanh() == (0, -1, 1)
    assert PolynomialOde((0, 1, -1), Rational(1, 3)).affine_tanh() is None
    assert PolynomialOde((0, 0, 1, -2, 1), Rational(1, 2)).affine_tanh() is None


@pytest.mark.parametrize("scale", [0, -1, Symbol("s"), Symbol("s", real=True), Float("0.5"), z])
def test_bad_scales_are_refused(scale):
    with pytest.raises(ActivationError, match="scale"):
        named_activation("tanh").scaled(scale)


def test_scaling_moves_kinks_and_expressions():
    half = piecewise("step at 1", [(-oo, 1, 0), (1, oo, z)]).scaled(Rational(1, 2))
    assert half.kinks == (2,)
    assert half.pieces[1][2] == z / 2
    assert leaky_relu(Symbol("a", real=True)).scaled(sigma).expression.subs(z, -1) == -sigma * Symbol("a", real=True)


def test_pieces_must_cover_the_line():
    for pieces in ([], [(-oo, 0, z)], [(-oo, 0, z), (1, oo, z)], [(0, oo, z)]):
        with pytest.raises(ActivationError, match="cover"):
            piecewise("f", pieces)


def test_every_name_is_an_activation():
    assert list(activation_names()) == sorted(activation_names())
    assert all(named_activation(name).pieces for name in activation_names())


def test_import_computes_nothing():
    code = (
        "import sympy, time; t = time.perf_counter(); import symbolic.moments.activation; t = time.perf_counter() - t;"
        "from symbolic.moments import erf_integrals as e, stein_reduction as s;"
        "assert e.prove_arcsine_law.cache_info().currsize == 0 and s.stein_ring.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
