"""`lemmata show`: one claim in full."""

from __future__ import annotations

from typing import cast, get_args

import click

from claims.commands.output import refuse_crashed
from claims.registry import UnknownClaimError, get_claim


@click.command("show", short_help="Show one claim: statement, derivation, evidence, verdict.")
@click.argument("id_", metavar="ID")
@click.option("--to", type=click.Choice(["text", "latex", "markdown", "json"]), default="text", show_default=True)
def command(id_: str, to: str) -> int:
    """Show one claim: the statement as printed, how it was settled, its evidence, verdict, erratum and near misses.

    \b
    Examples:
      lemmata show nimc:fact-B.1.II
      lemmata show nimc:fact-B.1.II --to json
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    try:
        claim = get_claim(id_)
    except UnknownClaimError as error:
        raise click.UsageError(str(error)) from error
    if refuse_crashed([claim]):
        return 1
    from claims.rendering.render import Format, show  # noqa: PLC0415 - once there is something to show

    assert to in get_args(Format)  # noqa: S101 - the choices above are formats
    click.echo(show(claim, cast("Format", to)), nl=False)
    return 0
