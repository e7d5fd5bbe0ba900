"""The border to SymPy, and SymPy's own matrix derivative beside ours, pinned to the version in use."""

import pytest
import sympy
from sympy import MatrixSymbol, Trace

from symbolic.matrix.canonical import is_equal
from symbolic.matrix.differential import gradient
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
from symbolic.matrix.symbols import identity, matrix, ones, scalar, vector, zeros
from symbolic.matrix.sympy_border import UnsupportedSympyError, from_sympy, to_sympy
from symbolic.matrix.sympy_comparison import compare_with_sympy, comparison_markdown

X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
Q, x, c = matrix("Q", "n", "n"), vector("x", "n"), scalar("c")
phi = ElementwiseFunction("phi")
m, n, k = sympy.symbols("m n k")

# Judged with SymPy 1.14.0: what it answers for each probe, in order.
JUDGEMENTS = {
    "trace(A.T*X)": "equal",
    "norm2(X)/2": "equal",
    "norm2(X - W*S)/2": "equal",
    "norm2(A - U*V)/2 + norm2(U)/2": "silently 0",
    "trace(Q)**2": "equal",
    "trace(I - Q)**2": "raises",
    "trace(Q*B*Q)": "equal",
    "trace(Q*Q*Q)": "equal",
    "norm2(U.T*U - V*V.T)/4": "raises",
    "trace(X.T*A)*trace(Q)": "equal",
    "norm2(hadamard(M, U*V - A))/2": "raises",
    "norm2(phi(P.T*Y))/2": "equal",
    "trace(x.T*Q*x)": "equal",
}


@pytest.mark.parametrize(
    "expression",
    [
        norm2(X - W * S) / 2,
        inner(X, W * S) * trace(Q) ** 2 - 3,
        hadamard(X, W * S).T * X,
        kronecker(Q, X),
        phi(W * S) * phi.derivative(2)(Q),
        diag(x) * Q,
        c * (x.T * Q * x),
        x.T * Q * x * X,
        (trace(identity("n") - Q)) ** 2,
        ones("m", "n") * Q,
        X - X + zeros("m", "n"),
        gradient(norm2(X - W * S) / 2, W).expression,
    ],
    ids=str,
)
def test_there_and_back(expression):
    there = to_sympy(expression)
    back = from_sympy(there)
    assert back.shape == expression.shape
    assert is_equal(back, expression)
    assert sympy.latex(there)
    assert expression.to_latex()


def test_products_of_sympy_dimensions_are_kronecker_dimensions():
    M = from_sympy(MatrixSymbol("M", 2 * n, 1))
    assert str(M.shape) == "(2*n, 1)"


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        (MatrixSymbol("A", n, n).inv(), "Inverse"),
        (MatrixSymbol("A", n, n) ** -2, "not supported"),
        (sympy.Determinant(MatrixSymbol("A", n, n)), "Determinant"),
        (Trace(MatrixSymbol("A", n, n)) * 0.5, "Float"),
        (sympy.sin(sympy.Symbol("c")), "sin"),
        (MatrixSymbol("A", n, n)[0, 0], "not supported"),
        (sympy.Symbol("c") ** sympy.Rational(1, 2), "Pow"),
        (MatrixSymbol("A", n, n).applyfunc(sympy.sin), "undefined function"),
    ],
    ids=str,
)
def test_what_is_not_supported_is_refused_with_a_reason(expression, cause):
    with pytest.raises(UnsupportedSympyError, match=cause):
        from_sympy(expression)


def test_dimensions_that_are_no_products_are_refused():
    with pytest.raises(ValueError, match="dimension"):
        from_sympy(MatrixSymbol("A", n + 1, n))


@pytest.mark.parametrize("expression", [vec(X), matrix("D", "n", "n", "diagonal"), diag(Q)], ids=str)
def test_what_sympy_cannot_hold_is_refused(expression):
    with pytest.raises(UnsupportedSympyError):
        to_sympy(expression)


def test_the_probe_table():
    assert sympy.__version__ == "1.14.0", "the judgements below are for this version"
    rows = compare_with_sympy()
    assert {row.objective: row.judgement for row in rows} == JUDGEMENTS
    silent = next(row for row in rows if row.judgement == "silently 0")
    assert str(silent.ours) == "(U*V - A)*V.T + U"
    table = comparison_markdown()
    assert table.count("\n") == len(rows) + 2
    assert "silently 0" in table
