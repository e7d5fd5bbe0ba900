"""`lemmata curvature`: what an activation makes of the population Hessian at orthonormal weights."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from claims.commands import time_limit as limit

_MOST_COLUMNS = 1_000_000
_WIDEST_FORMULA = 120
_ANSWERS = {True: "yes", False: "no", None: "not decided"}
# What ρ is where Lemma C.1 applies, where it does not, and where that is open.
_BOUNDS = {True: "", False: " (no bound by Lemma C.1 here)", None: " (a bound by Lemma C.1 only if beta_11 = 0)"}
_GLOSSARY = (
    "where alpha_ab = E[phi^a z^b], beta_ab = E[phi'^a z^b], gamma = E[phi phi' z], gamma_j = E[phi z^j]",
    (
        "where A = U*^T a, B = V*^T b for a direction (a, b) of (U, V); v: any vector with sum 0; "
        "v_p, v_i: at row p, column i"
    ),
)
_EVERYTHING_NULL = "H* = 0"


@click.command("curvature", short_help="The Hessian at the truth for your activation.")
@click.argument("activation")
@click.option("--k", type=click.IntRange(1, _MOST_COLUMNS), required=True, help="Number of columns of U* and V*.")
@click.option("--d", type=click.IntRange(1), help="Number of rows, at least k.  [default: d = k and d > k both]")
@click.option("--digits", type=click.IntRange(1, 1000), default=15, show_default=True, help="Certified digits.")
@click.option(
    "--time-limit", type=click.IntRange(0), default=60, show_default=True, metavar="SECONDS", help="0 waits for ever."
)
@click.option("--brief", is_flag=True, help="Print the answers without moments, coefficients and premises.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(  # noqa: PLR0913 - one parameter an option
    activation: str, *, k: int, d: int | None, digits: int, time_limit: int, brief: bool, as_json: bool
) -> int:
    """Tell whether the population Hessian at orthonormal U*, V* is positive definite for phi, and its least eigenvalue.

    The model is phi(U^T x)^T phi(V^T y) with standard normal x, y and k columns (`nimc`, equations (8)-(11) and Lemma
    C.1). Every number is a formula in the moments of phi, with its closed form where there is one and a ball mid +/-
    rad that provably contains it. The spectrum is known for every k; A = U*^T a, B = V*^T b are the directions in the
    weights' own coordinates, and v stands for any vector with sum 0. Last: whether the third moment M_3 finds the
    weights (tensor initialization, section 3.3).

    Weights of length s: ask for phi(s*z), and divide eigenvalues by s^2. ACTIVATION is a name (tanh, relu, gelu, ...)
    or an expression in z; one that begins with a minus sign goes behind --.

    \b
    Examples:
      lemmata curvature tanh --k 5 --brief
      lemmata curvature relu --k 3 --d 10
      lemmata curvature 'z/(1+exp(-1.702*z))' --k 2 --digits 40 --json
      lemmata curvature --k 2 -- '-z**3 + z'
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    from claims.curvature_report import curvature_report  # noqa: PLC0415 - once the options are known to be good
    from numeric.enclosures.tanh_moments import PrecisionLimitError  # noqa: PLC0415

    try:
        with limit.time_limit(time_limit):
            report = curvature_report(activation, k, d, digits)
    except limit.TimeLimitReached:
        raise click.UsageError(
            f"no result within {time_limit} seconds; ask for fewer digits, or for more time with --time-limit"
        ) from None
    except (ValueError, PrecisionLimitError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(report, indent=2, ensure_ascii=False) if as_json else curvature_text(report, brief=brief))
    return 0


def curvature_text(report: Mapping[str, Any], *, brief: bool = False) -> str:
    """Return a report of :func:`claims.curvature_report.curvature_report` as text: answers first, then the data.

    Args:
        report: The report.
        brief: The answers only.
    """
    return "\n".join([*_answers(report), *([] if brief else _data(report))])


def _answers(report: Mapping[str, Any]) -> Iterator[str]:
    size = f"k = {report['k']}" + (f", d = {report['d']}" if report["d"] is not None else "")
    digits = f"{report['digits']} digit{'' if report['digits'] == 1 else 's'}"
    yield f"phi(z) = {report['expression']}, z ~ N(0, 1); {size}; {digits} by {report['method']}"
    for names, shape in _merged(report["shapes"]):
        yield from _shape_lines(names, shape)
    every = report["every_k"]
    if every["lower_bound"] is not None:
        yield f"for all k: {_number(every['lower_bound'])} ({every['lower_bound']['rung']}); {every['statement']}"
        yield from _forms(every["lower_bound"])
    else:
        yield f"for all k: {every['statement']}"
    yield f"case: {report['case']}"
    rho = report["rho"]
    yield f"rho{_BOUNDS[rho['is_lower_bound']]} = {_number(rho)}, attained by: {rho['attained_by']}"
    first = report["initialization"]
    yield f"tensor initialization: {_ANSWERS[first['applies']]}; {first['reason']}"
    yield from _GLOSSARY
    if report["basis"] is not None:
        yield f"where {report['basis']}"


def _data(report: Mapping[str, Any]) -> Iterator[str]:
    first = report["initialization"]
    for name in ("gamma_0", "hermite_3", "alpha_i"):
        label = {"hermite_3": "gamma_3 - 3 gamma_1"}.get(name, name)
        yield f"    {label} = {_number(first[name])}"
        yield from (f"    {line}" for line in _forms(first[name]))
    if not report["beta_11_is_zero"]:
        yield "equation (11), coefficients (A_o is A off its diagonal, g_A its diagonal, 1 the vector of ones):"
        for name, value in report["equation_11"].items():
            yield f"    {name}: {_number(value)}"
    for name, value in report["moments"].items():
        yield f"{name} = {_number(value)}"
    for premise in report["premises"]:
        yield f"where {premise}"
    yield f"rests on {', '.join(report['rests_on'])}"


def _merged(shapes: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the shapes, those of which everything but the name is the same told once."""
    merged: list[tuple[str, Mapping[str, Any]]] = []
    for shape in shapes:
        rest = {key: value for key, value in shape.items() if key != "shape"}
        if merged and rest == {key: value for key, value in merged[-1][1].items() if key != "shape"}:
            merged[-1] = (f"{merged[-1][0]} and {shape['shape']}", shape)
        else:
            merged.append((shape["shape"], shape))
    return merged


def _shape_lines(names: str, shape: Mapping[str, Any]) -> Iterator[str]:
    yield f"{names}: lambda_min = {_number(shape['lambda_min'])} ({shape['lambda_min']['rung']})"
    yield from _forms(shape["lambda_min"])
    everything = shape["reason"] == _EVERYTHING_NULL
    places = f"every direction (multiplicity {shape['nullity']})" if everything else _places(shape["attained"])
    yield f"    {'at' if shape['ties_decided'] else 'at one of'} {places}"
    yield f"    positive definite: {_ANSWERS[shape['positive_definite']]}; {shape['reason']}"
    if shape["nullity"] and not everything:
        yield f"    null space of dimension {shape['nullity']}: {'; '.join(shape['null_directions'])}"
    if "least_positive" in shape:
        yield f"    least positive eigenvalue = {_number(shape['least_positive'])} ({shape['least_positive']['rung']})"
        yield from (f"    {line}" for line in _forms(shape["least_positive"]))
        yield f"        at {_places(shape['least_positive_attained'])}"


def _places(attained: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{place['directions']} (multiplicity {place['multiplicity']})" for place in attained)


def _forms(value: Mapping[str, Any]) -> Iterator[str]:
    formula = value["formula"]
    if formula not in {value["mid"], value["exact"]}:
        yield f"    = {formula if len(formula) <= _WIDEST_FORMULA else 'a longer formula in the moments (--json)'}"
    if value["exact"] is not None and value["exact"] != value["mid"]:
        yield f"    = {value['exact']}"


def _number(value: Mapping[str, Any]) -> str:
    radius = "" if value["rad"] == "0" else f" +/- {value['rad']}"
    doubt = " (0 is not excluded)" if value["accuracy"] == "absolute" else ""
    return f"{value['mid']}{radius}{doubt}"
