"""The command line: the only code that touches files, streams and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from enum import StrEnum
from importlib import import_module
from types import FrameType
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from auditstrap.version import __version__

INTERNAL_ERROR: Final = 70
INTERRUPTED: Final = 130

COMMANDS: Final = {
    "init": "auditstrap.cli.initialise",
    "render": "auditstrap.cli.render",
    "check": "auditstrap.cli.check",
    "rule": "auditstrap.cli.rule",
    "policy": "auditstrap.cli.policy",
    "preset": "auditstrap.cli.preset",
    "schema": "auditstrap.cli.schema",
}
"""Each command's module, whose ``app`` it is; imported when it is called or listed."""


class _Commands(TyperGroup):
    """The commands, so that ``--version`` and a completion import none of them."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # the context that typer makes
        """Names, in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ANN401
        """One command, imported now."""
        if cmd_name not in COMMANDS:
            return None if ctx.resilient_parsing else _refuse(cmd_name)
        command = get_command(import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


def _refuse(name: str) -> NoReturn:
    from auditstrap.cli.console import Failure  # noqa: PLC0415 - as rare as a misspelt command
    from auditstrap.problems import unknown  # noqa: PLC0415

    raise Failure(unknown("command", name, COMMANDS))


app = typer.Typer(
    name="auditstrap",
    cls=_Commands,
    help="Makes a new Kubernetes cluster start with API auditing on. Live nodes are never edited.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    except _Interrupted:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read from here has enough; the interpreter must not complain on its last flush either.
        sys.stdout = None
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last resort, so that nobody meets a traceback
        sys.exit(_report(error))


def _report(error: Exception) -> int:
    from auditstrap.cli.console import Console, Failure  # noqa: PLC0415 - nothing went wrong in most runs

    if isinstance(error, Failure):
        Console.stderr().failure(error)
        return error.status
    Console.stderr().internal_error(error)
    return INTERNAL_ERROR
