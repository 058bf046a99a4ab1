"""``auditstrap policy`` as a program: what it prints and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n"
POLICY = f"{HEAD}- level: None\n  users: [bob]\n- level: Metadata\n"
LESS = f"{HEAD}- level: None\n  users: [bob, carol]\n- level: Metadata\n"
BROKEN = f"{HEAD}- level: metadata\n"


def run(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "auditstrap", "policy", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"p.yaml": POLICY, "less.yaml": LESS, "broken.yaml": BROKEN}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("validate", "p.yaml"), 0),
        (("validate", "broken.yaml"), 1),
        (("validate", "missing.yaml"), 2),
        (("validate", "p.yaml", "--kubernetes-version", "2.0"), 2),
        (("explain", "broken.yaml", "get", "pods"), 1),
        (("explain", "p.yaml", "gt", "pods"), 2),
        (("explain", "p.yaml", "get", "pood"), 2),
        (("explain", "p.yaml", "get"), 2),
        (("explain", "p.yaml"), 2),
        (("explain", "p.yaml", "get", "pods", "--http", "GET /"), 2),
        (("explain", "p.yaml", "--http", "GET"), 2),
        (("explain", "p.yaml", "--http", "GET /api/v1/watch"), 2),
        (("diff", "p.yaml", "less.yaml"), 0),
        (("diff", "p.yaml", "less.yaml", "--fail-on", "less"), 1),
        (("diff", "less.yaml", "p.yaml", "--fail-on", "less"), 0),
        (("diff", "less.yaml", "p.yaml", "--fail-on", "any"), 1),
        (("diff", "p.yaml", "p.yaml", "--fail-on", "any"), 0),
        (("matrix", "p.yaml"), 0),
    ],
)
def test_the_exit_status_says_how_it_went(folder: Path, arguments: tuple[str, ...], status: int) -> None:
    done = run(*arguments, cwd=folder)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def test_validate_speaks_in_the_words_of_kube_apiserver_at_the_place(folder: Path) -> None:
    done = run("validate", "broken.yaml", cwd=folder)
    assert done.stderr == (
        'broken.yaml:4:10: error: rules[0].level: Unsupported value: "metadata": supported values: '
        '"None", "Metadata", "Request", "RequestResponse"\n'
        "    4 | - level: metadata\n"
        "      |          ^^^^^^^^\n"
    )
    verdict = json.loads(run("validate", "-", "--format", "json", cwd=folder, stdin=BROKEN).stdout)
    assert verdict["ok"] is False
    assert verdict["error"].startswith("rules[0].level: Unsupported value")


def test_explain_names_the_rule_points_at_it_and_says_why_not_before(folder: Path) -> None:
    assert run("explain", "p.yaml", "get", "secrets/db", "-n", "prod", cwd=folder).stdout == (
        "get /api/v1/namespaces/prod/secrets/db by alice\n"
        "  level   Metadata: who, what, when and from where; no body\n"
        "  stages  RequestReceived, ResponseStarted, ResponseComplete, Panic\n"
        "  rule    1, at p.yaml:6\n"
        "            6 | - level: Metadata\n"
        "  passed  rule 0 at line 4: users: alice is not in [bob]\n"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("get", "deploy/web"), ("get", "apps", "deployments", "", "default", "web")),
        (("list", "pods", "-A"), ("list", "", "pods", "", "", "")),
        (("create", "po", "--subresource", "exec"), ("create", "", "pods", "exec", "default", "")),
        (("get", "node", "a"), ("get", "", "nodes", "", "", "a")),
        (("get", "namespaces/prod"), ("get", "", "namespaces", "", "prod", "prod")),
        (("patch", "widgets.example.com/x", "-n", "a"), ("patch", "example.com", "widgets", "", "a", "x")),
        (
            ("--http", "DELETE /apis/apps/v1/namespaces/a/deployments"),
            ("deletecollection", "apps", "deployments", "", "a", ""),
        ),
    ],
)
def test_explain_takes_the_words_of_kubectl(
    folder: Path, arguments: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    found = json.loads(run("explain", "p.yaml", *arguments, "--format", "json", cwd=folder).stdout)
    request = found["request"]
    fields = ("verb", "apiGroup", "resource", "subresource", "namespace", "name")
    assert tuple(request[field] for field in fields) == expected
    assert set(found) == {
        "level", "rule", "stages", "omitManagedFields", "path", "start", "end", "request", "passed",
    }  # fmt: skip


def test_explain_gives_a_user_the_groups_that_kubernetes_does(folder: Path) -> None:
    arguments = ("explain", "p.yaml", "get", "pods", "--as", "system:serviceaccount:a:b", "--format", "json")
    groups = json.loads(run(*arguments, cwd=folder).stdout)["request"]["groups"]
    assert groups == ["system:authenticated", "system:serviceaccounts", "system:serviceaccounts:a"]


def test_explain_takes_the_requests_of_a_log(folder: Path) -> None:
    event = {"requestURI": "/api/v1/pods", "verb": "list", "level": "Request", "user": {"username": "bob"}}
    (folder / "audit.log").write_text(f"{json.dumps(event)}\n{json.dumps({**event, 'level': 'None'})}\n")
    done = run("explain", "p.yaml", "--event", "audit.log", cwd=folder)
    assert done.stdout.count("list /api/v1/pods by bob") == 2
    assert done.stdout.count("but the event was written at Request") == 1


def test_a_difference_is_told_in_words_with_an_example(folder: Path) -> None:
    assert run("diff", "p.yaml", "less.yaml", cwd=folder).stdout == (
        "Metadata → nothing, less is written\n"
        "  any verb on any resource by carol\n"
        "      for example create /api/v1/namespaces/prod/pods by carol\n"
        "  any verb on any URL that is no resource by carol\n"
        "      for example get /metrics by carol\n"
    )


def test_a_matrix_is_one_page_without_anything_from_elsewhere(folder: Path) -> None:
    (folder / "<b>.yaml").write_text(POLICY)
    page = run("matrix", "<b>.yaml", "--format", "html", cwd=folder).stdout
    assert page.startswith("<!DOCTYPE html>")
    assert "&lt;b&gt;.yaml" in page
    assert not any(word in page for word in ("<b>", "http://", "https://", "<script", "src="))


def test_a_matrix_is_a_table_of_markdown_and_json(folder: Path) -> None:
    lines = run("matrix", "p.yaml", "--format", "markdown", cwd=folder).stdout.splitlines()
    assert len({line.count("|") for line in lines}) == 1
    found = json.loads(run("matrix", "p.yaml", "--format", "json", cwd=folder).stdout)
    assert found["rows"][0]["levels"]["people"] == ["Metadata"]


def test_tests_of_a_policy_end_with_how_many_passed(folder: Path) -> None:
    head = "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditPolicyTest\ntests:\n"
    (folder / "t.yaml").write_text(
        f"{head}- name: bob leaves nothing\n  all: {{user: bob}}\n  expect: {{level: None}}\n"
        "- name: nobody leaves nothing\n  all: {}\n  expect: {atLeast: Metadata}\n"
    )
    done = run("test", "p.yaml", "t.yaml", cwd=folder)
    assert done.returncode == 1
    assert done.stdout == (
        "ok      bob leaves nothing  (proved: always)\n"
        "FAILED  nobody leaves nothing\n"
        "t.yaml:7:3: error: expected at least Metadata, found None, rule 0 decides: "
        "create /api/v1/namespaces/prod/pods by bob\n"
        "    7 | - name: nobody leaves nothing\n"
        "      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "1 passed, 1 failed\n"
    )
    assert json.loads(run("test", "p.yaml", "t.yaml", "--format", "json", cwd=folder).stdout)["failed"] == 1
