"""Hypothesis strategies: specs that load, and setups, over every field and every minor."""

from __future__ import annotations

import json
import string
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from auditstrap.fields import UserFile
from auditstrap.kubernetes.audit_flags import BY_NAME, MODES
from auditstrap.kubernetes.audit_flags import FORMATS as LOG_FORMATS
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR, KubernetesVersion
from auditstrap.policy import presets
from auditstrap.scalars import resolve
from auditstrap.setup import AuditSetup, Flag, Mount, NodeDirectory, NodeFile
from auditstrap.spec.schema import API_VERSION, KIND
from auditstrap.yaml_text import dump

Data = dict[str, Any]

MINORS = range(OLDEST_MINOR, NEWEST_MINOR + 1)

minors = st.sampled_from(MINORS)
modes = st.sampled_from([0o700, 0o750, 0o755, 0o710])

_LETTERS = string.ascii_lowercase + string.digits
segments = st.text(string.ascii_letters + string.digits + "._@+=,-", min_size=1, max_size=12).filter(
    lambda text: text.strip(".") and text != "verify.sh"
)
names = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?(\.[a-z0-9]{1,4})?", fullmatch=True)
durations = st.sampled_from(["0", "0s", "30s", "1m30s", "1.5h", "500ms", "100us", "1h2m3s"])
durations_above_zero = st.sampled_from(["30s", "1m30s", "1.5h", "500ms"])
words = st.text(_LETTERS + "-:", min_size=1, max_size=12).filter(
    lambda text: text.strip("-:") and resolve(text, plain=True, tag=None) == text
)
"""Names of users and namespaces; what YAML takes for something else has tests of its own."""


def paths(root: str) -> st.SearchStrategy[str]:
    """Normal paths one to three levels under a folder, itself at least one deep where that is needed."""
    return st.lists(segments, min_size=2, max_size=3).map(lambda parts: "/".join([root, *parts]))


def optional(draw: st.DrawFn, **fields: st.SearchStrategy[Any]) -> Data:
    """Some of the fields, in any order."""
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), unique=True)) if fields else []
    return {name: draw(fields[name]) for name in chosen}


@st.composite
def versions(draw: st.DrawFn, minor: int) -> str:
    """A minor or a release, with or without the v."""
    patch = draw(st.none() | st.integers(0, 30))
    return draw(st.sampled_from(["", "v"])) + str(KubernetesVersion(minor, patch))


@st.composite
def rules(draw: st.DrawFn) -> Data:
    """One rule of a policy that every kube-apiserver accepts."""
    rule: Data = {"level": draw(st.sampled_from(["None", "Metadata", "Request", "RequestResponse"]))}
    some = st.lists(words, min_size=1, max_size=2)
    rule |= optional(
        draw,
        users=some,
        userGroups=some,
        verbs=st.lists(st.sampled_from(["get", "list", "create"]), min_size=1, max_size=2),
        omitStages=st.lists(st.sampled_from(["RequestReceived", "ResponseStarted"]), unique=True),
    )
    if draw(st.booleans()):
        return rule | {"nonResourceURLs": draw(st.lists(st.sampled_from(["/healthz*", "/version", "*"]), min_size=1))}
    groups = st.fixed_dictionaries(
        {"group": st.sampled_from(["", "apps"]), "resources": st.just(["pods", "secrets/*"])}
    )
    return rule | optional(draw, namespaces=some, resources=st.lists(groups, min_size=1, max_size=2))


@st.composite
def policies(draw: st.DrawFn) -> Data:
    """A policy that every kube-apiserver accepts."""
    listed = draw(st.lists(rules(), min_size=1, max_size=3))
    rest = optional(draw, omitStages=st.just(["RequestReceived"]), omitManagedFields=st.booleans())
    return {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", **rest, "rules": listed}


@st.composite
def _buffering(draw: st.DrawFn, backend: str) -> Data:
    mode = draw(st.none() | st.sampled_from(MODES))
    fields: Data = {} if mode is None else {"mode": mode}
    default = BY_NAME[f"audit-{backend}-mode"].default(NEWEST_MINOR)
    if (mode or default) == "batch" and draw(st.booleans()):
        fields["batch"] = draw(_batches(backend))
    if draw(st.booleans()):
        fields["truncate"] = draw(_truncations())
    return fields


@st.composite
def _batches(draw: st.DrawFn, backend: str) -> Data:
    size = draw(st.integers(1, 10_000))
    batch = optional(draw, maxWait=durations)
    batch |= draw(st.sampled_from([{}, {"maxSize": size}, {"maxSize": size, "bufferSize": size + 500}]))
    throttle: Data = {"qps": draw(st.floats(0.125, 1e6)), "burst": draw(st.integers(1, 10**6)), "enable": True}
    if backend == "webhook":
        choices: list[Data] = [{}, {"throttle": throttle}, {"throttle": {"enable": False}}]
    else:
        choices = [{}, {"throttle": throttle}, {"throttle": {}}]
    return batch | draw(st.sampled_from(choices))


@st.composite
def _truncations(draw: st.DrawFn) -> Data:
    event = draw(st.integers(1, 2**20))
    sizes = {"maxEventSize": event, "maxBatchSize": event + draw(st.integers(0, 2**20))}
    return draw(st.sampled_from([{}, {"enabled": False}, {"enabled": True}, {"enabled": True, **sizes}]))


@st.composite
def _log_places(draw: st.DrawFn) -> tuple[Data, Data]:
    """``log.path`` and ``node.logDirectory``, alone, together or neither."""
    directory = draw(paths("/var/log"))
    log: Data = {}
    node: Data = {}
    if draw(st.booleans()):
        node["logDirectory"] = directory
    if draw(st.booleans()):
        log["path"] = f"{directory}/{draw(segments)}"
    return log, node


@st.composite
def logs(draw: st.DrawFn) -> tuple[Data, Data]:
    """The fields ``log`` and ``node`` as far as they are about the log."""
    buffering = draw(_buffering("log"))
    shape = optional(draw, format=st.sampled_from(LOG_FORMATS))
    if draw(st.integers(0, 4)) == 0:
        return {"path": "-", **shape, **buffering}, {}
    rotation = optional(
        draw,
        maxAge=st.integers(0, 2**31 - 1),
        maxBackup=st.integers(0, 2**31 - 1),
        maxSize=st.integers(0, 2**31 - 1),
        compress=st.booleans(),
    )
    log, node = draw(_log_places())
    owners = st.sampled_from(["root:root", "root:adm", "syslog:log_readers"])
    node |= optional(draw, owner=owners, logMode=st.sampled_from(["0700", "750", "0755", "0711"]))
    return {**log, **rotation, **shape, **buffering}, node


@st.composite
def webhooks(draw: st.DrawFn) -> Data:
    """The field ``webhook``."""
    certificate = paths("/etc/kubernetes/pki") | paths("/opt/certificates")
    hosts = st.sampled_from(["audit.example.com", "10.0.0.7:9443", "[fd00::1]:443"])
    fields = {"server": f"https://{draw(hosts)}{draw(st.sampled_from(['', '/', '/events?a=1&b=%20']))}"}
    fields |= optional(draw, certificateAuthority=certificate, initialBackoff=durations_above_zero)
    if draw(st.booleans()):
        fields |= {"clientCertificate": draw(certificate), "clientKey": draw(certificate)}
    return fields | draw(_buffering("webhook"))


@st.composite
def outputs(draw: st.DrawFn) -> list[Data]:
    """The field ``outputs``, each format at most once."""
    cloud_init = optional(
        draw,
        encoding=st.sampled_from(["gzip+base64", "text"]),
        kubeadmConfigPath=paths("/root"),
        verifyAfterBoot=st.booleans(),
    )
    known: list[Data] = [{"format": "policy"}, {"format": "kubeadm"}, {"format": "cloud-init", **cloud_init}]
    return draw(st.lists(st.sampled_from(known), min_size=1, unique_by=lambda output: output["format"]))


@dataclass(frozen=True)
class Case:
    """One AuditBootstrap document as data, and the files that it names."""

    data: Data
    files: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The document as YAML."""
        return dump(self.data)

    @property
    def json(self) -> str:
        """The document as JSON, which is YAML too."""
        return json.dumps(self.data)

    def read_file(self, path: str) -> UserFile:
        """One of the files that the document names."""
        if path not in self.files:
            raise ValueError(f"{path} is not there")
        return UserFile(path, self.files[path])


@st.composite
def _policy_sources(draw: st.DrawFn, files: dict[str, str]) -> Data:
    source = draw(st.sampled_from(["default", "preset", "file", "inline", "text"]))
    fields: Data = {}
    if source == "preset":
        fields["preset"] = draw(st.sampled_from(presets.names()))
    elif source == "file":
        files["policy.yaml"] = dump(draw(policies()))
        fields["file"] = "policy.yaml"
    elif source == "inline":
        fields["inline"] = draw(policies())
    elif source == "text":
        fields["inline"] = dump(draw(policies()))
    some = st.lists(rules(), max_size=2)
    return fields | optional(draw, before=some, after=some)


@st.composite
def settings(draw: st.DrawFn, minor: int, files: dict[str, str]) -> Data:
    """The field ``spec`` for one minor; the files that it names are put into ``files``."""
    log, node = draw(logs())
    webhook = draw(st.none() | webhooks())
    node |= optional(draw, policyPath=paths("/etc/audit"), hashPolicyName=st.booleans())
    if webhook is not None:
        node |= optional(draw, webhookConfigPath=paths("/srv"))
        if draw(st.integers(0, 4)) == 0:
            log, node = {"enabled": False}, {k: v for k, v in node.items() if k.startswith(("policy", "webhook"))}
    fields: Data = {"kubernetesVersion": draw(versions(minor)), "log": log, "node": node}
    fields |= {} if webhook is None else {"webhook": webhook}
    fields |= optional(draw, policy=_policy_sources(files), outputs=outputs())
    return {name: value for name, value in fields.items() if value or draw(st.booleans())}


@st.composite
def cases(draw: st.DrawFn, minor: int | None = None) -> Case:
    """A spec of one cluster that loads, over every field; ``enabled`` is true or absent."""
    files: dict[str, str] = {}
    fields = draw(settings(draw(minors) if minor is None else minor, files))
    metadata = {"metadata": {"name": draw(names)}} if draw(st.booleans()) else {}
    return Case({"apiVersion": API_VERSION, "kind": KIND, **metadata, "spec": fields}, files)


@st.composite
def fleets(draw: st.DrawFn) -> Case:
    """Several documents, as the text of one file, each cluster with a name of its own."""
    clusters = draw(st.lists(cases(), min_size=2, max_size=3))
    named = [{**case.data, "metadata": {"name": f"c{index}"}} for index, case in enumerate(clusters)]
    files = {name: text for case in clusters for name, text in case.files.items()}
    return Case({"documents": named}, files)


def fleet_text(fleet: Case) -> str:
    """The text of a fleet's file."""
    return "---\n".join(dump(document) for document in fleet.data["documents"])


_owners = st.sampled_from(["root:root", "root:adm", "syslog:adm"])
_values = st.text(max_size=20)
_contents = st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))


@st.composite
def setups(draw: st.DrawFn) -> AuditSetup:
    """Any setup at all: values that no spec would give, as far as the carriers promise to transport them."""
    flags = st.builds(Flag, st.sampled_from(sorted(BY_NAME)), _values)
    mounts = st.builds(Mount, names, paths("/etc"), paths("/etc"), st.booleans(), st.sampled_from(["", "File"]))
    files = st.builds(NodeFile, paths("/opt"), _contents, modes, _owners)
    logs_made = st.builds(NodeFile, paths("/var/log"), st.none(), modes, _owners)
    folders = st.builds(NodeDirectory, paths("/srv"), modes, _owners)
    patch = draw(st.none() | st.integers(0, 30))
    return AuditSetup(
        KubernetesVersion(draw(minors), patch),
        flags=tuple(draw(st.lists(flags, max_size=4, unique_by=lambda flag: flag.name))),
        mounts=tuple(draw(st.lists(mounts, max_size=3))),
        files=(*draw(st.lists(files, max_size=3)), *draw(st.lists(logs_made, max_size=1))),
        directories=tuple(draw(st.lists(folders, max_size=2))),
    )
