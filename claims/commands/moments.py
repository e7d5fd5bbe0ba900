"""`lemmata moments`: an activation's moments, exact and to certified digits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import click

from claims.commands import time_limit as limit

Exponents = tuple[int, int, int]
_MOST = 40


@click.command("moments", short_help="Moments of an activation: exact forms and certified digits.")
@click.argument("activation")
@click.option("--digits", type=click.IntRange(1, 100_000), default=15, show_default=True, help="Certified digits.")
@click.option("--alpha", multiple=True, metavar="I,J", help="Also E[phi^i z^j]; may be repeated.")
@click.option("--beta", multiple=True, metavar="I,J", help="Also E[phi'^i z^j]; may be repeated.")
@click.option("--moment", multiple=True, metavar="A,B,C", help="Also E[phi^a phi'^b z^c]; may be repeated.")
@click.option(
    "--time-limit", type=click.IntRange(0), default=60, show_default=True, metavar="SECONDS", help="0 waits for ever."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(  # noqa: PLR0913 - one parameter an option
    activation: str,
    *,
    digits: int,
    alpha: Sequence[str],
    beta: Sequence[str],
    moment: Sequence[str],
    time_limit: int,
    as_json: bool,
) -> int:
    """Print alpha, beta, gamma and rho of an activation phi of z ~ N(0, 1): exact forms and proved digits.

    alpha_ij = E[phi^i z^j], beta_ij = E[phi'^i z^j], gamma = E[phi phi' z]; rho, the lesser of rho_offdiagonal and
    rho_diagonal, bounds the Hessian's eigenvalues from below where beta_11 = 0 (`nimc`, Lemma C.1).

    ACTIVATION is a name (tanh, sigmoid, relu, gelu, ...) or an expression in z. Each value is a ball mid +/- rad that
    provably contains it; exact forms are closed forms, or polynomials in the basis moments E[...]. phi' is the
    derivative almost everywhere: a jump of phi, as of sign or heaviside, adds nothing to it. An ACTIVATION that begins
    with a minus sign goes behind --, as in: lemmata moments -- '-z'.

    \b
    Examples:
      lemmata moments tanh
      lemmata moments 'z/(1+exp(-1.702*z))' --digits 50 --json
      lemmata moments 'leaky_relu(1/10)' --alpha 3,2 --beta 4,0
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    extra = _extra(alpha, beta, moment)
    from claims.activation_report import activation_report  # noqa: PLC0415 - once the options are known to be good
    from numeric.enclosures.tanh_moments import PrecisionLimitError  # noqa: PLC0415

    try:
        with limit.time_limit(time_limit):
            report = activation_report(activation, digits, extra)
    except limit.TimeLimitReached:
        raise click.UsageError(
            f"no result within {time_limit} seconds; ask for fewer digits, or for more time with --time-limit"
        ) from None
    except (ValueError, PrecisionLimitError) as error:
        # Every refusal is a ValueError named for its cause; the message is the line the user reads.
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(report, indent=2, ensure_ascii=False) if as_json else _text(report))
    return 0


def _extra(alpha: Sequence[str], beta: Sequence[str], moment: Sequence[str]) -> dict[str, Exponents]:
    extra: dict[str, Exponents] = {}
    for text in alpha:
        i, j = _integers("--alpha", text, 2)
        extra[_key("alpha", i, j)] = (i, 0, j)
    for text in beta:
        i, j = _integers("--beta", text, 2)
        extra[_key("beta", i, j)] = (0, i, j)
    for text in moment:
        a, b, c = _integers("--moment", text, 3)
        extra[f"moment_{a}_{b}_{c}"] = (a, b, c)
    return extra


def _integers(option: str, text: str, count: int) -> tuple[int, ...]:
    if not re.fullmatch(r"[0-9]{1,3}" + r",[0-9]{1,3}" * (count - 1), text):
        raise click.UsageError(
            f"{option} {text!r}: expected {count} non-negative integers, as in {'3,2,1'[: 2 * count - 1]}"
        )
    numbers = tuple(int(part) for part in text.split(","))
    if sum(numbers) > _MOST:
        raise click.UsageError(f"{option} {text}: the exponents add up to more than {_MOST}")
    return numbers


def _key(letter: str, i: int, j: int) -> str:
    return f"{letter}_{i}{j}" if max(i, j) < 10 else f"{letter}_{i}_{j}"


def _text(report: Mapping[str, Any]) -> str:
    digits = f"{report['digits']} digit{'' if report['digits'] == 1 else 's'}"
    lines = [f"phi(z) = {report['expression']}, z ~ N(0, 1); {digits} by {report['method']}"]
    for key, value in report["moments"].items():
        radius = "" if value["rad"] == "0" else f" +/- {value['rad']}"
        doubt = "  (less accurate: 0 is not excluded)" if value["accuracy"] == "absolute" else ""
        lines.append(f"{key} = {value['mid']}{radius}{doubt}")
        if value["exact"] is not None and value["exact"] != value["mid"]:
            lines.append(f"    = {value['exact']}")
        if "attained_by" in value:
            lines.append(f"    attained by: {value['attained_by']}")
    if report["basis"] is not None:
        lines.append(f"where {report['basis']}")
    return "\n".join(lines)
