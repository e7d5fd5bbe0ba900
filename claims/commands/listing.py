"""`lemmata list`: the claims and the verdicts the ledger records for them."""

from __future__ import annotations

import json
from typing import Any

import click

from claims.recorded import LedgerFileError, ledger_path, read_ledger
from claims.registry import PAPERS, select
from claims.rendering.table import aligned, note, verdict_text
from claims.verdict import STATUSES


@click.command("list", short_help="List the claims and their verdicts.")
@click.argument("paper", required=False, metavar="[PAPER]", type=click.Choice(PAPERS))
@click.option("--verdict", type=click.Choice(STATUSES), help="Only claims with this verdict.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of ledger rows.")
def command(paper: str | None, verdict: str | None, *, as_json: bool) -> int:
    """List the claims of one paper, or of all, with the verdicts the ledger records.

    A claim the ledger does not know is run to get its verdict.

    \b
    Examples:
      lemmata list
      lemmata list nimc --verdict refuted
      lemmata list --json
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    try:
        recorded = read_ledger(ledger_path())
    except LedgerFileError as error:
        raise click.UsageError(str(error)) from error
    claims = select([paper] if paper else [])
    rows: list[dict[str, Any]] = []
    unknown = [claim for claim in claims if claim.id not in recorded]
    if unknown:
        from claims.ledger import verify  # noqa: PLC0415 - only when there is something to run

        recorded |= {row["id"]: row for row in verify(unknown)["claims"]}
    rows = [recorded[claim.id] for claim in claims]
    rows = [row for row in rows if verdict in {None, row["verdict"]}]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        click.echo(aligned([(row["id"], row["label"], verdict_text(row), note(row)) for row in rows]))
    else:
        click.echo("no such claims" if claims else f"{paper} has no claims yet", err=True)
    return 0
