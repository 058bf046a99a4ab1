"""Which paths auditing may use on a node."""

from __future__ import annotations

import posixpath
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import paths

from auditstrap.paths import PATH_PATTERN, certificate_problem, is_under, mounted_by_kubeadm, path_problem

ANY_PATHS = st.text("/.a-_ \n%:'\"$é", max_size=12) | st.text(max_size=20).map(lambda text: "/" + text)
KINDS_OF_PATHS = pytest.mark.parametrize("problem_of", [path_problem, certificate_problem])


@given(paths("/etc") | paths("/opt"))
def test_an_ordinary_path_is_allowed(path: str) -> None:
    assert path_problem(path) is None


@given(ANY_PATHS)
def test_an_allowed_path_is_the_same_to_everyone_who_reads_it(path: str) -> None:
    for problem_of in (path_problem, certificate_problem):
        if problem_of(path) is None:
            assert path.startswith("/")
            assert not path.startswith("//")
            assert path != "/"
            assert posixpath.normpath(path) == path
            assert shlex.split(path) == [path]
            assert "%" not in path
            assert ":" not in path
            assert re.search(PATH_PATTERN, path)


@given(ANY_PATHS)
def test_what_is_wrong_is_told_on_one_printable_line(path: str) -> None:
    problem = path_problem(path)
    assert problem is None or problem.isprintable()


@KINDS_OF_PATHS
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("etc/audit.yaml", "is relative"),
        ("", "is relative"),
        ("/etc/../tmp/a", "goes up by .."),
        ("/etc/audit/", "/etc/audit is"),
        ("/etc//audit", "/etc/audit is"),
        ("/etc/./audit", "/etc/audit is"),
        ("//etc/audit", "/etc/audit is"),
        ("/etc/a b", "the character ' '"),
        ("/etc/a\nb", "the character '\\n'"),
        ("/etc/%m/a", "the character '%'"),
        ("/etc/a:ro", "the character ':'"),
        ("/etc/$HOME", "the character '$'"),
        ("/etc/é", "the character '\\xe9'"),
    ],
)
def test_a_path_in_another_form_is_refused(problem_of: object, path: str, words: str) -> None:
    assert callable(problem_of)
    problem = problem_of(path)
    assert problem is not None
    assert words in problem


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/audit", "at the root of the host"),
        ("/etc/kubernetes/manifests", "static Pod"),
        ("/etc/kubernetes/manifests/audit.yaml", "static Pod"),
        ("/etc/tmpfiles.d/audit.conf", "systemd-tmpfiles"),
        ("/etc/kubernetes/pki", "mounted into kube-apiserver by kubeadm"),
        ("/etc/ssl/certs", "mounted into kube-apiserver by kubeadm"),
        ("/tmp/audit/policy.yaml", "does not outlive a reboot"),  # noqa: S108 - refused
        ("/var/run/audit/policy.yaml", "does not outlive a reboot"),
        ("/proc/1/root", "does not outlive a reboot"),
        ("/usr/share/audit/policy.yaml", "belongs to the operating system"),
        ("/lib64/audit/x", "belongs to the operating system"),
    ],
)
def test_a_path_at_a_wrong_place_is_refused(path: str, words: str) -> None:
    problem = path_problem(path)
    assert problem is not None
    assert words in problem


@pytest.mark.parametrize("path", ["/etc/kubernetes/manifests-of-mine/a", "/runs/a/b", "/var/runs/a", "/usrlocal/a/b"])
def test_a_folder_that_only_begins_like_a_refused_one_is_allowed(path: str) -> None:
    assert path_problem(path) is None


@pytest.mark.parametrize("path", ["/usr/local/share/ca.crt", "/etc/kubernetes/pki/ca.crt", "/run/secrets/key.pem"])
def test_a_certificate_may_be_where_somebody_else_puts_it(path: str) -> None:
    assert certificate_problem(path) is None


@given(paths("/etc"), paths("/a").map(lambda path: path[1:]))
def test_what_is_joined_to_a_folder_is_under_it(folder: str, rest: str) -> None:
    assert is_under(f"{folder}/{rest}", folder)
    assert is_under(folder, folder)
    assert is_under(folder, "/")
    assert not is_under(folder, f"{folder}/{rest}")
    assert not is_under(f"{folder}{rest}", folder)


def test_only_the_pki_folder_is_always_in_the_pod() -> None:
    assert mounted_by_kubeadm("/etc/kubernetes/pki/audit/ca.crt")
    assert not mounted_by_kubeadm("/etc/ssl/certs/ca.crt")
    assert not mounted_by_kubeadm("/etc/kubernetes/pki2/ca.crt")
