"""The README's examples, run as they stand. ``AUDITSTRAP_UPDATE=1`` writes what they print into it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
FILE = re.compile(r"<!-- file: (?P<name>\S+) -->\n```yaml\n(?P<text>.*?)```", re.DOTALL)
SESSION = re.compile(r"(?<=```console\n)(?P<text>.*?)(?=```)", re.DOTALL)
UPDATE = "AUDITSTRAP_UPDATE"


def printed(command: str, folder: Path) -> str:
    """What a command line of the README prints: auditstrap and cat are all that it uses."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return "".join((folder / name).read_text() for name in arguments)
    assert program == "auditstrap"
    done = subprocess.run(
        [sys.executable, "-m", "auditstrap", *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def replayed(session: str, folder: Path) -> str:
    commands = [line.removeprefix("$ ") for line in session.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{printed(command, folder)}" for command in commands)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for match in FILE.finditer(README.read_text()):
        (tmp_path / match["name"]).write_text(match["text"])
    return tmp_path


def test_every_session_prints_what_the_readme_shows(folder: Path) -> None:
    readme = README.read_text()
    actual = SESSION.sub(lambda match: replayed(match["text"], folder), readme)
    if os.environ.get(UPDATE):
        README.write_text(actual)
    assert actual == README.read_text()
    assert len(SESSION.findall(readme)) > 1


def test_every_preset_is_in_the_table() -> None:
    from auditstrap.policy import presets

    assert all(f"| `{name}` |" in README.read_text() for name in presets.names())


def test_the_run_line_renders_three_artifacts(tmp_path: Path) -> None:
    """The line itself installs from the network, so only what it ends in is run here."""
    line = re.search(r"<!-- run -->\n```sh\n(.*)\n```", README.read_text())
    assert line
    *_, command = line[1].split(" && ")
    arguments = command.removeprefix(".venv/bin/auditstrap ").split()
    subprocess.run([sys.executable, "-m", "auditstrap", *arguments], cwd=tmp_path, check=True, capture_output=True)
    written = sorted(path.name for path in (tmp_path / "audit").iterdir())
    assert written == ["audit-policy.yaml", "cloud-config.yaml", "kubeadm.yaml"]


def test_the_commands_it_lists_exist() -> None:
    program = [sys.executable, "-m", "auditstrap"]
    for name in ("init", "render", "check", "policy", "preset", "rule", "schema"):
        subprocess.run([*program, name, "--help"], check=True, capture_output=True)
