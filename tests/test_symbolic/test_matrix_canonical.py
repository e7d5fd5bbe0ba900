"""Equality for all dimensions: what is equal, near misses that are not, shapes that do not fit."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symbolic.matrix.canonical import canonical_form, is_equal
from symbolic.matrix.dimensions import Dimension, ShapeError, dimension
from symbolic.matrix.entrywise import EntrywiseError, check_equal
from symbolic.matrix.expression import IndexSum, Number, Size, Symbol
from symbolic.matrix.operations import (
    ElementwiseFunction,
    diag,
    hadamard,
    inner,
    kronecker,
    norm2,
    symbols_of,
    trace,
    vec,
)
from symbolic.matrix.read_back import read_back
from symbolic.matrix.symbols import commutation, identity, matrix, ones, scalar, vector, zeros
from symbolic.matrix.tensor_sum import contract

A, B, C, E, F, G = (matrix(name, "n", "n") for name in "ABCEFG")
X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
K = matrix("K", "k", "k")
D, P = matrix("D", "n", "n", "diagonal"), matrix("P", "n", "n", "symmetric")
x, y, c = vector("x", "n"), vector("y", "m"), scalar("c")
I, phi = identity("n"), ElementwiseFunction("phi")

EQUAL = [
    (trace(A * B * C), trace(C * A * B)),
    (trace(A * B * C), trace(C.T * B.T * A.T)),
    (norm2(X), trace(X.T * X)),
    (norm2(X), norm2(X.T)),
    (norm2(X - W * S), norm2(X) - 2 * inner(X, W * S) + norm2(W * S)),
    (inner(hadamard(X, W * S), X), inner(W * S, hadamard(X, X))),
    (trace(I), Size(dimension("n"))),
    (trace(I * I), ones("n").T * ones("n")),
    (ones("m", "n") * ones("n", "k"), Size(dimension("n")) * ones("m", "k")),
    (hadamard(A, I), diag(diag(A))),
    (diag(x) * A * diag(x), hadamard(A, x * x.T)),
    (vec(W * K * S), kronecker(S.T, W) * vec(K)),
    (commutation("m", "n") * vec(X), vec(X.T)),
    (kronecker(A, B) * kronecker(C, E), kronecker(A * C, B * E)),
    (kronecker(X, W).T, kronecker(X.T, W.T)),
    (trace(kronecker(A, B)), trace(A) * trace(B)),
    (D * hadamard(A, B), hadamard(D * A, B)),
    (D * diag(x), diag(x) * D),
    (trace(P * A), trace(P * A.T)),
    (phi(A.T), phi(A).T),
    (phi(x * ones("m").T), phi(x) * ones("m").T),
    (diag(phi(A * B)), phi(diag(A * B))),
    (phi(A + B), phi(B + A)),
    (trace(phi(A * A.T) * B), trace(phi(A * A.T) * B.T)),
    ((trace(A) + 1) ** 2, trace(A) ** 2 + 2 * trace(A) + 1),
    (c * (x.T * A * x), (x.T * A.T * x) * c),
    (A - A, zeros("n", "n")),
    (vec(x), x),
    (A**3, A * A * A),
    (Number(Fraction(1, 3)) * A * 3, A),
]
UNEQUAL = [
    (trace(A * B * C), trace(A * C * B)),
    (A * B, B * A),
    (A, A.T),
    (trace(A * A), trace(A * A.T)),
    (trace(A) ** 2, trace(A * A)),
    (norm2(A * B), norm2(B * A)),
    (phi(A * B), phi(B * A)),
    (phi(2 * A), 2 * phi(A)),
    (phi(A), phi.derivative()(A)),
    (phi(zeros("n", "n")), zeros("n", "n")),
    (hadamard(A, A), A * A),
    (kronecker(A, B), kronecker(B, A)),
    (commutation("n", "n"), identity(dimension("n") * dimension("n"))),
    (trace(I), Number(Fraction(2))),
    (Size(dimension("n")), Size(dimension("m"))),
    (D * A, A * D),
    (trace(A * B * A.T * B), trace(A * B * B * A.T)),
    (diag(x), x * x.T),
    # All six products of two words each: equal for 1 by 1 matrices only.
    (trace(A * B) * trace(C), trace(A) * trace(B * C)),
]


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=str)
def test_equal_for_all_dimensions(left, right):
    assert is_equal(left, right)
    check_equal(left, right)


@pytest.mark.parametrize(("left", "right"), UNEQUAL, ids=str)
def test_near_misses_are_not_equal(left, right):
    assert not is_equal(left, right)
    with pytest.raises(EntrywiseError):
        check_equal(left, right)


def test_no_identity_of_a_fixed_size_is_claimed():
    # Cayley-Hamilton holds for 2 by 2 matrices and not for all sizes.
    cayley_hamilton = A * A - trace(A) * A + (trace(A) ** 2 - trace(A * A)) / 2 * I
    assert not is_equal(cayley_hamilton, zeros("n", "n"))
    M = matrix("M", 2, 2)
    fixed = M * M - trace(M) * M + (trace(M) ** 2 - trace(M * M)) / 2 * identity(2)
    check_equal(fixed, zeros(2, 2))
    assert not is_equal(fixed, zeros(2, 2)), "only sound for sizes that are numbers, as documented"


def test_contractions_that_no_word_can_hold_are_told_apart():
    def graph(edges):
        return contract([(canonical_form(A), list(edge)) for edge in edges], [])

    k4 = graph(["ab", "ac", "ad", "bc", "bd", "cd"])
    relabelled = graph(["wx", "wy", "wz", "xy", "xz", "yz"])
    with_a_cycle = graph(["ab", "ca", "ad", "bc", "bd", "cd"])
    assert k4 == relabelled
    assert k4 != with_a_cycle
    written = read_back(k4)
    assert isinstance(written, IndexSum)
    assert canonical_form(written) == k4


@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_numeric_sizes(size):
    M, v = matrix("M", size, size), vector("v", size)
    assert is_equal(trace(identity(size)), Number(Fraction(size)))
    assert is_equal(v.T * M * v, trace(M * v * v.T))
    check_equal(v.T * M * v, trace(M * v * v.T))


def test_one_by_one_matrices_are_scalars():
    s = matrix("s", 1, 1)
    assert s.is_scalar
    assert s.T is s
    assert is_equal(trace(s), s)
    assert is_equal(norm2(s), s**2)
    assert is_equal(s * X, X * s)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: X * W, "X*W: X is (m, n) but W is (m, k); did you mean X.T*W?"),
        (lambda: W * X, "W*X: W is (m, k) but X is (m, n); did you mean W.T*X?"),
        (lambda: X * X, "X*X: X is (m, n) but X is (m, n); did you mean X.T*X?"),
        (lambda: X + X.T, "X + X.T: X is (m, n) but X.T is (n, m); did you mean X?"),
        (lambda: X - W, "X - W: X is (m, n) but W is (m, k)"),
        (lambda: trace(X), "trace(X): X is (m, n), which is not square"),
        (lambda: inner(X, X.T), "inner(X, X.T): X is (m, n) but X.T is (n, m); did you mean inner(X, X)?"),
        (lambda: hadamard(X, W), "hadamard(X, W): X is (m, n) but W is (m, k)"),
        (lambda: diag(X), "diag(X): X is (m, n), neither a column nor square"),
        (lambda: X**2, "(X)**2: X is (m, n), which is not square"),
        (lambda: matrix("N", 0, "n"), "dimension: an index range must be at least 1, not 0"),
        (lambda: matrix("N", "m", "n", "diagonal"), "diagonal N: N is (m, n), which is not square"),
    ],
)
def test_shape_errors_name_operation_shapes_and_remedy(make, message):
    with pytest.raises(ShapeError) as caught:
        make()
    assert str(caught.value) == message


def test_floats_and_unknown_structures_are_refused():
    with pytest.raises(TypeError, match="Fraction"):
        _ = A * 0.5
    with pytest.raises(ValueError, match="structure"):
        matrix("A", "n", "n", "orthogonal")
    with pytest.raises(ValueError, match="nonnegative"):
        _ = trace(A) ** -1
    with pytest.raises(ShapeError, match="A is both"):
        symbols_of(trace(A) + trace(matrix("A", "m", "m")))
    with pytest.raises(ShapeError):
        is_equal(A, X)
    assert Dimension((2, "n")).value({"n": 3}) == 6
    assert isinstance(X, Symbol)


def test_same_bytes_under_any_hash_seed():
    program = (
        "from symbolic.matrix import *\n"
        "phi = ElementwiseFunction('phi'); U, V = matrix('U', 'd', 'k'), matrix('V', 'd', 'k')\n"
        "X, Y = matrix('X', 'd', 'n'), matrix('Y', 'd', 'n')\n"
        "f = trace(phi(U.T*X).T*phi(V.T*Y)) + norm2(U.T*V - V.T*U)\n"
        "print(derive(f, [U, V], hessian=True).to_json(), derive(f, [U], hessian=True).to_numpy())\n"
    )
    root = Path(__file__).resolve().parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000


def _partitions(count):
    """All ways to identify ``count`` slots, as lists of index numbers."""
    grown = [[]]
    for _ in range(count):
        grown = [[*p, i] for p in grown for i in range(max(p, default=-1) + 2)]
    return grown


@pytest.mark.parametrize("symbols", [(A, A, A), (A, A, B), (A, P, P), (A, B, x)], ids=str)
def test_every_contraction_of_three_nodes_has_one_form_and_its_own(symbols):
    # All graphs of three nodes: equal forms exactly where random integer matrices give equal values. The size is at
    # least the number of indices, so by the theorem of the module different forms are different polynomials.
    rng = np.random.default_rng(6)
    size = 6
    values = {s.name: rng.integers(-30, 30, size=(size, size if s is not x else 1)) for s in (A, B, P, x)}
    values["P"] = values["P"] + values["P"].T
    slots = [1 if s is x else 2 for s in symbols]
    forms, numbers = {}, {}
    for partition in _partitions(sum(slots)):
        names = ["abcdef"[i] for i in partition]
        at = iter(names)
        legs = [[next(at) for _ in range(count)] for count in slots]
        form = contract([(canonical_form(s), leg) for s, leg in zip(symbols, legs, strict=True)], [])
        operands = [values[s.name].astype(np.int64).reshape((size,) * c) for s, c in zip(symbols, slots, strict=True)]
        number = int(np.einsum(",".join("".join(leg) for leg in legs) + "->", *operands))
        assert forms.setdefault(form, number) == number, "unsound: one form, two values"
        numbers.setdefault(number, form)
    assert len(numbers) == len(forms), "two forms for one polynomial"
