"""`lemmata derive`: gradient and Hessian of a matrix objective, exact for all dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import click

_FORMATS = ("text", "latex", "markdown", "numpy", "json")


@click.command("derive", short_help="Gradient and Hessian of a matrix objective, for all dimensions.")
@click.argument("expression", metavar="EXPR")
@click.option("--wrt", required=True, metavar="W,S", help="The variables, separated by commas.")
@click.option("--shape", "shapes", multiple=True, metavar="X:m,n", help="A symbol and its shape; one for each symbol.")
@click.option("--hessian", is_flag=True, help="Derive the Hessian map and the second derivative too.")
@click.option("--to", "form", type=click.Choice(_FORMATS), default="text", show_default=True, help="Output format.")
def command(expression: str, *, wrt: str, shapes: Sequence[str], hessian: bool, form: str) -> int:
    """Print the exact derivatives of a scalar objective of matrices, for symbolic dimensions.

    Operations: + - * / by numbers, ** by whole numbers, .T, trace, norm2 (squared Frobenius norm), inner, hadamard,
    kronecker, vec, diag, I, ones, and phi(...) for an elementwise function. Every step of every derivation is checked,
    and each result is compared entry by entry with exact differentiation at two sets of sizes.

    \b
    Examples:
      lemmata derive 'norm2(X - W*S)/2' --wrt W,S --shape X:m,n --shape W:m,k --shape S:k,n --hessian
      lemmata derive 'norm2(hadamard(M, U*V - A))/2' --wrt U --shape M:m,n --shape A:m,n --shape U:m,k --shape V:k,n
      lemmata derive 'trace(phi(U.T*X).T*phi(V.T*Y))' --wrt U,V --shape U:d,k --shape V:d,k --shape X:d,n \\
        --shape Y:d,n --to numpy
    """  # noqa: D301 - \b is click's mark for a paragraph it must not wrap
    from claims.matrix_grammar import derive_from_text  # noqa: PLC0415 - once the options are known to be good

    try:
        derived = derive_from_text(expression, wrt, shapes, hessian=hessian)
        text = getattr(derived, f"to_{form}")()
    except ValueError as error:
        # Every refusal is a ValueError named for its cause; the message is the line the user reads.
        name = type(error).__name__
        raise click.UsageError(f"{name}: {error}" if name == "ShapeError" else str(error)) from error
    click.echo(text, nl=not text.endswith("\n"))
    return 0
