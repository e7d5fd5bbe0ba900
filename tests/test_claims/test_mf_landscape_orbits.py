"""The claims of mf-landscape up to the dichotomy of critical points, and the checkers they rest on."""

from dataclasses import replace

import pytest
from flint import fmpq, fmpq_mat

from claims.checkers.citation import cite
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, decide_matrix_identity, value_of
from claims.evidence import CheckFailedError, checking
from claims.ledger import dependencies
from claims.papers.mf_landscape.canonical_notation import CASES, ORTHONORMAL, canonical_instances
from claims.papers.mf_landscape.notation import free_instances, line_coefficients, small
from claims.registry import get_claim
from claims.statement import Statement
from claims.verdict import verdict_of
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import gradient_by_differences, hessian_by_differences, objective
from symbolic.matrix.operations import hadamard, inner, norm2, trace
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity, matrix, scalar

PROVED = [
    "section-2.gradient",
    "equation-1",
    "section-2.strict-saddle",
    "equation-3",
    "section-2.1.svd-solution",
    "equation-4",
    "equation-5",
    "equation-6",
    "equation-7",
    "equation-8",
    "equation-9",
    "lemma-3.1.a",
    "lemma-3.1.b",
    "lemma-3.1.c",
    "lemma-3.1.d",
    "theorem-3.1.a",
    "theorem-3.1.b",
    "theorem-3.1.c",
    "equation-10",
    "equation-11",
    "lemma-3.2.a",
    "lemma-3.2.b",
    "equation-13",
    "theorem-3.2.forward",
    "theorem-3.2.value",
    "theorem-3.2.converse",
    "equation-14",
    "equation-15",
    "equation-16",
    "equation-18",
    "section-3.2.maximal",
    "section-3.2.saddles",
]
REFUTED = [
    "equation-2",
    "section-2.classification",
    "section-2.1.residual",
    "figure-1",
    "equation-12",
    "equation-17",
    "lemma-3.3",
    "section-3.2.wlog",
    "theorem-3.1.proof",
    "theorem-3.2.proof",
    "lemma-3.3.proof",
]
SUPPORT = ["eckart-young", "spectral-theorem"]
CORRECTED = [
    f"{id_}.corrected" for id_ in REFUTED if id_ not in ("theorem-3.1.proof", "theorem-3.2.proof", "lemma-3.3.proof")
]
STATEMENT = Statement("mf-landscape:test", "fact", "Test", "$1 = 1$")
W, S, X = matrix("W", "m", "k"), matrix("S", "k", "n"), matrix("X", "m", "n")


def claim(id_):
    return get_claim(f"mf-landscape:{id_}")


@pytest.mark.parametrize("id_", PROVED + CORRECTED)
def test_true_statements_are_proved_for_all_dimensions(id_):
    verdict = claim(id_).verdict
    assert (verdict.status, verdict.scope) == ("proved", "all")
    assert claim(id_).erratum is None


@pytest.mark.parametrize("id_", REFUTED)
def test_false_statements_are_refuted_and_point_to_a_proved_form(id_):
    assert claim(id_).verdict.status == "refuted"
    corrected = get_claim(claim(id_).erratum.corrected_by)
    assert corrected.verdict.status == "proved"


@pytest.mark.parametrize("id_", PROVED + REFUTED + CORRECTED + SUPPORT)
def test_at_least_two_mutants_die(id_):
    outcome = claim(id_).outcome
    assert len(outcome.mutants) >= 2
    assert [m.description for m in outcome.mutants if not m.killed] == []


@pytest.mark.parametrize("id_", PROVED + CORRECTED)
def test_mutants_are_killed_by_an_exact_witness(id_):
    for mutant in claim(id_).mutants:
        verdict = replace(claim(id_), function=mutant.function, mutants=[]).run().verdict
        assert verdict.status == "refuted", mutant.description


def test_only_the_spectral_theorem_is_cited_and_only_where_an_eigenbasis_is_made():
    assert claim("spectral-theorem").verdict.status == "cited"
    resting = [id_ for id_ in PROVED + CORRECTED if "mf-landscape:spectral-theorem" in dependencies([claim(id_)])]
    assert resting == ["equation-10", "equation-11", "theorem-3.2.converse", "equation-18", "figure-1.corrected"]


# The witnesses, evaluated again by hand and by code that shares nothing with the claims.


def test_equation_2_witness():
    zero, one = small(1, 1, 0), small(1, 1, 1)
    assert objective(one, one, one) == 0
    assert objective(zero, zero, one) + fmpq(1, 2) * (-2) == fmpq(-1, 2)


def test_classification_witness_is_an_invertible_indefinite_hessian():
    H = hessian_by_differences(small(1, 1, 0), small(1, 1, 0), small(1, 1, 1))
    assert H[0, 0] == 0
    assert H.det() == -1


def test_residual_witness():
    assert gradient_by_differences(small(1, 1, 1), small(1, 1, 1), small(1, 1, 2)) == [-1, -1]


def test_lemma_3_3_witness_both_points_critical_and_of_different_rank():
    X_, W_ = small(2, 3, 1, 0, 0, 0, 0, 0), small(2, 2, 0, 0, 1, 0)
    with_c, without = small(2, 3, 0, 0, 0, 0, 1, 0), small(2, 3, 0, 0, 0, 0, 0, 0)
    for S_ in (with_c, without):
        assert set(gradient_by_differences(W_, S_, X_)) == {fmpq(0)}
    assert (with_c.rank(), without.rank()) == (1, 0)


def test_spectrum_changes_on_the_whole_orbit():
    polys = [
        hessian_by_differences(small(1, 1, w), fmpq_mat(1, 1, [fmpq(3, w)]), small(1, 1, 3)).charpoly() for w in (1, 2)
    ]
    assert polys[0] != polys[1]


def test_svd_solution_needs_the_order():
    X_ = small(2, 2, 1, 0, 0, 2)
    assert objective(small(2, 1, 1, 0), small(1, 2, 1, 0), X_) == 2
    assert objective(small(2, 1, 0, 1), small(1, 2, 0, 2), X_) == fmpq(1, 2)


@pytest.mark.parametrize("s", [1, 3, 10])
def test_no_uniform_bound_on_an_orbit_of_strict_saddles(s):
    H = hessian_by_differences(small(1, 1, 0), small(1, 2, 0, s), small(1, 2, 1, 0))
    assert inertia(H).negative == 1
    eye = fmpq_mat(3, 3, [int(i == j) for i in range(3) for j in range(3)])
    assert inertia(H + eye * fmpq(1, s * s)).negative == 0


# The instances inhabit every degenerate kind.


def test_canonical_instances_are_of_every_kind():
    made = list(canonical_instances()())
    assert len(made) == len(CASES)
    sizes = [at.sizes for at in made]
    assert {(s["m"] > s["n"]) - (s["m"] < s["n"]) for s in sizes} == {-1, 0, 1}
    assert any(s["q"] == 0 for s in sizes)
    assert any(s["q"] == s["k"] for s in sizes)
    assert any(s["k"] > s["q"] + s["p"] for s in sizes)
    assert any(s["p"] == 0 for s in sizes)
    singular = [at for at in made if any(at["Lambda"][i, i] == 0 for i in range(at.sizes["q"]))]
    assert len(singular) >= 3
    assert all(set(gradient_by_differences(at["W"], at["S"], at["X"])) == {fmpq(0)} for at in made)


def test_line_coefficients_interpolate_the_quartic():
    one = small(1, 1, 1)
    at = MatrixInstance({"m": 1, "n": 1, "k": 1}, {"X": one, "W": one * 0, "S": one * 0, "G": one, "H": one})
    assert line_coefficients(at) == [fmpq(1, 2), 0, -1, 0, fmpq(1, 2)]


# The checkers refuse what they should.


def settled(identity_, instances):
    with checking(STATEMENT):
        return decide_matrix_identity(identity_, instances)


PLAIN = free_instances([W, S, X])


def test_an_identity_is_proved_without_relations_and_derived_with_them():
    assert settled(MatrixIdentity((W * S).T, S.T * W.T), PLAIN()).kind == "Identity"
    U = matrix("U", "m", "k")
    frame = MatrixInstance({"m": 3, "k": 2}, {"U": small(3, 2, 1, 0, 0, 1, 0, 0)})
    relation = Relation(U.T * U, identity("k"))
    evidence = settled(MatrixIdentity(U * U.T * U, U, (relation,)), [frame])
    assert (evidence.kind, evidence.scope) == ("Derivation", "all")


def test_a_false_identity_has_an_exact_witness():
    with checking(STATEMENT):
        evidence = decide_matrix_identity(MatrixIdentity(norm2(W * S), norm2(W) * norm2(S)), PLAIN())
        assert verdict_of(STATEMENT, [evidence]).status == "refuted"
    assert evidence.data["left"] != evidence.data["right"]


def test_an_instance_that_violates_a_hypothesis_is_refused():
    U = matrix("U", "m", "k")
    wrong = MatrixInstance({"m": 3, "k": 2}, {"U": small(3, 2, 1, 1, 0, 1, 0, 0)})
    relation = Relation(U.T * U, identity("k"))
    with pytest.raises(CheckFailedError, match="violates the hypothesis"):
        settled(MatrixIdentity(U * U.T * U, U, (relation,)), [wrong])


def test_square_instances_alone_are_refused():
    square = free_instances([W, S, X], sizes=[(2, 2, 2), (1, 1, 1)])
    with pytest.raises(CheckFailedError, match="different numbers"):
        settled(MatrixIdentity(W * S + X, X + W * S), square())
    with pytest.raises(CheckFailedError, match="different numbers"):
        settled(MatrixIdentity(W * S + X, X + W * S), [])


def test_an_identity_that_no_instance_refutes_is_not_proved_by_that():
    zero = MatrixInstance({"m": 2, "n": 3, "k": 4}, {"W": small(2, 4, *[0] * 8), "S": small(4, 3, *[0] * 12)})
    with pytest.raises(CheckFailedError, match="no instance tried shows it"):
        settled(MatrixIdentity(W * S, 2 * (W * S)), [zero])


def test_a_formula_that_is_not_what_it_stands_for_is_refused():
    with pytest.raises(CheckFailedError, match="not what it stands for"):
        settled(MatrixIdentity(W * S, W * S, left_value=lambda at: at["X"]), PLAIN())


def test_evaluation_covers_scalars_traces_powers_and_empty_matrices():
    t = scalar("t")
    at = MatrixInstance(
        {"m": 2, "n": 3, "k": 0},
        {"W": fmpq_mat(2, 0), "S": fmpq_mat(0, 3), "X": small(2, 3, 1, 2, 3, 4, 5, 6), "t": small(1, 1, 5)},
    )
    assert value_of(W * S, at) == small(2, 3, *[0] * 6)
    assert value_of(trace(W.T * W) + 3, at) == small(1, 1, 3)
    assert value_of(t**2 * trace(X * X.T) - inner(X, X), at) == small(1, 1, 24 * 91)
    with pytest.raises(CheckFailedError, match="no exact evaluation"):
        value_of(hadamard(X, X), at)


def test_a_citation_is_tried_at_its_instances():
    at = MatrixInstance({}, {"M": small(1, 1, 1)})
    with checking(STATEMENT):
        assert cite("x", "y", lambda _: True, [at]).kind == "Citation"
        assert cite("x", "y", lambda _: False, [at]).kind == "Witness"
        with pytest.raises(CheckFailedError, match="no instance"):
            cite("x", "y", lambda _: True, [])


def test_hypotheses_of_a_selection_are_needed():
    U, U1 = matrix("Ubar", "m", "q"), matrix("U_1", "m", "p")
    cross = MatrixIdentity(norm2(U.T * U1), norm2(U) - norm2(U), ORTHONORMAL[:4])
    with pytest.raises(CheckFailedError, match="no instance tried separates"):
        settled(cross, canonical_instances()())
