"""Balls of eigenvalues contain them, repeated ones too; jumps are told from kinks."""

import numpy as np
import pytest
from flint import arb, arb_mat, fmpq

from claims.grammar import parse_activation
from numeric.enclosures.balls import working_bits
from numeric.enclosures.continuity import DiscontinuousError, refuse_jumps
from numeric.enclosures.symmetric_eigenvalues import NotSymmetricError, enclose_symmetric_eigenvalues


def with_spectrum(eigenvalues, seed):
    """Return a rational symmetric matrix with exactly these eigenvalues: QDQᵀ, Q the Cayley transform of a skew one."""
    rng = np.random.default_rng(seed)
    size = len(eigenvalues)
    upper = np.triu(rng.integers(-3, 4, (size, size)), 1)
    skew = upper - upper.T
    one = arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    S = arb_mat(size, size, [int(v) for v in skew.ravel()])
    Q = (one - S) * (one + S).inv()
    D = arb_mat(size, size, [eigenvalues[i] if i == j else 0 for i in range(size) for j in range(size)])
    return Q * D * Q.transpose()


@pytest.mark.parametrize(
    "eigenvalues",
    [
        [5],
        [0, 0],
        [2, 2, 2],
        [0, 0, 7],
        [-1, 3, 3],
        [1, 1 + fmpq(1, 10**30), 4],
        [-4, -4, 0, 0, 9],
        [fmpq(1, 10**40), 1],
    ],
)
@pytest.mark.parametrize("bits", [64, 300])
def test_every_ball_contains_its_eigenvalue(eigenvalues, bits):
    with working_bits(bits):
        exact = [arb(v) for v in eigenvalues]
        balls = enclose_symmetric_eigenvalues(with_spectrum(exact, len(eigenvalues)))
        assert len(balls) == len(exact)
        for ball, value in zip(balls, exact, strict=True):
            assert ball.overlaps(value)
            assert ball.rad() < arb(2) ** (24 - bits)


def test_a_different_number_is_outside():
    with working_bits(200):
        balls = enclose_symmetric_eigenvalues(with_spectrum([arb(1), arb(1), arb(2)], 4))
        assert not balls[1].overlaps(arb(1) + arb(10) ** -20)


def test_wide_balls_stay_balls_of_every_matrix_within():
    """[[0, ±1], [±1, 0]] holds matrices with eigenvalues ±t for all 0 ≤ t ≤ 1."""
    wide = arb(0, 1)
    low, high = enclose_symmetric_eigenvalues(arb_mat([[0, wide], [wide, 0]]))
    for t in (0, 0.5, 1):
        assert low.overlaps(arb(-t))
        assert high.overlaps(arb(t))


@pytest.mark.parametrize("rows", [[[1, 2]], [[1, 2], [3, 1]]])
def test_what_is_not_symmetric_is_refused(rows):
    with pytest.raises(NotSymmetricError):
        enclose_symmetric_eigenvalues(arb_mat(rows))


@pytest.mark.parametrize(
    ("text", "breaks"),
    [("tanh(z)", 0), ("relu", 1), ("z*sign(z)", 1), ("relu(z**2 - 2)", 2), ("elu", 1), ("heaviside(z - 1)*(z - 1)", 1)],
)
def test_continuous_functions_pass(text, breaks):
    assert refuse_jumps(parse_activation(text).tree) == breaks


@pytest.mark.parametrize(
    "text", ["sign(z)", "heaviside(z)", "z + sign(z**2 - 2)", "heaviside(z)*exp(z)", "relu(sign(z))"]
)
def test_jumps_are_refused(text):
    with pytest.raises(DiscontinuousError, match="jumps near z = "):
        refuse_jumps(parse_activation(text).tree)
