"""Request lines: paths of Kubernetes put together from right and wrong parts, with queries of all kinds."""

from __future__ import annotations

from random import Random

_METHODS = (
    "GET",
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "CONNECT",
    "get",
    "X-Y",
    "TRACE",
)
_PARTS = (
    *(
        "api",
        "apis",
        "v1",
        "apps",
        "namespaces",
        "default",
        "pods",
        "web",
        "log",
        "exec",
        "status",
        "finalize",
        "watch",
    ),
    *(
        "proxy",
        "",
        ".",
        "..",
        "%2F",
        "a%2Fb",
        "%41pi",
        "p%20q",
        "%ff",
        "%C3%A9",
        "+",
        "*",
        "a:b",
        "secrets",
        "x;y",
        "%",
        "%zz",
    ),
)
_WHOLES = (
    *(
        "/",
        "/healthz",
        "/metrics",
        "/api",
        "/api/",
        "/apis/apps",
        "//",
        "*",
        "/openapi/v2",
        "api/v1/pods",
        "/logs/a//b",
    ),
    *("http://h/api/v1/pods", "http://h", "https://h/api/v1/namespaces/default/pods/web?watch=1", "mailto:x", "///a"),
)
_OPTIONS = (
    "watch",
    "fieldSelector",
    "labelSelector",
    "limit",
    "timeoutSeconds",
    "continue",
    "Watch",
    "f%69eldSelector",
    "x",
)
_VALUES = (
    *("", "true", "false", "FALSE", "0", "1", "F", "no", "%30", "-1", "+5", "1.5", "9223372036854775808", "007", "1_0"),
    *("metadata.name%3Dweb", "metadata.name=web", "metadata.name==web", "metadata.name!=web", "metadata.name%3D"),
    *(
        "a=b,metadata.name=x",
        "metadata.name=x,metadata.name=a",
        "metadata.name=a\\,b",
        "metadata.name=a\\b",
        "metadata.name",
    ),
    *(
        "metadata.name=a%2Fb",
        "metadata.name=..",
        "metadata.name=a%25b",
        "=",
        ",",
        ",,",
        "a=b=c",
        "+metadata.name=x",
        "%zz",
    ),
    *(
        "metadata.name=a\\",
        "metadata.name=a\\=b",
        "metadata.name=x,,y=z",
        "spec.nodeName=n",
        "metadata.namespace=d",
        "a\\,=b",
    ),
    *(
        "app",
        "!app",
        "app=web",
        "app+in+(a,b)",
        "app+in+()",
        "app+in+(a",
        "app+notin+(a,)",
        "x+in+(,a)",
        "a,b",
        "a,",
        "!!a",
    ),
    *(
        "a>1",
        "a<x",
        "a>1,b",
        "/a",
        "a/b",
        "A/b",
        "a.b/c=d",
        "a/b/c",
        "a=-",
        "-a",
        "a+b",
        "in=in",
        "in+in+(in)",
        "!a=b",
        "a=(",
        "(,)",
    ),
    *("a+in+(a+b)", "a===b", "a=!b", "a!b", "x" * 64, "a=" + "x" * 64, "a+in+(a,,b)", "a%00b", "a;b", "%C3%A9", "%ff"),
)


def http_lines(random: Random, count: int) -> list[str]:
    """Methods with request targets, such as ``GET /api/v1/pods?watch=1``."""
    return [f"{random.choice(_METHODS)} {_target(random)}" for _ in range(count)]


def _target(random: Random) -> str:
    kind = random.random()
    if kind < 0.05:
        return random.choice(_WHOLES) + _query(random)
    if kind < 0.5:
        path = random.choice(("/api/v1", "/apis/apps/v1", "//api/v1/", "/apis/apps", "/api")) + _path(random, 4)
    elif kind < 0.8:
        path = random.choice(("/api/v1/pods", "/api/v1/watch/pods", "/apis/apps/v1/namespaces/default/deployments"))
    else:
        path = _path(random, 6)
    return (path or "/") + _query(random)


def _path(random: Random, longest: int) -> str:
    return "".join(f"/{random.choice(_PARTS)}" for _ in range(random.randint(0, longest)))


def _query(random: Random) -> str:
    pairs = [_pair(random) for _ in range(random.choice((0, 1, 1, 2, 3)))]
    return "?" + random.choice("&&&;").join(pairs) if pairs else ""


def _pair(random: Random) -> str:
    name = random.choice(_OPTIONS)
    if random.random() < 0.1:
        return name
    value = random.choice(_VALUES)
    return f"{name}={value}"
