"""`lemmata errata`: what is wrong with a paper."""

from __future__ import annotations

from typing import cast, get_args

import click

from claims.commands.output import deliver, refuse_crashed
from claims.registry import PAPERS, select


@click.command("errata", short_help="Print what is wrong with a paper, with witnesses and corrections.")
@click.argument("paper", metavar="PAPER", type=click.Choice(PAPERS))
@click.option(
    "--to", type=click.Choice(["markdown", "latex", "html", "json", "text"]), default="text", show_default=True
)
@click.option("-o", "--output", metavar="PATH", help="The file to write; stdout if left out or -.")
def command(paper: str, to: str, output: str | None) -> int:
    """Print a paper's errata sheet: what is printed, what is wrong with it, the exact witness, the corrected form.

    \b
    Examples:
      lemmata errata nimc
      lemmata errata nimc --to latex -o errata.tex
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    if refuse_crashed([claim for claim in select([paper]) if claim.erratum]):
        return 1
    from claims.rendering.render import Format, errata  # noqa: PLC0415 - once there is something to write

    assert to in get_args(Format)  # noqa: S101 - the choices above are formats
    deliver(errata(paper, cast("Format", to)), output)
    return 0
