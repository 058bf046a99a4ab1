"""``Request.from_http`` takes URLs apart as RequestInfo does."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.vectors import REQUEST_INFO

from auditstrap.policy import Request, RequestError


@pytest.mark.parametrize("case", REQUEST_INFO, ids=lambda case: case["req"])
def test_a_request_is_what_upstream_makes_of_it(case: dict[str, Any]) -> None:
    method, _, url = case["req"].partition(" ")
    request = Request.from_http(method, url, user="a", groups=("g",))
    assert request == Request(
        user="a",
        groups=("g",),
        verb=case["verb"],
        api_group=case["group"],
        api_version=case["ver"],
        resource=case["resource"],
        subresource=case["sub"],
        namespace=case["ns"],
        name=case["name"],
        resource_request=case["res"],
        path=case["path"],
    )


@pytest.mark.parametrize(
    ("query", "verb", "name"),
    [
        ("", "list", ""),
        ("watch", "watch", ""),
        ("watch=", "watch", ""),
        ("watch=F", "watch", ""),
        ("watch=FALSE", "list", ""),
        ("watch=0&watch=1", "list", ""),
        ("w%61tch=1", "watch", ""),
        ("watch=1;x=2", "list", ""),
        ("fieldSelector=metadata.name%3Dx", "list", "x"),
        ("fieldSelector=metadata.name==x&watch=1", "watch", "x"),
        ("fieldSelector=metadata.name!=x", "list", ""),
        ("fieldSelector=spec.a=b,metadata.name=x", "list", "x"),
        ("fieldSelector=metadata.name=x,metadata.name=a", "list", "a"),
        (r"fieldSelector=metadata.name=a\,b", "list", "a,b"),
        (r"fieldSelector=metadata.name=a\b", "list", ""),
        ("fieldSelector=metadata.name=a%2Fb", "list", ""),
        ("fieldSelector=metadata.name=..", "list", ""),
        ("fieldSelector=+metadata.name=x", "list", ""),
        ("fieldSelector=metadata.name=x&labelSelector=app+in+(a,)", "list", "x"),
        ("fieldSelector=metadata.name=x&labelSelector=app+in+(a", "list", ""),
        ("fieldSelector=metadata.name=x&labelSelector=!!app&watch=1", "watch", ""),
        ("fieldSelector=metadata.name=x&limit=1.5", "list", ""),
        ("fieldSelector=metadata.name=x&timeoutSeconds=&watch=0", "list", ""),
    ],
)
def test_list_options_make_a_watch_and_a_name(query: str, verb: str, name: str) -> None:
    request = Request.from_http("GET", f"/api/v1/secrets?{query}")
    assert (request.verb, request.name) == (verb, name)


@pytest.mark.parametrize(
    ("method", "url", "told"),
    [
        ("GET", "/api/v1/watch", "unable to determine kind and namespace from url, /api/v1/watch"),
        ("GET", "/apis/apps/v1/proxy/", "unable to determine kind and namespace from url, /apis/apps/v1/proxy/"),
        ("GET", "/api/v1/pods/%zz", "invalid URL escape '%zz' in '/api/v1/pods/%zz'"),
        ("GET", "api/v1/pods", "invalid URI for request 'api/v1/pods'"),
        ("GET", "/a b", "invalid request target '/a b'"),
        ("G T", "/", "invalid method 'G T'"),
        ("CONNECT", "h:x", "invalid port after host in 'h:x'"),
    ],
)
def test_a_request_that_is_never_audited_is_refused(method: str, url: str, told: str) -> None:
    with pytest.raises(RequestError) as caught:
        Request.from_http(method, url)
    assert str(caught.value) == told


def test_a_target_with_a_host_is_the_same_request() -> None:
    assert Request.from_http("GET", "https://h:6443/api/v1/pods") == Request.from_http("GET", "/api/v1/pods")


@given(st.text(), st.text() | st.text().map(lambda text: f"/api/v1/{text}"))
def test_any_request_is_taken_apart_or_refused(method: str, url: str) -> None:
    with contextlib.suppress(RequestError):
        request = Request.from_http(method, url)
        assert not request.resource_request or request.path.strip("/").startswith("api")
