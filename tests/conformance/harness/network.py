"""A network namespace of a node's own: every node has the same address and ports, and no way out."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from collections.abc import Callable
from typing import Self, TypeVar

from tests.conformance.harness.processes import run

ADDRESS = "192.0.2.10"
_BRING_UP = (
    ("link", "set", "lo", "up"),
    ("address", "add", f"{ADDRESS}/24", "dev", "lo"),
    ("route", "add", "default", "via", "192.0.2.1", "dev", "lo"),
)
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)

T = TypeVar("T")


class Network:
    """One namespace with a loopback interface up, on which ``ADDRESS`` lies and a default route points.

    A namespace is entered by a thread of its own; sockets that are made there stay in it.
    """

    def __init__(self) -> None:
        self._namespace = _in_thread(_new_namespace)
        for arguments in _BRING_UP:
            run(*self.entered(), "ip", *arguments)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._namespace)

    def entered(self) -> list[str]:
        """The words before a program's own that run it inside the namespace."""
        return ["nsenter", f"--net=/proc/{os.getpid()}/fd/{self._namespace}", "--"]

    def connect(self, port: int) -> socket.socket:
        """A TCP connection to a port of the node."""
        return self._inside(lambda: socket.create_connection((ADDRESS, port), timeout=30))

    def listen(self, port: int) -> socket.socket:
        """A TCP socket that listens on a port of the node."""
        return self._inside(lambda: socket.create_server((ADDRESS, port)))

    def _inside(self, action: Callable[[], T]) -> T:
        def enter_and_act() -> T:
            _checked(_libc.setns(self._namespace, _CLONE_NEWNET))
            return action()

        return _in_thread(enter_and_act)


def _new_namespace() -> int:
    _checked(_libc.unshare(_CLONE_NEWNET))
    return os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _in_thread(action: Callable[[], T]) -> T:
    results: list[T] = []
    errors: list[BaseException] = []

    def record() -> None:
        try:
            results.append(action())
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that asked
            errors.append(error)

    thread = threading.Thread(target=record)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
