"""Times whole processes, each beside a rival, and prints a table."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
POLICY = HERE.parent / "templates" / "presets" / "baseline@1.yaml"
RUNS = 5


class Cost(NamedTuple):
    """Of one process: CPU seconds (user and system), wall seconds, peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


class Case(NamedTuple):
    """A command of ours and the rival's; both write into the folder that follows them, if any."""

    name: str
    ours: list[str]
    rival: list[str]


def main() -> None:
    """Measure every case and print it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        print(f"{'case':<22}{'':>12}{'CPU s':>8}{'wall s':>8}{'MiB':>7}   ratio (CPU, wall, memory)")
        for case in cases(folder):
            ours, rival = measured(case, folder)
            ratio = ", ".join(f"{a / b:.2f}" for a, b in zip(ours, rival, strict=True))
            print(f"{case.name:<22}{'auditstrap':>12}{ours.cpu:>8.3f}{ours.wall:>8.3f}{ours.memory:>7.1f}   {ratio}")
            print(f"{'':<22}{'rival':>12}{rival.cpu:>8.3f}{rival.wall:>8.3f}{rival.memory:>7.1f}")


def cases(folder: Path) -> list[Case]:
    """The cases, with their specs written into the folder."""
    program = [sys.executable, "-m", "auditstrap"]
    by_hand = [sys.executable, str(HERE / "by_hand.py")]
    one, fleet = spec(folder / "one.yaml", 1), spec(folder / "fleet.yaml", 1000)
    return [
        Case("--version", [*program, "--version"], [sys.executable, "-m", "yamllint", "--version"]),
        Case("one spec", [*program, "render", one, "-o", "OUT"], [*by_hand, one, str(POLICY), "OUT"]),
        Case("1,000 clusters", [*program, "render", fleet, "-o", "OUT"], [*by_hand, fleet, str(POLICY), "OUT"]),
        Case(
            "1,000, --check",
            [*program, "render", fleet, "-o", str(prepared(program, fleet, folder)), "--check"],
            [*by_hand, fleet, str(POLICY), "OUT"],
        ),
    ]


def prepared(program: list[str], fleet: str, folder: Path) -> Path:
    """A folder that is what the fleet renders."""
    subprocess.run([*program, "render", fleet, "-o", str(folder / "there")], check=True, capture_output=True)
    return folder / "there"


def spec(path: Path, clusters: int) -> str:
    """A spec file with this many clusters that differ a little."""
    path.write_text(
        "---\n".join(
            "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\n"
            f"metadata:\n  name: cluster-{index}\n"
            f'spec:\n  kubernetesVersion: "1.{25 + index % 13}"\n  log:\n    maxAge: {30 + index % 60}\n'
            for index in range(clusters)
        )
    )
    return str(path)


def measured(case: Case, folder: Path) -> tuple[Cost, Cost]:
    """Medians of both commands, run in turn after one run each that does not count."""
    pairs = [(run(case.ours, folder), run(case.rival, folder)) for _ in range(RUNS + 1)][1:]
    ours, rival = zip(*pairs, strict=True)
    return median(ours), median(rival)


def median(costs: tuple[Cost, ...]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(figure) for figure in zip(*costs, strict=True)))


def run(command: list[str], folder: Path) -> Cost:
    """One process, into a fresh folder where the command names OUT."""
    with tempfile.TemporaryDirectory(dir=folder) as output:
        arguments = [output if argument == "OUT" else argument for argument in command]
        start = time.perf_counter()
        with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} exited with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
