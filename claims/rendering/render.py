"""One claim, or several, or a paper's errata, in a named format: the hooks behind notebooks and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Literal

from claims.registry import Claim
from claims.rendering import writers
from claims.rendering.layout import Block, Heading, claim_blocks, errata_blocks
from claims.rendering.record import claim_record, errata_records

Format = Literal["text", "latex", "markdown", "html", "json"]
FORMATS: tuple[Format, ...] = ("text", "latex", "markdown", "html", "json")

_WRITERS: dict[str, Callable[[Iterable[Block]], str]] = {
    "text": writers.text,
    "latex": writers.latex,
    "markdown": writers.markdown,
    "html": writers.html,
}

_LATEX_DOCUMENT = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb}
\allowdisplaybreaks
\emergencystretch=3em
\begin{document}
%s
\end{document}
"""

_HTML_DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>%s</title>
<style>
body {max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 serif}
code, pre {font-size: .9em; background: #f4f4f2} pre {white-space: pre-wrap; padding: .5rem}
</style>
</head>
<body>
%s
</body>
</html>
"""


def claim_markdown(claim: Claim) -> str:
    """Return the claim's statement, evidence and verdict as Markdown."""
    return writers.markdown(claim_blocks(claim_record(claim), level=3))


def claim_latex(claim: Claim) -> str:
    """Return the claim's statement, evidence and verdict as LaTeX for an article with amsmath and amssymb."""
    return writers.latex(claim_blocks(claim_record(claim), level=2))


def show(claim: Claim, to: Format) -> str:
    """Return one claim in a format, without a document around it."""
    record = claim_record(claim)
    if to == "json":
        return _json(record)
    return _WRITERS[to](claim_blocks(record))


def document(claims: Sequence[Claim], to: Format, title: str) -> str:
    """Return a document of its own, of one claim or more: LaTeX compiles as it is, HTML needs nothing else.

    As JSON, one claim is its record, more are an array of records.
    """
    records = [claim_record(claim) for claim in claims]
    if to == "json":
        return _json(records[0] if len(records) == 1 else records)
    blocks: list[Block] = [Heading(1, title)] if len(records) > 1 else []
    for record in records:
        blocks += claim_blocks(record)
    return _wrapped(blocks, to, title)


def errata(paper: str, to: Format) -> str:
    """Return a paper's errata sheet as a document of its own."""
    records = errata_records(paper)
    if to == "json":
        return _json({"paper": paper, "errata": records})
    return _wrapped(list(errata_blocks(paper, records)), to, f"Errata for {paper}")


def _wrapped(blocks: list[Block], to: Format, title: str) -> str:
    body = _WRITERS[to](blocks)
    if to == "latex":
        return _LATEX_DOCUMENT % body
    return _HTML_DOCUMENT % (escape(title), body) if to == "html" else body


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
