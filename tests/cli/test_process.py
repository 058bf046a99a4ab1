"""The program as a process: signals, streams that end early or are full, colours, completion."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("auditstrap")
HEAD = "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\n"


def run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A shell command in which ``auditstrap`` is the program."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command", ["schema spec", "preset show baseline@1", "render --kubernetes-version 1.37", "--help", "--version"]
)
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path, command: str) -> None:
    closed = run(f"auditstrap {command} | true; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert (closed.stdout, closed.stderr) == ("0\n", "")


def test_a_failure_keeps_its_status_when_nobody_reads_it(tmp_path: Path) -> None:
    closed = run("auditstrap render no.yaml 2>&1 | true; echo ${PIPESTATUS[0]}", tmp_path)
    assert (closed.stdout, closed.stderr) == ("2\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("command", ["schema spec", "preset list", "render --kubernetes-version 1.37"])
def test_a_full_disk_behind_the_output_is_told(tmp_path: Path, command: str) -> None:
    full = run(f"auditstrap {command} > /dev/full", tmp_path)
    assert (full.returncode, full.stderr) == (2, "error: the output cannot be written: no space left on device\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_word_and_without_a_file(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [PROGRAM, "render", "-", "-o", "out"], cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        # More than a pipe holds, so that once it is written the program reads, and is ready for the signal.
        process.stdin.write(b"#" * 2**20)
        process.send_signal(number)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait() == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_colours_are_for_terminals_and_for_those_who_ask(tmp_path: Path) -> None:
    plain = run("auditstrap render no.yaml", tmp_path)
    asked = run("auditstrap --color always render no.yaml", tmp_path)
    refused = run("auditstrap render no.yaml", tmp_path, NO_COLOR="1", FORCE_COLOR="1")
    assert ["\x1b[" in result.stderr for result in (plain, asked, refused)] == [False, True, False]


def test_a_shell_completes_commands_formats_and_presets(tmp_path: Path) -> None:
    def completed(words: str) -> list[str]:
        count = str(len(words.split(" ")) - 1)
        variables = {"COMP_WORDS": words, "COMP_CWORD": count, "_AUDITSTRAP_COMPLETE": "complete_bash"}
        return run("auditstrap", tmp_path, **variables).stdout.split()

    assert completed("auditstrap re") == ["render"]
    assert completed("auditstrap render --format cl") == ["cloud-init"]
    assert "baseline@1" in completed("auditstrap preset show ba")


def test_many_clusters_show_their_progress_on_a_terminal_only(tmp_path: Path) -> None:
    spec = "spec: {kubernetesVersion: '1.37'}\n"
    fleet = "---\n".join(f"{HEAD}metadata: {{name: c{number}}}\n{spec}" for number in range(120))
    (tmp_path / "fleet.yaml").write_text(fleet)
    command = "auditstrap render fleet.yaml > /dev/null"
    silent = run(command, tmp_path)
    shown = run(f"script --quiet --return --command '{command}' /dev/null", tmp_path, TERM="xterm")
    assert silent.stderr == ""
    assert "rendering" in shown.stdout
