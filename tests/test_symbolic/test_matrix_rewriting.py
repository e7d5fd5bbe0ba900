"""Identities modulo side relations: what follows, what does not, and relations that cannot be used."""

from fractions import Fraction

import pytest

from symbolic.derivation import Derivation, StepError
from symbolic.matrix.canonical import is_equal
from symbolic.matrix.dimensions import ShapeError
from symbolic.matrix.expression import Number
from symbolic.matrix.operations import ElementwiseFunction, norm2, trace
from symbolic.matrix.proving import Unproved, modulo, prove_equal
from symbolic.matrix.rewriting import Relation, RelationError, rewrite
from symbolic.matrix.symbols import identity, matrix, ones, vector, zeros

X, U, V = matrix("X", "m", "n"), matrix("U", "m", "k"), matrix("V", "n", "k")
D, E = matrix("D", "k", "k", "diagonal"), matrix("E", "k", "k", "diagonal")
A, B, P = matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("P", "n", "n", "symmetric")
K = matrix("K", "k", "n")
I_k, I_n = identity("k"), identity("n")
ORTHONORMAL = [Relation(U.T * U, I_k), Relation(V.T * V, I_k)]
SINGULAR = [*ORTHONORMAL, Relation(X * V, U * D), Relation(X.T * U, V * D)]
PROJECTOR = [Relation(P * P, P)]


@pytest.mark.parametrize(
    ("left", "right", "relations"),
    [
        (U * U.T * U * U.T, U * U.T, ORTHONORMAL),
        (trace(U * U.T), trace(I_k), ORTHONORMAL),
        (norm2(U * K), norm2(K), ORTHONORMAL),
        (X * X.T * U, U * D * D, SINGULAR),
        (norm2(X - U * D * V.T), norm2(X) - trace(D * D), SINGULAR),
        (U.T * X, D * V.T, SINGULAR),
        (D * E, E * D, []),
        (trace((I_n - P) ** 3), trace(I_n) - trace(P), PROJECTOR),
        ((I_n - P) * P, zeros("n", "n"), PROJECTOR),
        (X * X.T * U * D, U * D * E, [Relation(X * X.T * U, U * E)]),
        (D * D * D * E * D, D * E, [Relation(D * D, D)]),
    ],
    ids=str,
)
def test_identities_that_follow(left, right, relations):
    proof = prove_equal(left, right, relations)
    assert isinstance(proof, Derivation)
    assert proof.start == left
    assert is_equal(proof.result, right)
    assert proof.recheck()


@pytest.mark.parametrize(
    ("left", "right", "relations"),
    [
        (U * U.T, identity("m"), ORTHONORMAL),
        (norm2(X - U * D * V.T), norm2(X) + trace(D * D), SINGULAR),
        (X * X.T * U, U * D, SINGULAR),
        (P * A * P, A * P, PROJECTOR),
        (trace(A * B), trace(A) * trace(B), []),
        (trace(I_n - P), trace(I_n), PROJECTOR),
    ],
    ids=str,
)
def test_near_misses_get_a_counterexample(left, right, relations):
    found = prove_equal(left, right, relations)
    assert isinstance(found, Unproved)
    assert found.counterexample is not None
    assert found.counterexample.left != found.counterexample.right
    assert found.tried > 0


def test_a_consequence_that_rewriting_misses_is_unproved_and_not_refuted():
    # From U.T*U = I for a square U follows U*U.T = I, but by counting dimensions, not by rewriting.
    Q = matrix("Q", "n", "n")
    found = prove_equal(Q * Q.T, I_n, [Relation(Q.T * Q, I_n)])
    assert isinstance(found, Unproved)
    assert found.counterexample is None
    assert found.tried > 10


def test_rewriting_reaches_into_functions_and_scalars():
    phi, u = ElementwiseFunction("phi"), vector("u", "n")
    assert is_equal(rewrite(phi(P * P * A), PROJECTOR), phi(P * A))
    unit = [Relation(u.T * u, Number(Fraction(1)))]
    assert is_equal(rewrite((u * u.T) ** 4 * A, unit), u * u.T * A)
    assert is_equal(rewrite((u.T * u) ** 2 * A, unit), A)


@pytest.mark.parametrize(
    ("left", "right", "cause"),
    [
        (A * B, B * A, "rewriting need not end"),
        (A, A, "both sides are the same"),
        (ElementwiseFunction("phi")(A), A, "opaque functions"),
        (vector("u", "n") * ones("n").T, zeros("n", "n"), "meets no factor"),
        (trace(I_n), Number(Fraction(3)), "rewriting need not end"),
    ],
)
def test_relations_that_cannot_be_used(left, right, cause):
    with pytest.raises(RelationError, match=cause):
        Relation(left, right)


def test_relations_are_typed_and_steps_by_them_checked():
    with pytest.raises(ShapeError):
        Relation(U.T * U, I_n)
    with pytest.raises(StepError):
        Derivation(U * U.T).then(identity("m"), modulo(ORTHONORMAL[0]))
