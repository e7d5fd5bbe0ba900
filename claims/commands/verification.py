"""`lemmata verify`: run claims with their mutants, show the table, compare with the committed ledger."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from claims.commands.output import refuse_unwritable
from claims.recorded import LedgerFileError, differences, ledger_path, read_ledger
from claims.registry import Claim, UnknownClaimError, select
from claims.rendering.table import totals_line, verdict_table
from claims.sampling import Sampling, sampling


@click.command("verify", short_help="Run claims and compare their verdicts with the ledger.")
@click.argument("names", nargs=-1, metavar="[ID|PAPER]...")
@click.option("--jobs", type=click.IntRange(1), help="Worker processes; as many as there are CPUs by default.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of every sampled check.")
@click.option("--trials", type=click.IntRange(1), default=25, show_default=True, help="Random instances a check.")
@click.option("--json", "target", metavar="FILE|-", help="Write the ledger of this run there; - for stdout.")
@click.option("--ledger", "ledger_file", type=click.Path(dir_okay=False, path_type=Path), help="Compare with this one.")
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    names: Sequence[str], jobs: int | None, seed: int, trials: int, target: str | None, ledger_file: Path | None
) -> int:
    """Run claims with their mutants and compare the verdicts with the committed ledger.

    Without names, every claim is run. The exit code is 0 when nothing crashed and every verdict is what ledger.json
    records, 1 when not. With --json ledger.json the run is recorded in place of the old one.

    \b
    Examples:
      lemmata verify
      lemmata verify nimc --jobs 2
      lemmata verify nimc:fact-B.1.II --json -
      lemmata verify --json ledger.json     record a new run
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    committed = ledger_file or ledger_path()
    try:
        claims, recorded = select(names), read_ledger(committed)
    except (UnknownClaimError, LedgerFileError) as error:
        raise click.UsageError(str(error)) from error
    if not claims:
        raise click.UsageError(f"{' '.join(names)}: no claims yet, so there is nothing to verify")
    if target not in {None, "-"}:
        # Better refused now than after all the work.
        refuse_unwritable(Path(str(target)))
    everything = len(claims) == len(select([]))
    records_itself = target not in {None, "-"} and Path(str(target)).resolve() == committed.resolve()
    if records_itself and not (everything and Sampling(seed, trials) == Sampling()):
        raise click.UsageError(f"--json {target} would replace the ledger by another run than the full default one")

    result = _run(claims, Sampling(seed, trials), jobs)
    if target == "-":
        _write(None, result)
    else:
        click.echo(verdict_table(result["claims"]))
        click.echo(totals_line(result))
        if target is not None:
            _write(Path(target), result)
    changed = differences(result["claims"], recorded, complete=everything)
    if records_itself:
        for line in changed:
            click.echo(f"recorded: {line}", err=True)
        changed = []
    return _report(result, changed, committed)


def _run(claims: Sequence[Claim], settings: Sampling, jobs: int | None) -> dict[str, Any]:
    from claims.ledger import verify  # noqa: PLC0415 - after the arguments are known to be good

    workers = min(jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or 1, len(claims))
    with sampling(settings), _progress(len(claims)) as on_done:
        if workers <= 1:
            return verify(claims, on_done=on_done)
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

        with ProcessPoolExecutor(workers) as pool:
            return verify(claims, executor=pool, on_done=on_done)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal; be silent in pipes, under CI and under pytest."""
    if not sys.stderr.isatty() or os.environ.get("CI") or os.environ.get("PYTEST_CURRENT_TEST"):
        yield lambda _id: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    # No refreshing thread: worker processes are forked while the bar is up.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=total)

        def on_done(id_: str) -> None:
            bar.update(task, advance=1, description=id_, refresh=True)

        yield on_done


def _write(path: Path | None, result: Mapping[str, Any]) -> None:
    from claims.ledger import dumps  # noqa: PLC0415

    if path is None:
        click.echo(dumps(result), nl=False)
        return
    try:
        path.write_text(dumps(result), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror}") from error


def _report(result: Mapping[str, Any], changed: Sequence[str], committed: Path) -> int:
    """Say on stderr what does not hold; return the exit code."""
    alive = [row for row in result["claims"] if row["mutants"]["killed"] < row["mutants"]["tried"]]
    complaints = [f"crashed: {id_}: {message}" for id_, message in result["crashed"].items()]
    complaints += [f"a mutant lives: {row['id']} {row['mutants']}" for row in alive]
    if changed and not committed.exists():
        complaints.append(f"there is no ledger at {committed}; record one with --json {committed.name}")
    else:
        complaints += [f"differs: {line}" for line in changed]
    for line in complaints:
        click.echo(line, err=True)
    return 1 if complaints else 0
