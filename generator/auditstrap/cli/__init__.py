"""The command line: the only code that touches files, streams and exit codes."""

from __future__ import annotations

import errno
import gc
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

_SIGNALLED: Final = 128
"""To this a shell adds the number of the signal that ended a program."""

_DISK_ERRORS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG}
"""What a redirected stream meets that is no defect of the program."""

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


class _Stopped(BaseException):
    """Ctrl-C or a request to end, on its way out past everything that cleans up after itself."""


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise _Stopped(number)


def main() -> None:
    """Run the command line and exit with its status."""
    gc.disable()  # nothing here is a cycle, and looking for some takes half of the time
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    sys.exit(_status())


def _status() -> int:
    try:
        return _run()
    except _Stopped as stopped:
        return _SIGNALLED + int(stopped.args[0])
    except BrokenPipeError:
        return _without_streams(0)
    except OSError as error:
        if error.filename is not None or error.errno not in _DISK_ERRORS:
            return _report(error)
        from auditstrap.cli.console import Failure  # noqa: PLC0415 - the output goes to a full disk in few runs
        from auditstrap.cli.files import reason  # noqa: PLC0415

        return _without_streams(_report(Failure(f"the output cannot be written: {reason(error)}")))
    except Exception as error:  # noqa: BLE001 - the last resort, so that nobody meets a traceback
        return _report(error)


def _run() -> int:
    """Run the command and flush, so that what the output's end says is met here."""
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer makes status 1 of it, which is drift's
            raise end.__context__ from None
        status = end.code
    else:
        status = 0
    sys.stdout.flush()
    return status if isinstance(status, int) else int(status is not None)


def _without_streams(status: int) -> int:
    """The status, after the interpreter's own last flush is kept from complaining about what is known."""
    sys.stdout = None
    sys.stderr = None
    return status


def _report(error: Exception) -> int:
    from auditstrap.cli.console import Console, Failure  # noqa: PLC0415 - nothing went wrong in most runs

    status = error.status if isinstance(error, Failure) else INTERNAL_ERROR
    try:
        if isinstance(error, Failure):
            Console.stderr().failure(error)
        else:
            Console.stderr().internal_error(error)
        sys.stderr.flush()
    except OSError:
        return _without_streams(status)
    return status
