"""What cannot be used gets a sentence with its place, exit status 2, and nothing written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from auditstrap.cli import app
from auditstrap.cli.console import Console, Failure
from auditstrap.cli.files import Folder
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR
from auditstrap.setup import Artifact
from auditstrap.yaml_text import HEADING

HEAD = 'apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\nspec:\n  kubernetesVersion: "1.37"\n'
ALIASES = "".join(f"    a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 11))
POLICY = "  policy:\n    inline:\n      apiVersion: audit.k8s.io/v1\n      kind: Policy\n      rules:\n"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def render(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["render", *arguments])


def refusal(*arguments: str) -> str:
    """What a run says that must fail without a trace on the disk."""
    before = tree()
    result = render(*arguments)
    assert isinstance(result.exception, Failure), result.output
    assert result.exception.status == 2
    assert tree() == before
    return "\n".join([*result.exception.sentences, *map(str, result.exception.problems)])


def tree() -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in Path().rglob("*")}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("  webhok: {}\n", 's.yaml:5:3: spec: unknown field "webhok"; did you mean "webhook"? allowed: enabled, '),
        ('  log: {maxAge: "30"}\n', 's.yaml:5:17: spec.log.maxAge: the string "30" stands here; a whole number from 0'),
        ("  log: {path: var/log/audit}\n", "s.yaml:5:15: spec.log.path: the path 'var/log/audit' is relative"),
        (
            "  node: {policyPath: /etc//p}\n",
            "s.yaml:5:22: spec.node.policyPath: the path '/etc//p' is not in its",
        ),
        ("  node: {policyPath: /a/../p}\n", "s.yaml:5:22: spec.node.policyPath: the path '/a/../p' goes up by .."),
        (
            '  node: {policyPath: "/a\\n/p"}\n',
            r"s.yaml:5:22: spec.node.policyPath: the path '/a\n/p' has the",
        ),
        ("  webhook: {mode: batch}\n", 's.yaml:5:12: spec.webhook: the field "server" is missing'),
        (POLICY + "      - level: x\n", "s.yaml:10:16: spec.policy.inline: kube-apiserver 1.37 would not start with"),
        (POLICY + "      - {level: None, verb: []}\n", "s.yaml:10:23: spec.policy.inline: kube-apiserver would drop"),
        (
            POLICY + "      - {level: None, level: None}\n",
            's.yaml:10:23: spec.policy.inline: "level" stands here',
        ),
        ("  policy: {before: [{level: None, verb: []}]}\n", "s.yaml:5:35: spec.policy.before[0]: kube-apiserver"),
        ("  policy:\n    a0: &a0 [x]\n" + ALIASES, 's.yaml:6:5: spec.policy: unknown field "a0"'),
        (
            "  policy:\n    inline: &a {rules: [*a]}\n",
            "s.yaml:6:25: this is not YAML: anchor 'a' value contains",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(fields: str, said: str) -> None:
    Path("s.yaml").write_text(HEAD + fields)
    assert said in refusal("s.yaml", "-o", "out")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "s.yaml: there is no AuditBootstrap in it"),
        (bytes(range(256)), "s.yaml is not text in UTF-8: the byte at 128 belongs to no character"),
        (b"\x1f\x8b\x08\x00", "s.yaml is not text in UTF-8"),
        (b"\0" * 100, "s.yaml:1:1: this is not YAML: the character U+0000"),
        (b"[" * 100_000, "this is not YAML"),
        (b"apiVersion: v1\nkind: Pod\n", 'kind: unknown kind "Pod"'),
    ],
)
def test_what_is_no_spec_is_refused(content: bytes, said: str) -> None:
    Path("s.yaml").write_bytes(content)
    assert said in refusal("s.yaml", "-o", "out")


def test_of_a_spec_of_100_mb_no_more_than_the_bound_is_read() -> None:
    with Path("s.yaml").open("wb") as file:
        file.truncate(100_000_000)
    result = render("s.yaml", "-o", "out")
    assert str(result.exception) == "s.yaml is larger than 16 MiB, the most that is read"


@pytest.mark.parametrize("version", [f"1.{OLDEST_MINOR - 1}", f"v1.{NEWEST_MINOR + 1}.2"])
def test_another_minor_is_refused_by_name(version: str) -> None:
    minor = ".".join(version.removeprefix("v").split(".")[:2])
    said = f"Kubernetes {minor} is not supported; 1.{OLDEST_MINOR} to 1.{NEWEST_MINOR} are"
    assert said in refusal("--kubernetes-version", version, "-o", "out")


@pytest.mark.parametrize("minor", range(OLDEST_MINOR, NEWEST_MINOR + 1))
def test_a_version_alone_is_a_complete_spec(minor: int) -> None:
    assert render("--kubernetes-version", f"1.{minor}", "-o", "out").exit_code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "audit-policy.yaml",
        "cloud-config.yaml",
        "kubeadm.yaml",
    ]


def test_a_foreign_file_is_not_overwritten_and_the_rest_not_written_either() -> None:
    Path("out").mkdir()
    Path("out/kubeadm.yaml").write_text("mine\n")
    said = refusal("--kubernetes-version", "1.37", "-o", "out")
    assert said == (
        "out/kubeadm.yaml was not written by auditstrap and would be overwritten; move it away, or use --force"
    )


def test_foreign_files_with_other_names_do_no_harm() -> None:
    Path("out").mkdir()
    Path("out/README").write_text("mine\n")
    assert render("--kubernetes-version", "1.37", "-o", "out").exit_code == 0
    assert Path("out/README").read_text() == "mine\n"


def test_a_file_in_the_folders_place_is_named() -> None:
    Path("out").write_text("mine\n")
    said = refusal("--kubernetes-version", "1.37", "-o", "out/audit")
    assert said == "out/audit/audit-policy.yaml cannot be there: a folder on the way to it is a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named() -> None:
    Path("out").mkdir(mode=0o500)
    said = refusal("--kubernetes-version", "1.37", "-o", "out")
    assert said == "out/audit-policy.yaml cannot be written: permission denied"


class _FullDisk:
    """Lets a few bytes through, and then none."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write_bytes(self, path: Path, content: bytes) -> int:
        self.room -= len(content)
        if self.room < 0:
            raise OSError(28, "No space left on device")
        with path.open("wb") as file:
            return file.write(content)


OLD = [Artifact("a", f"# {HEADING}\nold a\n".encode()), Artifact("b", f"# {HEADING}\nold b\n".encode())]
NEW = [Artifact(one.path, one.content.replace(b"old", b"new")) for one in OLD] + [Artifact("c/d", b"new")]


@pytest.mark.parametrize("room", [0, 50, 70])
def test_a_disk_that_fills_up_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    Folder(Path("out")).write(OLD)
    before = tree()
    disk = _FullDisk(room)
    monkeypatch.setattr(Path, "write_bytes", lambda path, content: disk.write_bytes(path, content))  # noqa: PLW0108 - so that it gets its path
    with pytest.raises(Failure, match=r"out/.* cannot be written: no space left on device"):
        Folder(Path("out")).write(NEW)
    assert tree() == before


@pytest.mark.parametrize("last", range(3))
def test_a_move_that_fails_takes_the_others_back(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    Folder(Path("out")).write(OLD)
    before = tree()
    moved: list[Path] = []
    move = Path.replace

    def replace(path: Path, target: Path) -> Path:
        moved.append(path)
        if len(moved) == last + 1:
            raise PermissionError(1, "Operation not permitted")
        return move(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(Failure, match="cannot be written: operation not permitted"):
        Folder(Path("out")).write(NEW)
    assert tree() == before


def test_files_are_written_with_their_modes_and_nothing_stays_beside_them() -> None:
    Folder(Path("out")).write(OLD)
    Folder(Path("out")).write(NEW)
    assert {name: content for name, content in tree().items() if content} == {
        f"out/{artifact.path}": artifact.content for artifact in NEW
    }
    modes = {stat.S_IMODE(Path("out", artifact.path).stat().st_mode) for artifact in NEW}
    assert modes == {artifact.mode for artifact in NEW}


def test_of_very_many_problems_the_first_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.yaml").write_text(HEAD + "  outputs:\n" + "  - {format: policy}\n" * 2000)
    failure = render("s.yaml").exception
    assert isinstance(failure, Failure)
    Console.stderr().failure(failure)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "1999 problems, of which the first 100 are shown; nothing was written"
    assert len(lines) == 301


def test_a_mark_in_a_long_line_stands_under_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.yaml").write_text("x: [" + "1, " * 500 + "@" + ", 2" * 500 + "]\n")
    failure = render("s.yaml").exception
    assert isinstance(failure, Failure)
    Console.stderr().failure(failure)
    _, line, mark = capsys.readouterr().err.splitlines()
    assert line[mark.index("^")] == "@"
    assert len(line) < 180
