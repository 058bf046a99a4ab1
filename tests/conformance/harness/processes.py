"""Real programs: run to their end, or kept running until the test stops exactly those that it started."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

POLL_SECONDS = 0.05


class CommandError(AssertionError):
    """A program is missing, or ended with another status than 0; the message holds what it printed."""


def run(*argv: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, timeout: float = 1800) -> str:
    """Standard output of a program that ends well. Raises CommandError."""
    done = attempt(*argv, env=env, cwd=cwd, timeout=timeout)
    if done.returncode != 0:
        raise CommandError(f"{' '.join(map(str, argv))}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def attempt(
    *argv: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, timeout: float = 1800
) -> subprocess.CompletedProcess[str]:
    """A program run to its end, however it ends."""
    words = [str(word) for word in argv]
    if shutil.which(words[0]) is None:
        raise CommandError(f"{words[0]} is not installed on this machine, and these tests need it")
    return subprocess.run(
        words,
        env=env,
        cwd=cwd,
        timeout=timeout,
        check=False,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


class Running:
    """A program that runs in the background, with its output in a file."""

    def __init__(self, argv: list[str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    """Poll a condition until it holds. Raises AssertionError, naming what was waited for, at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(POLL_SECONDS)
