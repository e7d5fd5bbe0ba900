"""Rebuild the executed notebooks from their text: `python notebooks/build.py [NAME ...]`, one way, never back.

Each ``NN_topic.md`` (MyST) is the source; ``NN_topic.ipynb`` is made from it and executed. Outputs come out the same on
every run: no timings, no execution dates, cell ids numbered in order.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent


def from_text(text: str) -> Any:
    """Return the notebook that MyST ``text`` describes: numbered cells without outputs, the kernel as metadata."""
    notebook = jupytext.reads(text, fmt="md:myst")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def executed(notebook: Any) -> Any:
    """Return the notebook with the outputs of a fresh kernel started in this folder."""
    os.environ["PYTHONHASHSEED"] = "0"
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}, record_timing=False
    )
    client.execute()
    for cell in notebook.cells:
        # What the kernel says of itself is not the article's business, and differs between machines.
        cell.metadata.pop("execution", None)
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def build(path: Path) -> Path:
    """Write the executed pair of one MyST file and return where it is."""
    notebook = executed(from_text(path.read_text(encoding="utf-8")))
    nbformat.validate(notebook)
    target = path.with_suffix(".ipynb")
    target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return target


def main(names: list[str]) -> None:
    """Build the named notebooks, or all."""
    sources = [HERE / f"{Path(name).stem}.md" for name in names] or sorted(HERE.glob("[0-9][0-9]_*.md"))
    missing = [source.name for source in sources if not source.exists()]
    if missing:
        sys.exit(f"notebooks/build.py: no {', '.join(missing)} here")
    for source in sources:
        sys.stdout.write(f"{build(source).relative_to(HERE.parent)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
