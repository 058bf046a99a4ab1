"""``auditstrap check`` as a program: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditstrap.rules.support.examples import CLOUD_CONFIG, KUBEADM, POD, changed

WRONG = changed(KUBEADM, "readOnly: false", "readOnly: true")
UNTIDY = changed(KUBEADM, "readOnly: true", "readOnly: false")


def run(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    command = [sys.executable, "-m", "auditstrap", "check", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize(
    ("text", "options", "status"),
    [
        (KUBEADM, (), 0),
        (WRONG, (), 1),
        (UNTIDY, (), 0),
        (UNTIDY, ("--strict",), 1),
        (WRONG, ("--ignore", "log-mount-read-only"), 0),
        (WRONG, ("--select", "no-audit"), 0),
        ("kind: ConfigMap\n", (), 3),
        (KUBEADM, ("--select", "no-such-rule"), 2),
        (KUBEADM, ("--kubernetes-version", "2.0"), 2),
    ],
)
def test_the_exit_status_says_how_it_went(tmp_path: Path, text: str, options: tuple[str, ...], status: int) -> None:
    (tmp_path / "kubeadm.yaml").write_text(text)
    assert run("kubeadm.yaml", *options, cwd=tmp_path).returncode == status


def test_a_missing_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    ended = run("missing.yaml", cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == "error: missing.yaml cannot be checked: it cannot be read: no such file or directory\n"


def test_text_shows_the_line_a_mark_and_every_related_place(tmp_path: Path) -> None:
    (tmp_path / "kubeadm.yaml").write_text(WRONG)
    assert run("kubeadm.yaml", cwd=tmp_path).stdout == (
        "kubeadm.yaml:25:15: fatal[log-mount-read-only]: the mount at /var/log/kubernetes/audit is readOnly and the "
        "log lies on it: kube-apiserver cannot open it and does not start\n"
        "   25 |     readOnly: true\n"
        "      |               ^^^^\n"
        "  kubeadm.yaml:9:12: the log is given here\n"
        "    9 |     value: /var/log/kubernetes/audit/audit.log\n"
        "      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  fix: make the mount writable\n"
        "\n"
        "1 finding (1 fatal); 1 file examined, 0 skipped\n"
    )


def test_json_has_the_published_shape(tmp_path: Path) -> None:
    (tmp_path / "kubeadm.yaml").write_text(WRONG)
    (tmp_path / "notes.txt").write_text("nothing of ours")
    report = json.loads(run(".", "--format", "json", cwd=tmp_path).stdout)
    assert list(report) == ["version", "examined", "skipped", "findings", "summary", "notes"]
    assert report["examined"] == [{"path": "./kubeadm.yaml", "kind": "ClusterConfiguration"}]
    assert [entry["path"] for entry in report["skipped"]] == ["./notes.txt"]
    assert report["summary"] == {"fatal": 1, "blind": 0, "leak": 0, "loss": 0, "hygiene": 0}
    (finding,) = report["findings"]
    assert (finding["rule"], finding["start"], finding["end"]) == (
        "log-mount-read-only",
        {"line": 25, "column": 15},
        {"line": 25, "column": 19},
    )
    assert finding["fix"]["edits"][0]["text"] == "false"


def test_standard_input_is_read_for_a_dash(tmp_path: Path) -> None:
    ended = run("-", "--format", "json", cwd=tmp_path, stdin=WRONG)
    assert [finding["path"] for finding in json.loads(ended.stdout)["findings"]] == ["<stdin>"]


def test_files_are_recognised_by_what_stands_in_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(POD)
    (tmp_path / "b").write_text(CLOUD_CONFIG)
    (tmp_path / "c.yaml").write_text("# kubeadm\nhello: world\n")
    report = json.loads(run(".", "--format", "json", cwd=tmp_path).stdout)
    assert {(entry["path"], entry["kind"]) for entry in report["examined"]} == {
        ("./a.txt", "Pod"),
        ("./b", "cloud-config"),
    }


def test_what_is_no_file_is_passed_over_and_said(tmp_path: Path) -> None:
    (tmp_path / "kubeadm.yaml").write_text(KUBEADM)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "binary").write_bytes(b"\xff\x00kubeadm")
    report = json.loads(run(".", "--format", "json", cwd=tmp_path).stdout)
    assert {entry["path"]: entry["reason"] for entry in report["skipped"]} == {
        "./binary": "it is not text in UTF-8",
        "./dangling": "it cannot be read: no such file or directory",
        "./pipe": "it is no plain file",
    }


def test_nothing_in_a_file_commands_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2Jb.yaml").write_text(WRONG.replace("value: /var", 'value: "/var\\e[31m'), encoding="utf-8")
    ended = run(".", cwd=tmp_path)
    assert "\x1b" not in ended.stdout


def test_a_diff_changes_nothing_and_a_fix_changes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "kubeadm.yaml"
    file.write_text(WRONG)
    file.chmod(0o640)
    shown = run("kubeadm.yaml", "--diff", cwd=tmp_path)
    assert "-    readOnly: true\n+    readOnly: false\n" in shown.stdout
    assert (file.read_text(), shown.returncode) == (WRONG, 1)
    assert run("kubeadm.yaml", "--fix", cwd=tmp_path).returncode == 0
    assert (file.read_text(), file.stat().st_mode & 0o777) == (KUBEADM, 0o640)


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        (".auditstrap.yaml", "ignore: [log-mount-read-only]\n", 0),
        ("pyproject.toml", '[tool.auditstrap]\nignore = ["log-mount-read-only"]\n', 0),
        ("pyproject.toml", '[tool.other]\nname = "auditstrap"\n', 1),
        (".auditstrap.yaml", "ignored: [log-mount-read-only]\n", 2),
        (".auditstrap.yaml", "strict: 1\n", 2),
    ],
)
def test_a_file_of_settings_holds_for_the_folders_below_it(tmp_path: Path, name: str, text: str, status: int) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "kubeadm.yaml").write_text(WRONG)
    assert run("kubeadm.yaml", cwd=tmp_path / "below").returncode == status


def test_a_baseline_is_written_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "kubeadm.yaml").write_text(WRONG)
    assert run("kubeadm.yaml", "--write-baseline", "known.json", cwd=tmp_path).returncode == 0
    assert run("kubeadm.yaml", "--baseline", "known.json", cwd=tmp_path).returncode == 0
