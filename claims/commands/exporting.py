"""`lemmata export`: claims as documents."""

from __future__ import annotations

from typing import cast, get_args

import click

from claims.commands.output import deliver, refuse_crashed
from claims.registry import UnknownClaimError, select


@click.command("export", short_help="Write claims out as LaTeX, Markdown, HTML or JSON.")
@click.argument("name", metavar="ID|PAPER|all")
@click.option("--to", type=click.Choice(["latex", "markdown", "html", "json", "text", "pdf"]), required=True)
@click.option("-o", "--output", metavar="PATH", help="The file to write; stdout if left out or -.")
def command(name: str, to: str, output: str | None) -> int:
    """Write claims out in full as one document: LaTeX that compiles as it is, Markdown for MathJax, HTML, JSON.

    HTML is one self-contained file in which formulas stand as LaTeX source. PDF is not written yet: compile the LaTeX.

    \b
    Examples:
      lemmata export nimc --to latex -o nimc.tex && pdflatex nimc.tex
      lemmata export nimc:fact-B.1.II --to markdown
      lemmata export all --to json -o claims.json
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    if to == "pdf":
        raise click.UsageError("pdf is not written yet; export --to latex and compile that with pdflatex")
    try:
        claims = select([name])
    except UnknownClaimError as error:
        raise click.UsageError(str(error)) from error
    if not claims:
        raise click.UsageError(f"{name} has no claims yet")
    if refuse_crashed(claims):
        return 1
    from claims.rendering.render import Format, document  # noqa: PLC0415 - once there is something to write

    assert to in get_args(Format)  # noqa: S101 - the choices above are formats
    title = claims[0].statement.label if len(claims) == 1 else f"Claims: {name}"
    deliver(document(claims, cast("Format", to), title), output)
    return 0
