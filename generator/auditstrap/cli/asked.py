"""One request as the command line puts it: ``get secrets/db -n prod --as alice``, or as HTTP."""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditstrap.cli.console import Failure
from auditstrap.policy import Request
from auditstrap.policy.principals import Principal, Strength, groups_of
from auditstrap.policy.request_target import RequestError
from auditstrap.policy.resource_names import ResourceName, resource_named
from auditstrap.policy.universe import RESOURCE_VERBS, URL_VERBS, resource_path
from auditstrap.problems import quoted, unknown


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks; ``user`` None is somebody whose authentication fails."""

    user: str | None
    groups: tuple[str, ...]


def sender(user: str, groups: list[str], *, fails: bool, minor: int) -> Sender:
    """Who asks, with the groups that Kubernetes gives such a user, and those that are named."""
    if fails:
        return Sender(None, ())
    issued = groups_of(Principal(user, named=False), Strength.CONVENTION, minor)
    return Sender(user, tuple(sorted({*issued, *groups})))


def http_request(line: str, who: Sender) -> Request:
    """The request of ``GET /api/v1/…``. Raises Failure."""
    method, _, url = line.strip().partition(" ")
    url = url.strip()
    if not method.isalpha() or not url.startswith("/"):
        raise Failure(f"{quoted(line)} is no request; a method and a path are allowed, as in 'GET /api/v1/pods'")
    try:
        return Request.from_http(method.upper(), url, user=who.user, groups=who.groups)
    except RequestError as error:
        raise Failure(f"kube-apiserver answers this with an error and audits nothing: {error}") from None


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a request, as ``kubectl auth can-i`` takes them; ``namespace`` None is the default one."""

    verb: str
    target: str
    name: str | None = None
    subresource: str = ""
    namespace: str | None = None
    all_namespaces: bool = False

    def request(self, who: Sender, minor: int) -> Request:
        """The request. Raises Failure for words that no request has."""
        if self.target.startswith("/"):
            _refuse_other_verb(self.verb, URL_VERBS)
            return Request(who.user, who.groups, self.verb, path=self.target.partition("?")[0])
        _refuse_other_verb(self.verb, RESOURCE_VERBS)
        try:
            resource = resource_named(self._resource(), minor)
        except ValueError as error:
            raise Failure(str(error)) from None
        return self._of(resource, who)

    def _resource(self) -> str:
        return self.target.partition("/")[0]

    def _of(self, resource: ResourceName, who: Sender) -> Request:
        name = self.name or self.target.partition("/")[2]
        namespace = self._namespace(resource, name)
        kind = (resource.name, self.subresource)
        path = resource_path(resource.group, *kind, namespace, name)
        request = Request(who.user, who.groups, self.verb, resource.group, "v1", *kind, namespace, name, path=path)
        return replace(request, resource_request=True)

    def _namespace(self, resource: ResourceName, name: str) -> str:
        if (resource.group, resource.name) == ("", "namespaces"):
            return name
        if self.all_namespaces or (resource.known is not None and not resource.known.namespaced):
            return ""
        return "default" if self.namespace is None else self.namespace


def _refuse_other_verb(verb: str, verbs: tuple[str, ...]) -> None:
    known = [known for known in verbs if known]
    if verb not in known:
        raise Failure(unknown("verb", verb, known))
