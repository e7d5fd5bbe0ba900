"""Laws of the matrix algebra and of its derivatives, on random expressions of random shapes."""

from fractions import Fraction

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from symbolic.matrix.arithmetic import multiply
from symbolic.matrix.canonical import canonical_form, is_equal
from symbolic.matrix.differential import frechet_derivative, gradient, hessian_map, second_derivative
from symbolic.matrix.entrywise import check_equal
from symbolic.matrix.factoring import factored
from symbolic.matrix.linear_map import jacobian
from symbolic.matrix.objective import expanded_size
from symbolic.matrix.operations import (
    ElementwiseFunction,
    diag,
    hadamard,
    inner,
    kronecker,
    norm2,
    substitute,
    trace,
    vec,
)
from symbolic.matrix.read_back import read_back
from symbolic.matrix.symbols import identity, matrix, ones, scalar, vector

A, B, C = matrix("A", "m", "n"), matrix("B", "n", "k"), matrix("C", "k", "m")
Q, P, D = matrix("Q", "n", "n"), matrix("P", "n", "n", "symmetric"), matrix("D", "k", "k", "diagonal")
X, x, y, c = matrix("X", "m", "n"), vector("x", "n"), vector("y", "m"), scalar("c")
SYMBOLS = [A, B, C, Q, P, D, X, x, y, c]
SIZES = {"m": identity("m").shape.rows, "n": identity("n").shape.rows, "k": identity("k").shape.rows}
phi, psi = ElementwiseFunction("phi"), ElementwiseFunction("psi")

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
NUMBERS = st.sampled_from([Fraction(-2), Fraction(-1), Fraction(1, 3), Fraction(1), Fraction(5, 2)])


def fitting(rows, cols):
    found = [s for s in SYMBOLS if s.shape == (rows, cols)] + [s.T for s in SYMBOLS if s.T.shape == (rows, cols)]
    found.append(ones(rows, cols))
    return found + ([identity(rows)] if rows == cols else [])


@st.composite
def matrices(draw, rows, cols, depth=2, *, functions=True):
    if depth == 0:
        return draw(st.sampled_from(fitting(rows, cols)))
    kind = draw(st.sampled_from(["symbol", "product", "product", "sum", "hadamard", "function", "scaled", "diag"]))
    part = matrices(rows, cols, depth - 1, functions=functions)
    if kind == "sum":
        return draw(part) + draw(NUMBERS) * draw(part)
    if kind == "hadamard":
        return hadamard(draw(part), draw(part))
    if kind == "product":
        middle = draw(st.sampled_from(list(SIZES.values())))
        return draw(matrices(rows, middle, depth - 1, functions=functions)) * draw(
            matrices(middle, cols, depth - 1, functions=functions)
        )
    if kind == "scaled":
        return draw(scalars(depth - 1, functions=functions)) * draw(part)
    if kind == "function" and functions:
        return draw(st.sampled_from([phi, psi]))(draw(matrices(rows, cols, depth - 1, functions=False)))
    if kind == "diag" and rows == cols:
        return diag(diag(draw(part)))
    return draw(st.sampled_from(fitting(rows, cols)))


@st.composite
def scalars(draw, depth=2, *, functions=True):
    if depth == 0:
        return draw(st.sampled_from([c, trace(Q), x.T * P * x, y.T * A * x, norm2(X)]))
    rows, cols = draw(st.sampled_from([("m", "n"), ("n", "n"), ("k", "m"), ("n", 1)]))
    shape = (identity(rows).shape.rows, identity(cols).shape.rows if cols != 1 else c.cols)
    kind = draw(st.sampled_from(["inner", "norm2", "trace", "power", "product", "sum"]))
    part = matrices(*shape, depth=depth - 1, functions=functions)
    match kind:
        case "inner":
            return inner(draw(part), draw(part))
        case "norm2":
            return norm2(draw(part))
        case "trace":
            return trace(draw(matrices(shape[0], shape[0], depth=depth - 1, functions=functions)))
        case "power":
            return draw(scalars(depth - 1, functions=functions)) ** 2
        case "product":
            return draw(scalars(depth - 1, functions=functions)) * draw(scalars(depth - 1, functions=functions))
    return draw(scalars(depth - 1, functions=functions)) + draw(NUMBERS) * draw(scalars(depth - 1, functions=functions))


MAPS = st.sampled_from(sorted(SIZES)).flatmap(
    lambda r: st.sampled_from(sorted(SIZES)).flatmap(lambda s: matrices(SIZES[r], SIZES[s]))
)
OBJECTIVES = scalars(3).filter(lambda f: expanded_size(f) < 40)
VARIABLES = st.sampled_from([A, B, Q, X, x, D, P, c])


def direction_of(U, name="G"):
    return matrix(name + U.name, U.rows, U.cols, U.structure)


@LAWS
@given(MAPS)
def test_reading_back_and_factoring_keep_the_value(F):
    assume(expanded_size(F) < 40)
    form = canonical_form(F)
    assert canonical_form(read_back(form)) == form
    assert canonical_form(factored(read_back(form))) == form
    check_equal(F, factored(read_back(form)))  # raises where an entry differs


@LAWS
@given(OBJECTIVES, VARIABLES)
def test_gradient_agrees_with_entrywise_differentiation(f, U):
    found = gradient(f, U)  # re-checked entry by entry on two instances, or it raises
    assert found.check.comparisons > 0
    assert found.derivation.recheck()
    assert found.expression.shape == U.shape


@LAWS
@given(OBJECTIVES, OBJECTIVES, NUMBERS, VARIABLES)
def test_gradient_is_linear(f, g, number, U):
    together = gradient(f + number * g, U).expression
    assert is_equal(together, gradient(f, U).expression + number * gradient(g, U).expression)


@LAWS
@given(OBJECTIVES, OBJECTIVES, VARIABLES)
def test_product_rule(f, g, U):
    assume(expanded_size(f) * expanded_size(g) < 60)
    left = gradient(f * g, U).expression
    assert is_equal(left, f * gradient(g, U).expression + g * gradient(f, U).expression)


@LAWS
@given(MAPS, MAPS, VARIABLES)
def test_product_rule_for_matrix_products(F, H, U):
    assume(F.shape.cols == H.shape.rows and expanded_size(F) * expanded_size(H) < 40)
    along = {U: direction_of(U)}
    left = frechet_derivative(F * H, along).expression
    first, second = (frechet_derivative(M, along).expression for M in (F, H))
    assert is_equal(left, first * H + F * second)


@LAWS
@given(OBJECTIVES, VARIABLES, VARIABLES)
def test_hessian_is_symmetric(f, U, V):
    G, H = direction_of(U, "G"), direction_of(V, "H")
    one = frechet_derivative(gradient(f, U).expression, {V: H}).expression
    other = frechet_derivative(gradient(f, V).expression, {U: G}).expression
    assert is_equal(inner(one, G), inner(other, H))


@LAWS
@given(OBJECTIVES, VARIABLES)
def test_second_derivative_is_the_form_of_the_hessian_map(f, U):
    G = direction_of(U)
    slope = hessian_map(f, {U: G})[U].expression
    assert is_equal(second_derivative(f, {U: G}).expression, inner(slope, G))


@LAWS
@given(OBJECTIVES, st.sampled_from([A, B, Q, X]))
def test_transposing_the_whole_problem_transposes_the_gradient(f, U):
    R = matrix("R", U.cols, U.rows)
    turned = gradient(substitute(f, {U: R.T}), R).expression
    assert is_equal(substitute(turned, {R: U.T}), gradient(f, U).expression.T)


@LAWS
@given(MAPS, st.sampled_from([A, B, Q, X, x]))
def test_jacobian_matrix_acts_on_vec(F, U):
    assume(expanded_size(F) < 20)
    J = jacobian(F, U)
    assert is_equal(J.matrix().expression * vec(J.argument), vec(J.value))
    image = J.adjoint()
    assert is_equal(inner(J.value, image.argument), inner(image.value, J.argument))


@LAWS
@given(MAPS, MAPS)
def test_products_of_kronecker_products(F, H):
    assume(expanded_size(F) * expanded_size(H) < 30)
    left = kronecker(F, H) * kronecker(F.T, H.T)
    assert is_equal(left, kronecker(F * F.T, H * H.T))


@LAWS
@given(OBJECTIVES, VARIABLES)
def test_chain_rule_of_a_square(f, U):
    assume(expanded_size(f) < 12)
    along = {U: direction_of(U)}
    left = frechet_derivative(f * f, along).expression
    assert is_equal(left, multiply(2 * f, frechet_derivative(f, along).expression))
