"""The command line: `lemmata`. Commands live in claims.commands and are imported when they are called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

HOLDS, DOES_NOT_HOLD, BAD_INPUT = 0, 1, 2

# Name -> (module, what `lemmata --help` says of it).
_COMMANDS = {
    "verify": ("verification", "Run claims and compare their verdicts with the ledger."),
    "list": ("listing", "List the claims and their verdicts."),
    "show": ("showing", "Show one claim: statement, derivation, evidence, verdict."),
    "moments": ("moments", "Moments of an activation: exact forms and certified digits."),
    "curvature": ("curvature", "The Hessian at the truth for your activation: lambda_min, definiteness."),
    "derive": ("deriving", "Gradient and Hessian of a matrix objective, for all dimensions."),
    "export": ("exporting", "Write claims out as LaTeX, Markdown, HTML or JSON."),
    "errata": ("errata", "Print what is wrong with a paper, with witnesses and corrections."),
}


class _Commands(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"claims.commands.{_COMMANDS[cmd_name][0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            raise click.UsageError(f"no command {args[0]!r}; the commands are {', '.join(_COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="lemmata", prog_name="lemmata")
def lemmata() -> None:
    """Executable lemmas: papers taken statement by statement, with verdicts that are computed.

    \b
    Examples:
      lemmata verify                  every claim, compared with ledger.json
      lemmata show nimc:fact-B.1.II   one statement and what became of it
      lemmata moments tanh            its moments, exact and to 15 certified digits

    Exit codes: 0 holds, 1 does not hold, 2 bad usage or input.
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; whatever goes wrong is one line on stderr, never a traceback."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code of one command line: 0 holds, 1 does not, 2 bad usage or input."""
    try:
        result = lemmata.main(args=arguments, prog_name="lemmata", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_INPUT
    except click.NoSuchOption as error:
        _complain(error.format_message() + _after_dashes(error))
        return BAD_INPUT
    except click.ClickException as error:
        _complain(error.format_message())
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone: there is nobody left to tell. Python must not flush at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DOES_NOT_HOLD
    except Exception as error:
        if os.environ.get("LEMMATA_TRACEBACK"):
            raise
        _complain(f"internal error, {type(error).__name__}: {error} (LEMMATA_TRACEBACK=1 shows where)")
        return DOES_NOT_HOLD
    return result if isinstance(result, int) else HOLDS


def _after_dashes(error: click.NoSuchOption) -> str:
    """Return how to pass an expression that looks like an option, for a command that takes one."""
    command = error.ctx.command if error.ctx else None
    if command is None or error.option_name.startswith("--"):
        return ""
    takes = any(parameter.name in {"activation", "expression"} for parameter in command.params)
    return (
        f" An expression that begins with a minus sign goes last, behind --: {command.name} ... -- '-z'."
        if takes
        else ""
    )


def _complain(message: str) -> None:
    click.echo(f"lemmata: {' '.join(message.split())}", err=True)


if __name__ == "__main__":
    main()
