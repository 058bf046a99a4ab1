"""The command line: the only code that touches files, streams and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from enum import StrEnum
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer

from auditstrap.cli import initialise, preset, render, schema
from auditstrap.cli.console import Console, Failure
from auditstrap.version import __version__

INTERNAL_ERROR: Final = 70
INTERRUPTED: Final = 130

app = typer.Typer(
    name="auditstrap",
    help="Makes a new Kubernetes cluster start with API auditing on. Live nodes are never edited.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(initialise.init)
app.command("render")(render.render)
app.command("schema")(schema.schema)
app.add_typer(preset.app, name="preset")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        typer.echo(f"auditstrap {__version__}")
        raise typer.Exit


class Colour(StrEnum):
    """When output is coloured; auto is on a terminal."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def _set_colour(colour: Colour) -> None:
    """By the variables that other programs and rich go by too."""
    if colour is Colour.NEVER:
        os.environ["NO_COLOR"] = "1"
    elif colour is Colour.ALWAYS:
        os.environ.pop("NO_COLOR", None)
        os.environ["FORCE_COLOR"] = "1"


@app.callback()
def _options(
    *,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    colour: Annotated[
        Colour, typer.Option("--color", help="When to colour; NO_COLOR in the environment means never.")
    ] = Colour.AUTO,
) -> None:
    _set_colour(colour)


class _Interrupted(BaseException):
    """Ctrl-C, on its way out past everything that cleans up after itself."""


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Interrupted


def main() -> None:
    """Run the command line and exit with its status."""
    signal.signal(signal.SIGINT, _interrupt)
    try:
        app()
    except Failure as failure:
        Console.stderr().failure(failure)
        sys.exit(failure.status)
    except _Interrupted:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read from here has enough; the interpreter must not complain on its last flush either.
        sys.stdout = None
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last resort, so that nobody meets a traceback
        Console.stderr().internal_error(error)
        sys.exit(INTERNAL_ERROR)
