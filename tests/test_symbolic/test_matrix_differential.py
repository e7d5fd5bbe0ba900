"""Gradients, Hessians and Jacobians that are known, wrong ones that are refused, and the steps between."""

import time

import pytest

from symbolic.derivation import Derivation, StepError
from symbolic.matrix.canonical import canonical_form, is_equal
from symbolic.matrix.differential import frechet_derivative, gradient, hessian_map, second_derivative
from symbolic.matrix.dimensions import ShapeError
from symbolic.matrix.entrywise import EntrywiseError, check_frechet, check_gradient, check_second
from symbolic.matrix.linear_map import hessian_block, jacobian
from symbolic.matrix.objective import TooManyTermsError, derive
from symbolic.matrix.operations import (
    ElementwiseFunction,
    diag,
    hadamard,
    inner,
    kronecker,
    norm2,
    trace,
    vec,
)
from symbolic.matrix.steps import ADJOINT, READ_FIRST, READ_SECOND, RIESZ, SUBSTITUTE
from symbolic.matrix.symbols import commutation, identity, matrix, ones, scalar, vector

X, W, S, M = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n"), matrix("M", "m", "n")
Q, x, c = matrix("Q", "n", "n"), vector("x", "n"), scalar("c")
U, V, Y, Z = matrix("U", "d", "k"), matrix("V", "d", "k"), matrix("Y", "d", "n"), matrix("Z", "d", "n")
G, H = matrix("G", "m", "k"), matrix("H", "k", "n")
phi = ElementwiseFunction("phi")
f = norm2(X - W * S) / 2
R = W * S - X

GRADIENTS = [
    (f, W, R * S.T),
    (f, S, W.T * R),
    (norm2(X - W * S) / 2 + norm2(W) / 2, W, R * S.T + W),
    (trace(identity("n") - Q) ** 2, Q, 2 * (trace(Q) - trace(identity("n"))) * identity("n")),
    (norm2(W.T * W - S * S.T) / 4, W, W * (W.T * W - S * S.T)),
    (norm2(hadamard(M, W * S - X)) / 2, W, hadamard(M, M, R) * S.T),
    (trace(phi(U.T * Y).T * phi(V.T * Z)), U, Y * hadamard(phi.derivative()(U.T * Y), phi(V.T * Z)).T),
    (trace(Q * Q * Q), Q, 3 * Q.T * Q.T),
    (x.T * Q * x, x, (Q + Q.T) * x),
    (inner(ones("m", "n"), X), X, ones("m", "n")),
    (trace(diag(x) * Q), x, diag(Q)),
    (c * c * norm2(X), c, 2 * c * norm2(X)),
    (norm2(kronecker(Q, Q)), Q, 4 * norm2(Q) * Q),
    (norm2(vec(X)), X, 2 * X),
    (inner(phi(X), ones("m", "n")), X, phi.derivative()(X)),
    (norm2(S), X, 0 * X),
]


@pytest.mark.parametrize(("objective", "variable", "expected"), GRADIENTS, ids=str)
def test_known_gradients(objective, variable, expected):
    found = gradient(objective, variable)
    assert is_equal(found.expression, expected)
    assert found.derivation.recheck()


@pytest.mark.parametrize(("objective", "variable", "expected"), GRADIENTS[:-1], ids=str)
def test_the_entrywise_check_refuses_near_misses(objective, variable, expected):
    G = matrix("G__", variable.rows, variable.cols)
    check_gradient(objective, variable, G, expected)
    wrong = [2 * expected, expected + variable]
    if variable.rows == variable.cols and not is_equal(expected, expected.T):
        wrong.append(expected.T)
    for near_miss in wrong:
        with pytest.raises(EntrywiseError):
            check_gradient(objective, variable, G, near_miss)


def test_the_hessian_of_the_factorization_objective():
    found = hessian_map(f, {W: G, S: H})
    assert is_equal(found[W].expression, (G * S + W * H) * S.T + R * H.T)
    assert is_equal(found[S].expression, W.T * (G * S + W * H) + G.T * R)
    second = second_derivative(f, {W: G, S: H})
    assert is_equal(second.expression, norm2(G * S + W * H) + 2 * inner(R, G * H))
    check_second(f, {W: G, S: H}, second.expression)
    with pytest.raises(EntrywiseError):
        check_second(f, {W: G, S: H}, norm2(G * S + W * H) + inner(R, G * H))
    with pytest.raises(EntrywiseError):
        check_frechet(R * S.T, {W: G}, 2 * G * S * S.T)


def test_hessian_blocks_are_adjoint_to_each_other():
    block, other = hessian_block(f, W, S), hessian_block(f, S, W)
    assert is_equal(block.value, W * block.argument * S.T + R * block.argument.T)
    assert is_equal(block.adjoint()(G), other(G))
    J = block.matrix().expression
    assert is_equal(J, kronecker(S, W) + kronecker(identity("k"), R) * commutation("k", "n"))
    assert is_equal(J.T, other.matrix().expression)


@pytest.mark.parametrize(
    ("F", "variable", "expected"),
    [
        (W * S, W, kronecker(S.T, identity("m"))),
        (W * S, S, kronecker(identity("n"), W)),
        (X.T, X, commutation("m", "n")),
        (Q * Q, Q, kronecker(Q.T, identity("n")) + kronecker(identity("n"), Q)),
        (phi(W * S), S, diag(vec(phi.derivative()(W * S))) * kronecker(identity("n"), W)),
        (Q * x, x, Q),
        (Q * x, Q, kronecker(x.T, identity("n"))),
        (hadamard(M, X), X, diag(vec(M))),
        (norm2(X), X, 2 * vec(X).T),
        (X, X, identity(X.cols * X.rows)),
    ],
    ids=str,
)
def test_known_jacobians(F, variable, expected):
    J = jacobian(F, variable).matrix()
    assert is_equal(J.expression, expected)
    assert J.derivation.recheck()


def test_steps_are_the_ones_announced_and_a_forged_step_is_refused():
    found = gradient(f, W)
    assert [step.rule for step in found.derivation] == [SUBSTITUTE, READ_FIRST, ADJOINT, RIESZ]
    assert [s.rule for s in second_derivative(f, {W: G}).derivation] == [SUBSTITUTE, READ_SECOND]
    expansion = found.derivation.steps[0].after
    with pytest.raises(StepError):
        Derivation(expansion).then(inner(R * S.T, matrix("dW", "m", "k")) * 2, READ_FIRST)
    dW = matrix("dW", "m", "k")
    with pytest.raises(StepError):
        Derivation(inner(R * S.T, dW)).then(inner(R * S.T + W, dW), ADJOINT)
    with pytest.raises(StepError):
        Derivation(inner(R * S.T, dW)).then(W, RIESZ)
    assert "dW" in str(found.derivation.steps[2].after)


def test_symmetric_and_diagonal_variables_have_gradients_of_their_structure():
    P, D = matrix("P", "n", "n", "symmetric"), matrix("D", "n", "n", "diagonal")
    assert is_equal(gradient(trace(Q * P), P).expression, (Q + Q.T) / 2)
    assert is_equal(gradient(trace(Q * D), D).expression, diag(diag(Q)))
    with pytest.raises(ShapeError, match="symmetric but"):
        frechet_derivative(P * P, {P: Q})
    with pytest.raises(ShapeError, match="diagonal but"):
        frechet_derivative(D * D, {D: P})
    assert is_equal(frechet_derivative(P * P, {P: Q + Q.T}).expression, P * (Q + Q.T) + (Q + Q.T) * P)


def test_bad_requests_are_refused():
    with pytest.raises(ShapeError, match="not a scalar; did you mean jacobian"):
        gradient(X, X)
    with pytest.raises(ShapeError, match="direction S for W"):
        frechet_derivative(f, {W: S})
    with pytest.raises(ShapeError, match="use the same symbol"):
        gradient(f, matrix("W", "m", "n"))
    with pytest.raises(TooManyTermsError):
        derive(trace((Q + Q.T + identity("n")) ** 9), [Q])
    with pytest.raises(ValueError, match="at least one"):
        derive(f, [])


def test_names_of_directions_and_of_the_parameter_do_not_collide():
    t, dW = matrix("t", "m", "n"), matrix("dW", "m", "k")
    g = norm2(t - W * S) + norm2(dW - W)
    assert is_equal(gradient(g, W).expression, 2 * (W * S - t) * S.T + 2 * (W - dW))
    assert is_equal(second_derivative(g, {W: W}).expression, 2 * norm2(W * S) + 2 * norm2(W))
    found = derive(g, [W], hessian=True)
    assert found.directions[W].name == "dW_1"


def test_smallest_and_rectangular_numeric_sizes():
    for m, k, n in [(1, 1, 1), (1, 2, 3), (3, 1, 2), (2, 3, 1)]:
        X_, W_, S_ = matrix("X", m, n), matrix("W", m, k), matrix("S", k, n)
        found = gradient(norm2(X_ - W_ * S_) / 2, W_).expression
        assert is_equal(found, (W_ * S_ - X_) * S_.T)


def test_gradient_and_hessian_take_well_under_a_second():
    canonical_form.cache_clear()
    start = time.perf_counter()
    derive(f, [W, S], hessian=True)
    assert time.perf_counter() - start < 5  # typically 0.1 s; the bound only catches a change of complexity


def test_derivatives_of_sums_that_only_indices_can_write():
    # Four indices, every two joined: no matrix notation, so gradient and Hessian are written with indices.
    A, K = matrix("A", "n", "n"), matrix("K", "n", "n")
    pairs = kronecker(A, A) + kronecker(identity("n"), phi(A)) * diag(vec(K))
    joined = hadamard(pairs, vec(A) * vec(K).T)
    g = norm2(joined)
    assert "[" in str(linear_map_of_kronecker := jacobian(kronecker(A, A), A).matrix())
    assert r"\sum" not in linear_map_of_kronecker.to_latex()
    slope = gradient(g, A).expression
    G = matrix("G", "n", "n")
    second = second_derivative(g, {A: G}).expression
    assert is_equal(inner(frechet_derivative(slope, {A: G}).expression, G), second)
    linear = jacobian(kronecker(A, A), A)
    assert is_equal(linear(K), kronecker(K, A) + kronecker(A, K))
    squared = jacobian(linear.matrix().expression * vec(K), A)
    assert is_equal(squared.value, vec(kronecker(squared.argument, K) + kronecker(K, squared.argument)))


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("dW", r"\mathrm{d}W"),
        ("dx", r"\mathrm{d}x"),
        ("dalpha_1", r"\mathrm{d}\alpha_{1}"),
        ("delta", r"\delta"),
        ("d", "d"),
    ],
)
def test_names_of_directions_in_latex(name, latex):
    assert matrix(name, "m", "n").to_latex() == latex


def test_latex_is_balanced_and_long_sums_are_broken():
    found = derive(f, [W, S], hessian=True)
    for text in (found.to_latex(), found.to_markdown()):
        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")
    assert found.to_latex().count(r"\begin{aligned}") == 1
