"""`lemmata curvature`: λ_min against Hessians assembled in other ways, the shape of the answer, and refusals."""

import functools
import json
import time
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from scipy.special import expit, ndtr

from claims.cli import run
from claims.commands.curvature import curvature_text
from claims.curvature_report import NotDifferentiableError, curvature_report
from claims.curvature_spectrum import Part, least_eigenvalue
from claims.curvature_values import MomentValues, key
from claims.grammar import parse_activation
from claims.registry import get_claim
from numeric.enclosures.balls import working_bits
from numeric.nimc.certified_hessian import certify_least_eigenvalue, enclose_population_hessian
from numeric.population.polynomial_activation import PolynomialActivation, population_terms
from symbolic.population.orthonormal_blocks import OrthonormalBlock, SizeError


def density(z):
    return np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


FUNCTIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky_relu(1/10)": (lambda z: np.where(z > 0, z, z / 10), lambda z: np.where(z > 0, 1, 0.1)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sigmoid": (expit, lambda z: expit(z) * expit(-z)),
    "sin(z)": (np.sin, np.cos),
    "softplus": (lambda z: np.logaddexp(0, z), expit),
    "gelu": (lambda z: z * ndtr(z), lambda z: ndtr(z) + z * density(z)),
    "z+z**2": (lambda z: z + z * z, lambda z: 1 + 2 * z),
    "1+z": (lambda z: 1 + z, np.ones_like),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), lambda z: np.exp(np.minimum(z, 0))),
    "abs(z)": (np.abs, np.sign),
    "sqrt(1+z**2)": (lambda z: np.sqrt(1 + z * z), lambda z: z / np.sqrt(1 + z * z)),
}


def assembled(activation, k, d):
    """Return H* at U* = V* = the first k columns of I_d, by quadrature over all of x: no factorization, no Stein."""
    phi, slope = FUNCTIONS[activation]
    nodes, weights = np.polynomial.legendre.leggauss(36)
    line = np.concatenate([9 * (nodes - 1) / 2, 9 * (nodes + 1) / 2])  # split at the kink
    mass = np.concatenate([weights, weights]) * 4.5 * density(line)
    x = np.array([axis.ravel() for axis in np.meshgrid(*[line] * d, indexing="ij")])
    w = np.prod([axis.ravel() for axis in np.meshgrid(*[mass] * d, indexing="ij")], axis=0)
    features = np.array([slope(x[i]) * x[p] for i in range(k) for p in range(d)])
    values = np.array([phi(x[i]) for i in range(k)])
    own = (features * w) @ features.T * np.kron((values * w) @ values.T, np.ones((d, d)))
    mixed = ((features * w) @ values.T).reshape(k, d, k)  # E[phi'(x_i) x_p phi(x_j)]
    cross = np.einsum("ipj,jqi->ipjq", mixed, mixed).reshape(k * d, k * d)
    return np.block([[own, cross], [cross.T, own]])


@functools.cache
def cached(activation, k, d=None):
    return curvature_report(activation, k, d)


def shapes(report):
    return {shape["shape"]: shape for shape in report["shapes"]}


def as_ball(line):
    return arb(line["mid"]) + arb(0, line["rad"])


@pytest.mark.parametrize(
    ("activation", "k", "d"),
    [
        *((activation, 1, 2) for activation in ("relu", "sigmoid", "z+z**2")),
        *((activation, 2, 3) for activation in FUNCTIONS),
        *((activation, 3, 3) for activation in FUNCTIONS if activation not in {"gelu", "elu", "sqrt(1+z**2)"}),
    ],
)
def test_the_spectrum_agrees_with_quadrature_over_all_coordinates(activation, k, d):
    (shape,) = curvature_report(activation, k, d)["shapes"]
    found = np.linalg.eigvalsh(assembled(activation, k, d))
    scale = found[-1]
    assert abs(found[0] - float(shape["lambda_min"]["mid"])) < 1e-9 * scale
    assert np.sum(np.abs(found) < 1e-9 * scale) == shape["nullity"]
    attained = sum(place["multiplicity"] for place in shape["attained"])
    assert np.sum(np.abs(found - found[0]) < 1e-9 * scale) == attained
    if "least_positive" in shape:
        positive = found[found > 1e-9 * scale]
        assert abs(positive[0] - float(shape["least_positive"]["mid"])) < 1e-9 * scale
        count = sum(place["multiplicity"] for place in shape["least_positive_attained"])
        assert np.sum(np.abs(positive - positive[0]) < 1e-9 * scale) == count


def assert_overlap(value, least):
    """Both enclose λ_min, so they meet; both are narrow, so meeting means something."""
    assert least.lower.lower() <= value.upper()
    assert value.lower() <= least.upper.upper()
    assert value.rad() + (least.upper - least.lower).upper() < arb(10) ** -11


@pytest.mark.parametrize("d_is", ["k", "k + 1"])
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_lambda_min_lies_between_the_certified_bounds_of_the_assembled_hessian(activation, k, d_is):
    d = k if d_is == "k" else k + 1
    weights = np.array([[Fraction(int(i == j)) for j in range(k)] for i in range(d)], dtype=object)
    least = certify_least_eigenvalue(enclose_population_hessian(activation, weights, weights, terms=8))
    (shape,) = curvature_report(activation, k, d, digits=20)["shapes"]
    with working_bits(200):
        value = as_ball(shape["lambda_min"])
        assert_overlap(value, least)


def test_weights_of_another_length_by_scaling_the_argument():
    """φ(sz) and division by s², as the help says, against the Hessian assembled at weights of length s = 2."""
    weights = np.array([[Fraction(2 * int(i == j)) for j in range(2)] for i in range(2)], dtype=object)
    least = certify_least_eigenvalue(enclose_population_hessian("tanh", weights, weights, terms=8))
    with working_bits(200):
        value = as_ball(curvature_report("tanh(2*z)", 2, 2, digits=20)["shapes"][0]["lambda_min"]) / 4
        assert_overlap(value, least)


@pytest.mark.parametrize(
    ("activation", "k", "mid"),
    [
        ("tanh", 1, "0.0094586286"),
        ("tanh", 7, "0.0094586286"),
        ("sigmoid", 1, "0.0059817571"),
        ("sigmoid", 2, "0.00074099299"),
        ("sigmoid", 3, "0.00065833166"),
    ],
)
def test_where_rho_is_the_least_eigenvalue(activation, k, mid):
    """For tanh at every k; for sigmoid from k = 3 on, and strictly above before."""
    report = curvature_report(activation, k)
    line = report["shapes"][0]["lambda_min"]
    assert line["mid"].startswith(mid)
    assert report["beta_11_is_zero"] is True
    assert report["rho"]["is_lower_bound"] is True
    assert (line["mid"] == report["rho"]["mid"]) == (activation == "tanh" or k >= 3)
    assert report["every_k"]["attained_from_k"] == {"tanh": 1, "sigmoid": 3}[activation]


def test_for_relu_rho_is_negative_and_the_hessian_singular_but_not_indefinite():
    report = curvature_report("relu", 3, 5)
    (shape,) = report["shapes"]
    assert report["rho"]["mid"].startswith("-0.0397")
    assert report["rho"]["is_lower_bound"] is False
    assert shape["lambda_min"]["exact"] == "0"
    assert shape["positive_definite"] is False
    assert shape["nullity"] == 3
    assert "u_i may grow while v_i shrinks" in shape["reason"]
    assert float(shape["least_positive"]["mid"]) > 0.1
    assert any("phi has 1 break point:" in premise for premise in report["premises"])


def test_linear_null_spaces_have_dimension_k_squared():
    for k in (2, 4):
        shape = shapes(curvature_report("z", k))["d > k"]
        assert shape["nullity"] == k * k
        assert "(M, -M^T)" in shape["reason"]
    assert curvature_report("1+z", 4)["shapes"][0]["nullity"] == 9
    assert curvature_report("3", 2)["shapes"][1]["nullity"] == "8 + 4*(d - k)"
    assert curvature_report("3", 2, 4)["shapes"][0]["nullity"] == 16


def test_more_rows_than_columns_matter_only_below_three_columns():
    """At k = 1 a row outside the span has the eigenvalue α₂₀β₂₀, for z³ - 3z below α₂₀β₂₂ - γ²."""
    lower = []
    for k in (1, 2, 3):
        found = shapes(curvature_report("z**3 - 3*z", k))
        square, tall = (Fraction(found[name]["lambda_min"]["exact"]) for name in ("d = k", "d > k"))
        assert tall <= square
        lower.append(tall < square)
    assert lower == [True, False, False]


@pytest.mark.parametrize(
    ("activation", "applies", "why"),
    [
        ("sigmoid", True, "alpha_i is not 0"),
        ("tanh", False, "gamma_0 = E[phi(z)] = 0"),
        ("relu", False, "gamma_3 - 3 gamma_1"),
        ("leaky_relu(1/5)", False, "gamma_3 - 3 gamma_1"),
        ("softplus", False, "gamma_3 - 3 gamma_1"),
        ("gelu", False, "gamma_3 - 3 gamma_1"),
        ("z**2", False, "gamma_3 - 3 gamma_1"),
        ("z", False, "gamma_0 = E[phi(z)] = 0 and gamma_3 - 3 gamma_1"),
        ("elu", True, "alpha_i is not 0"),
        ("1+z**3", True, "alpha_i is not 0"),
    ],
)
def test_whether_the_third_moment_holds_the_weights(activation, applies, why):
    first = cached(activation, 2)["initialization"]
    assert first["applies"] is applies
    assert why in first["reason"]


@pytest.mark.parametrize("activation", ["sigmoid", "elu", "gelu"])
def test_alpha_is_the_third_moment_contracted_with_the_weight(activation):
    phi, _ = FUNCTIONS[activation]
    nodes, weights = np.polynomial.legendre.leggauss(80)
    z = np.concatenate([6 * (nodes - 1), 6 * (nodes + 1)])
    mass = np.concatenate([weights, weights]) * 6 * density(z)
    first = cached(activation, 2)["initialization"]
    expected = np.sum(mass * phi(z)) * np.sum(mass * phi(z) * (z**3 - 3 * z))
    assert abs(float(first["alpha_i"]["mid"]) - expected) < 1e-12
    step = 1e-4
    change = [np.sum(mass * phi(s * z) * (z**3 - 3 * z)) for s in (1 + step, 1 - step)]
    assert abs(float(first["d_hermite_3_d_length"]["mid"]) - (change[0] - change[1]) / (2 * step)) < 1e-6


@pytest.mark.parametrize("coefficients", [(0, 1), (2, 1, 1), (1, -1, Fraction(1, 2)), (1, 2, 0, Fraction(1, 3))])
def test_equation_11_with_the_coefficients_shown_is_the_form(coefficients):
    activation = PolynomialActivation(tuple(map(Fraction, coefficients)))
    text = " + ".join(f"({c})*z**{n}" for n, c in enumerate(coefficients))
    shown = curvature_report(text, 3)["equation_11"]
    c = [Fraction(line["exact"]) for line in shown.values()]
    rng = np.random.default_rng(5)
    for _ in range(3):
        A, B = (np.array([[Fraction(int(v)) for v in row] for row in rng.integers(-3, 4, (3, 3))]) for _ in "AB")
        a, b = np.diag(A), np.diag(B)
        Ao, Bo = A - np.diag(a), B - np.diag(b)

        def squared(matrix):
            return np.sum(matrix * matrix)

        rows, columns = Ao.sum(axis=1), Bo.sum(axis=1)
        value = (
            c[0] * squared(Ao + Bo.T)
            + squared(c[1] * rows + c[2] * a + c[3] * b)
            + squared(c[1] * columns + c[2] * b + c[3] * a)
            + c[4] * (squared(Ao) + squared(Bo))
            + c[5] * (squared(Ao + Ao.T) + squared(Bo + Bo.T)) / 2
            + c[6] * (squared(a) + squared(b))
            + c[7] * np.sum(a * b)
            + c[8] * (np.sum(a) + np.sum(b)) ** 2
        )
        of_a, of_b, mixed = population_terms(activation, A, B)
        assert value == of_a + of_b + 2 * mixed


NUMBER = {"formula", "exact", "mid", "rad", "rung", "accuracy"}


def check_number(line):
    assert set(line) | {"exact_reason"} == NUMBER | {"exact_reason"}
    assert (line["exact"] is None) == ("exact_reason" in line)
    assert line["rung"] == ("enclosed" if line["exact"] is None else "exact")
    assert line["accuracy"] in {"exact", "relative", "absolute"}
    Fraction(line["mid"]), Fraction(line["rad"])


@pytest.mark.parametrize(("activation", "k"), [("relu", 2), ("tanh", 5), ("softplus", 1), ("z", 3)])
def test_json_has_its_shape_and_nothing_else_is_on_stdout(activation, k, capsys):
    assert run(["curvature", activation, "--k", str(k), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    report = json.loads(out)
    assert list(report) == [
        *("schema", "activation", "expression", "k", "d", "digits", "premises", "rests_on", "method", "check"),
        *("basis", "moments"),
        *("beta_11_is_zero", "case", "rho", "equation_11", "shapes", "every_k", "initialization"),
    ]
    for line in report["equation_11"].values():
        check_number(line)
    assert [shape["shape"] for shape in report["shapes"]] == ["d = k", "d > k"]
    for shape in report["shapes"]:
        check_number(shape["lambda_min"])
        assert shape["positive_definite"] in {True, False, None}
        assert shape["reason"]
        for place in shape["attained"]:
            assert set(place) == {"family", "sign", "directions", "multiplicity"}
    check_number(report["every_k"]["lower_bound"])
    for name in ("gamma_0", "hermite_3", "alpha_i", "d_hermite_3_d_length"):
        check_number(report["initialization"][name])


def test_same_input_same_bytes(capsys):
    run(["curvature", "z+z**2", "--k", "3", "--json"])
    first = capsys.readouterr().out
    run(["curvature", "z+z**2", "--k", "3", "--json"])
    assert capsys.readouterr().out == first


@pytest.mark.parametrize("digits", [1, 30, 100])
def test_radii_are_as_small_as_asked(digits):
    report = curvature_report("softplus", 2, digits=digits)
    for line in (report["shapes"][0]["lambda_min"], report["every_k"]["lower_bound"]):
        assert Fraction(line["rad"]) < Fraction(line["mid"]) / 10**digits


def test_longer_runs_agree_with_shorter_ones():
    short, long = (curvature_report("softplus", 2, digits=n)["shapes"][0]["lambda_min"] for n in (10, 60))
    assert abs(Fraction(short["mid"]) - Fraction(long["mid"])) <= Fraction(short["rad"]) + Fraction(long["rad"])


def test_what_is_not_decided_is_said_so():
    """λ_min of tanh(z/10^60) is far below what these digits resolve, and no closed form tells it from 0."""
    report = curvature_report("tanh(z/10**60)", 2, digits=3)
    (square, _) = report["shapes"]
    assert square["positive_definite"] is None
    assert "not decided" in square["reason"]
    assert "not decided" in curvature_text(report)
    assert square["lambda_min"]["accuracy"] == "absolute"


def test_text_tells_the_answers(capsys):
    assert run(["curvature", "relu", "--k", "2"]) == 0
    out = capsys.readouterr().out
    assert "d = k and d > k: lambda_min = 0 (exact)\n" in out
    assert "positive definite: no; a_i = c_i u_i" in out
    assert "beta_20 = 0.5" in out
    assert "rho (no bound by Lemma C.1 here) = -0.0397" in out
    assert "where alpha_ab = E[phi^a z^b]" in out
    assert "where A = U*^T a" in out
    assert "tensor initialization: no" in out


@pytest.mark.parametrize(
    ("activation", "words"),
    [
        ("1+z", "null space of dimension 4: A = I - 1/2 ones off the diagonal, B = -A; A = diag(v) - (v_p + v_i off"),
        ("3", "    at every direction (multiplicity 18)\n    positive definite: no; H* = 0\nd > k"),
        ("tanh", "\nrho = 0.0094"),
        ("swish", "where u(z) = tanh(z/2)/2 + 1/2"),
    ],
)
def test_text_is_in_plain_words(activation, words):
    assert words in curvature_text(cached(activation, 3), brief=True)


@pytest.mark.parametrize("command", [["curvature", "-z**2", "--k", "2"], ["moments", "-z"], ["derive", "-X"]])
def test_an_expression_taken_for_an_option_is_told_what_to_do(command, capsys):
    assert run(command) == 2
    assert "goes last, behind --" in capsys.readouterr().err


def test_brief_text_is_the_beginning_of_the_text(capsys):
    run(["curvature", "relu", "--k", "3"])
    full = capsys.readouterr().out
    run(["curvature", "relu", "--k", "3", "--brief"])
    brief = capsys.readouterr().out
    assert full.startswith(brief.rstrip("\n"))
    assert len(brief.splitlines()) < len(full.splitlines()) / 2


@pytest.mark.parametrize(("activation", "exact"), [("z*exp(-z**2)", "24/3125"), ("exp(z**2/10)", "31/2304")])
def test_a_rational_value_is_as_precise_as_asked(activation, exact):
    line = cached(activation, 3)["shapes"][0]["lambda_min"]
    assert line["exact"] == exact
    assert abs(Fraction(line["mid"]) - Fraction(exact)) <= Fraction(line["rad"]) < Fraction(exact) / 10**15


def test_null_combinations_are_exact():
    (shape,) = curvature_report("sqrt(2)*z + pi", 2, 2)["shapes"]
    assert shape["null_directions"] == ["A = I - ones off the diagonal, B = -A"]


def test_very_many_columns():
    shape = curvature_report("gelu", 1_000_000)["shapes"][0]
    limit = cached("gelu", 2)["every_k"]["lower_bound"]["mid"]
    assert 0 < float(shape["lambda_min"]["mid"]) - float(limit) < 1e-6


@pytest.mark.parametrize(
    "arguments",
    [
        ["no_such_activation", "--k", "2"],
        ["sigmiod", "--k", "2"],
        ["sign(z)", "--k", "2"],
        ["heaviside(z)", "--k", "2"],
        ["z + sign(z - 1)", "--k", "2"],
        ["exp(z**2)", "--k", "2"],
        ["exp(z**2/4)", "--k", "2"],
        ["sqrt(abs(z))", "--k", "2"],
        ["1/z", "--k", "2"],
        ["log(z)", "--k", "2"],
        ["nan", "--k", "2"],
        ["z*nan", "--k", "2"],
        ["inf", "--k", "2"],
        ["z/0", "--k", "2"],
        ["", "--k", "2"],
        ["lambda z: z", "--k", "2"],
        ["__import__('os').getpid()", "--k", "2"],
        ["tanh"],
        ["--k", "2"],
        ["tanh", "--k", "0"],
        ["tanh", "--k", "-1"],
        ["tanh", "--k", "2.5"],
        ["tanh", "--k", "nan"],
        ["tanh", "--k", "3", "--d", "2"],
        ["tanh", "--k", "2", "--d", "0"],
        ["tanh", "--k", "2", "--digits", "0"],
        ["tanh", "--k", "1000000000000"],
        ["tanh", "sigmoid", "--k", "2"],
    ],
)
def test_refusals_are_one_line_and_exit_2(arguments, capsys):
    assert run(["curvature", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("lemmata: ")
    assert err.count("\n") == 1
    assert len(err) < 600


def test_nothing_is_executed(tmp_path, capsys):
    target = tmp_path / "touched"
    assert run(["curvature", f"open('{target}', 'w')", "--k", "2"]) == 2
    assert not target.exists()
    assert capsys.readouterr().out == ""


def test_what_the_report_rests_on_is_there():
    """That these claims are proved is tested where they are."""
    for id_ in cached("tanh", 2)["rests_on"]:
        assert get_claim(id_).id == id_


def test_errors_are_named_for_their_cause():
    with pytest.raises(NotDifferentiableError, match="jumps near z = 0"):
        curvature_report("sign(z)", 2)
    with pytest.raises(SizeError, match="d >= k"):
        curvature_report("tanh", 3, 2)


def test_the_time_limit_ends_the_work(capsys):
    started = time.monotonic()
    assert run(["curvature", "1/(10**-9+z**2)", "--k", "2", "--time-limit", "2"]) == 2
    assert "no result within 2 seconds" in capsys.readouterr().err
    assert time.monotonic() - started < 20


def test_a_tiny_coefficient_does_not_stop_the_answer():
    shape = curvature_report("z**2+z/10**40", 3, 3)["shapes"][0]
    assert shape["positive_definite"] is True
    assert 0 < float(shape["lambda_min"]["mid"]) < 1e-79


def test_two_eigenvalues_that_balls_do_not_separate_are_not_counted_as_one():
    values = MomentValues(parse_activation("softplus(z)-softplus(-z)"))
    one, coupling = key("beta_20"), key("alpha_20") / 10**140
    block = OrthonormalBlock("trivial", 1, ("first", "second"), (), (1, 1), 1)
    part = Part(block, (0, 1), ((one, coupling), (coupling, one)), values)
    least = least_eigenvalue([part], 25)
    assert [count for _, count in least.attained] == [2]
    assert not least.separated
