"""The claims of `chain-rules`: complete, every mutant dead, witnesses tried again by hand."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from flint import fmpq

from claims.checkers.decisions import decide_question
from claims.checkers.polytopes import decide_polytopes
from claims.checkers.preimages import decide_preimages
from claims.checkers.smt import is_installed, signs_reachable, target_reachable
from claims.evidence import CheckFailedError
from claims.papers.chain_rules.exact_factorization import configuration
from claims.papers.chain_rules.machine import Tower, hits, in_boxes
from claims.papers.chain_rules.neural_models import AlternatingGmf
from claims.papers.chain_rules.tensors import corner_ray
from claims.registry import get_claim, select
from claims.sampling import Sampling, sampling
from symbolic.local_surjection.criteria import (
    decide_machine,
    decide_weighted,
    factorization_deficit,
    rank_configurations,
)
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, checked_point

VERDICTS = {
    "proved": """section-1.multilinear-jacobian equation-1 equation-3 proposition-3.2 proposition-3.2.best-radius
        remark-3.5 theorem-3.6.a theorem-3.6.b theorem-3.6.exact theorem-3.6.everywhere equation-7 remark-3.8
        section-3.2.phase-transition example-3.10 corollary-3.11 equation-8.corrected section-3.2.comparison
        footnote-4         theorem-3.12.a theorem-3.12.b theorem-3.12.everywhere equation-11 equation-12
        equation-13 equation-14 equation-15
        section-3.3.qualification-16 example-3.15 example-3.15.open-orthant corollary-3.16 proposition-3.17
        proposition-3.18.rescaling proposition-3.18.corrected proposition-3.18.necessary section-3.4.higher-order
        section-3.4.threshold lemma-3.24 section-4.symmetric""",
    "proved-fixed": "definition-2.2 footnote-2 example-3.9 section-3.5.3",
    "refuted": """equation-8 proposition-3.18 proposition-3.18.general-position corollary-3.23
        section-4.dense-relaxation""",
    "cited": """definition-2.1 section-2.2.inclusion section-2.2.suffices section-2.2.exact footnote-2.limiting
        example-3.1 corollary-3.3 corollary-3.4 corollary-3.7 corollary-3.13 corollary-3.14 fact-3.19 lemma-3.20
        lemma-3.21 corollary-3.22 corollary-3.23.corrected section-3.5.4 section-4.dense-relaxation.corrected""",
}
EXPECTED = {name: verdict for verdict, names in VERDICTS.items() for name in names.split()}


def test_every_statement_has_its_claim():
    assert sorted(c.statement.local_id for c in select(["chain-rules"])) == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_verdict_and_mutants(name):
    claim = get_claim(f"chain-rules:{name}")
    outcome = claim.outcome
    assert outcome.verdict.status == EXPECTED[name]
    assert len(outcome.mutants) >= 2
    assert [m.description for m in outcome.mutants if not m.killed] == []
    assert (claim.erratum is not None) == (EXPECTED[name] == "refuted" or name == "footnote-2")
    if claim.erratum is not None:
        assert claim.erratum.corrected_by in {c.id for c in select(["chain-rules"])}


def test_witness_of_equation_8_by_hand():
    (witness,) = get_claim("chain-rules:equation-8").outcome.evidence
    assert witness.data["instance"] == {
        "map": "MatrixFactorization(m=1, n=1, d=1)",
        "point": [[["0"]], [["1"]]],
    }
    # xy near (0, 1): for |v| < 1 the point (v, 1) has value v, at distance |v|; but the ranks are 0 and 1.


def test_witness_of_proposition_3_18_by_hand():
    """ξ_l for l = (a, b) is entry (a, b) up to errors of 3/100·Σ|ξ|; so nine errors cannot make up a nonzero ξ."""
    ray = corner_ray(2, 5, 9)
    assert ray.is_missed
    assert ray.place.map_.d == 2 + 5 + 2
    t = ray.t
    assert 9 * (2 * t + t * t) < 1
    _, Y, Z = ray.place.point
    pairs = [(a, b) for a, b in product(range(2), range(5)) if (a, b) != (1, 4)]
    assert [[(Y[l, 0], Y[l, 1]), [Z[l, b] for b in range(5)]] for l in range(9)] == [
        [(int(a == 0), int(a == 1)), [int(b == j) for j in range(5)]] for a, b in pairs
    ]


def test_witness_of_corollary_3_23_by_hand():
    instance = AlternatingGmf(2, 5)
    c = instance.composite
    assert c.map_.d == 2 + 5 + 2
    h, P, Q = c.point
    assert all(v == 0 for v in h.entries())
    # All p_l q_lᵀ have sum zero and are independent, so near h = 0 the entries cannot all be positive.
    assert all(sum(P[l, i] * Q[l, j] for i in range(2) for j in range(5)) == 0 for l in range(9))
    rows = [[P[l, i] * Q[l, j] for l in range(9)] for i in range(2) for j in range(5)]
    pulled = [c.weights[k] * sum(row[:5]) for k, row in enumerate(rows)]
    assert pulled == [1] * 10
    values = [sum(s * v for s, v in zip(signs, pulled, strict=True)) for signs in product((1, -1), repeat=10)]
    assert sorted(values)[-2:] == [8, 10]


def test_decisions_at_points():
    machine = FactorizationMachine(3, 1)
    assert decide_machine(machine, checked_point(machine, [[[0, 0, 0]]])) == "not open"
    assert decide_machine(machine, checked_point(machine, [[[1, 1, 1]]])) == "open"
    assert (
        decide_machine(FactorizationMachine(3, 2), checked_point(FactorizationMachine(3, 2), [[[0] * 3] * 2])) == "open"
    )
    assert decide_weighted(corner_ray(2, 5, 9).place.map_, corner_ray(2, 5, 9).place.point) == "not open"
    assert decide_weighted(corner_ray(2, 5, 10).place.map_, corner_ray(2, 5, 10).place.point) == "open"


needs_z3 = pytest.mark.skipif(not is_installed(), reason="z3 is not installed")


@needs_z3
@pytest.mark.parametrize(
    ("map_", "signs", "answer"),
    [
        (MatrixFactorization(2, 2, 1), (1, 1, 1, -1), "unreachable"),
        (MatrixFactorization(2, 2, 1), (1, 1, 1, 1), "reachable"),
        (MatrixFactorization(2, 2, 2), (1, 1, 1, -1), "reachable"),
        (MatrixFactorization(3, 3, 2), (None, 1, 1, None, 1, -1, 1, 0, 0), "unreachable"),
        (MatrixFactorization(3, 3, 3), (None, 1, 1, None, 1, -1, 1, 0, 0), "reachable"),
        (FactorizationMachine(3, 1), (1, 1, 0), "unreachable"),
        (FactorizationMachine(4, 2), (1, 1, 1, 0, 0, 0), "unreachable"),
        (FactorizationMachine(4, 2), (-1,) * 6, "unreachable"),
        (FactorizationMachine(4, 3), (-1,) * 6, "reachable"),
    ],
)
def test_second_opinion_on_sign_patterns(map_, signs, answer):
    assert signs_reachable(map_, signs, seconds=20) == answer


@needs_z3
def test_second_opinion_on_the_exact_criterion():
    """Adding 1/1000 on a full last block: z3 finds a point within 1/5 exactly where the criterion holds."""
    for m, n, d in [(1, 1, 1), (1, 2, 1), (1, 2, 2), (2, 2, 1), (2, 2, 2), (2, 2, 3), (2, 3, 3)]:
        for p, q, r in rank_configurations(m, n, d):
            place = configuration(m, n, d, (p, q, r))
            target = list(place.map_.value(place.point))
            for k in range(min(m - p, n - q)):
                target[(p + k) * n + q + k] += fmpq(1, 1000)
            answer = target_reachable(place.map_, place.point, target, fmpq(1, 5), seconds=20)
            assert answer == ("reachable" if factorization_deficit(m, n, d, (p, q, r)) >= 0 else "unreachable")


@needs_z3
def test_time_out_is_undecided():
    hard = FactorizationMachine(7, 5)
    assert signs_reachable(hard, (-1,) * 21, seconds=0.001) == "undecided"
    with pytest.raises(ValueError, match="21 outputs"):
        signs_reachable(hard, (1,))


def test_claims_do_not_need_z3_and_do_not_depend_on_the_hash_seed():
    script = (
        "import json, sys; sys.modules['z3'] = None\n"
        "from claims.registry import get_claim\n"
        "from claims.rendering.record import claim_record\n"
        "ids = ["
        "'example-3.15', 'proposition-3.18', 'corollary-3.23', 'theorem-3.12.b', 'corollary-3.14', 'equation-8']\n"
        "print(json.dumps([claim_record(get_claim('chain-rules:' + i)) for i in ids], ensure_ascii=False))\n"
    )
    root = Path(__file__).resolve().parents[2]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert [row["mutants"]["tried"] for row in json.loads(outputs[0])] == [2, 2, 2, 2, 2, 2]


def test_another_seed_gives_the_same_verdicts():
    for name in ("theorem-3.6.a", "theorem-3.12.b", "equation-13", "corollary-3.14", "proposition-3.18.corrected"):
        claim = get_claim(f"chain-rules:{name}")
        with sampling(Sampling(seed=12345)):
            outcome = claim.run()
        assert outcome.verdict.status == EXPECTED[name]
        assert outcome.killed == len(outcome.mutants)


def test_radius_printed_for_the_machine_is_kept_at_the_worst_corner():
    corner = Tower(6, (fmpq(-1, 32),) * 15, (fmpq(1),) * 15)
    assert in_boxes(corner)
    assert hits(corner)
    assert not in_boxes(Tower(6, (fmpq(-1, 31),) * 15, (fmpq(1),) * 15))


def test_checker_refuses_an_empty_list():
    for call in (
        lambda: decide_question("?", bool, bool, [], ""),
        lambda: decide_polytopes(bool, bool, [], ""),
        lambda: decide_preimages(bool, [], ""),
    ):
        with pytest.raises(CheckFailedError):
            call()
