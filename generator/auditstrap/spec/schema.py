"""The fields of an AuditBootstrap v1alpha1 document: their kinds, defaults and documentation.

Flags of kube-apiserver take their bounds and choices from :mod:`auditstrap.kubernetes.audit_flags`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from auditstrap.fields import (
    MISSING,
    Anything,
    Boolean,
    Choice,
    Field,
    FileText,
    Integer,
    Kind,
    ListOf,
    Number,
    Object,
    Reading,
    Schema,
    Text,
)
from auditstrap.formats import FORMATS, Format
from auditstrap.kubernetes.audit_flags import BY_NAME
from auditstrap.kubernetes.versions import NEWEST_MINOR, parse_version
from auditstrap.paths import PATH_PATTERN, certificate_problem, path_problem
from auditstrap.policy.presets import names as preset_names
from auditstrap.problems import unknown
from auditstrap.source import Mapping, Scalar, Sequence
from auditstrap.source import Node as YamlNode
from auditstrap.spec import checks
from auditstrap.spec.model import FlagValues, Node, Output, PolicySource, Settings, Webhook
from auditstrap.spec.policy_text import DEFAULT_PRESET

API_VERSION: Final = "auditstrap.dev/v1alpha1"
KIND: Final = "AuditBootstrap"

_PATH: Final = Text("an absolute path", path_problem, PATH_PATTERN)
_CERTIFICATE: Final = Text("an absolute path", certificate_problem, PATH_PATTERN)
_DURATION: Final = Text("a duration", checks.duration_problem, checks.DURATION_PATTERN)
_RULES: Final = Anything("a list of rules", (Sequence,), {"type": "array", "items": {"type": "object"}})


def _flag(name: str, flag: str, doc: str, default: str | int | None = None) -> Field:
    return Field(name, flag, _flag_kind(flag), f"{doc} (--{flag})", default)


def _flag_kind(name: str) -> Kind:
    flag = BY_NAME[name]
    if flag.choices:
        return Choice("value", flag.choices)
    if flag.type in {"int", "int64"}:
        return Integer(flag.least or 0)
    kinds: dict[str, Kind] = {"bool": Boolean(), "duration": _DURATION, "float32": Number()}
    return kinds[flag.type]


def _flags(**values: Any) -> FlagValues:  # noqa: ANN401 - numbers, strings, booleans, and the same by group
    """Flag values in one dict, nested groups taken out of theirs; absent ones left out."""
    given: FlagValues = {}
    for name, value in values.items():
        if isinstance(value, dict):
            given.update(value)
        elif value is not None:
            given[name] = value
    return given


def _group(name: str, doc: str, *fields: Field) -> Field:
    return Field(name, name, Object(_flags, fields), doc)


def _buffering(backend: str) -> tuple[Field, ...]:
    batch, truncate = f"audit-{backend}-batch", f"audit-{backend}-truncate"
    return (
        _flag("mode", f"audit-{backend}-mode", "when events are written, relative to the request"),
        _group(
            "batch",
            "buffering, in mode batch",
            _flag("bufferSize", f"{batch}-buffer-size", "events that are held"),
            _flag("maxSize", f"{batch}-max-size", "events in one batch"),
            _flag("maxWait", f"{batch}-max-wait", "longest time before a batch is sent"),
            _group(
                "throttle",
                "bound on batches a second",
                _flag("enable", f"{batch}-throttle-enable", "whether there is one"),
                _flag("qps", f"{batch}-throttle-qps", "batches a second"),
                _flag("burst", f"{batch}-throttle-burst", "batches at once after a pause"),
            ),
        ),
        _group(
            "truncate",
            "what happens to large events",
            _flag("enabled", f"{truncate}-enabled", "whether they are cut"),
            _flag("maxBatchSize", f"{truncate}-max-batch-size", "bytes in one batch"),
            _flag("maxEventSize", f"{truncate}-max-event-size", "bytes of one event"),
        ),
    )


def _log(*, enabled: bool, **flags: Any) -> FlagValues | None:  # noqa: ANN401 - as _flags takes them
    return _flags(**flags) if enabled else None


_LOG: Final = Object(
    _log,
    (
        Field("enabled", "enabled", Boolean(), "whether events are written to a log on the node", default=True),
        Field(
            "path",
            "audit-log-path",
            Text("an absolute path or -", checks.log_path_problem),
            "the log file, audit.log in node.logDirectory by default; - is the container's output (--audit-log-path)",
        ),
        _flag("maxAge", "audit-log-maxage", "days that a rotated file is kept", 30),
        _flag("maxBackup", "audit-log-maxbackup", "rotated files that are kept", 10),
        _flag("maxSize", "audit-log-maxsize", "MiB at which the log is rotated", 100),
        _flag("compress", "audit-log-compress", "whether rotated files are compressed"),
        _flag("format", "audit-log-format", "how an event is written"),
        *_buffering("log"),
    ),
)


def _webhook(
    server: str,
    certificate_authority: str | None,
    client_certificate: str | None,
    client_key: str | None,
    **flags: Any,  # noqa: ANN401 - as _flags takes them
) -> Webhook:
    return Webhook(server, certificate_authority, client_certificate, client_key, _flags(**flags))


_WEBHOOK: Final = Object(
    _webhook,
    (
        Field(
            "server",
            "server",
            Text("the URL of a server", checks.server_problem, checks.SERVER_PATTERN),
            "the URL that batches of events are sent to",
            required=True,
        ),
        Field("certificateAuthority", "certificate_authority", _CERTIFICATE, "path on the node of the server's CA"),
        Field("clientCertificate", "client_certificate", _CERTIFICATE, "path on the node of the client's certificate"),
        Field("clientKey", "client_key", _CERTIFICATE, "path on the node of the client's key"),
        _flag("initialBackoff", "audit-webhook-initial-backoff", "time before the first retry"),
        *_buffering("webhook"),
    ),
)


class _Preset:
    """The name of a built-in policy; unlike other texts its allowed values are listed in the message."""

    def read(self, node: YamlNode, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a str or MISSING
        """A name of a preset."""
        return Choice("preset", preset_names()).read(node, path, reading)

    def schema(self) -> Schema:
        """An enum."""
        return Choice("preset", preset_names()).schema()


_POLICY: Final = Object(
    PolicySource,
    (
        Field("preset", "preset", _Preset(), f"a built-in policy by its versioned name, {DEFAULT_PRESET} by default"),
        Field("file", "file", FileText(), "a policy file, its path relative to the spec"),
        Field(
            "inline",
            "inline",
            Anything("a Policy, as a mapping or as text,", (Mapping, Scalar), {"type": ["object", "string"]}),
            "the policy itself",
        ),
        Field("before", "before", _RULES, "rules in front of the policy's own"),
        Field("after", "after", _RULES, "rules behind the policy's own"),
    ),
    one_of=("preset", "file", "inline"),
)

_NODE: Final = Object(
    Node,
    (
        Field(
            "policyPath",
            "policy_path",
            _PATH,
            "the policy file (--audit-policy-file)",
            "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml",
        ),
        Field(
            "webhookConfigPath",
            "webhook_config_path",
            _PATH,
            "the webhook's kubeconfig, apiserver-audit-webhook.kubeconfig beside the policy by default",
        ),
        Field(
            "logDirectory",
            "log_directory",
            _PATH,
            "the folder that is mounted for the log, that of log.path or /var/log/kubernetes/audit by default",
        ),
        Field(
            "logMode",
            "log_mode",
            Text("an octal mode", checks.mode_problem, checks.MODE_PATTERN),
            "mode of the log's folder; the log file has the same without the x bits",
            "0700",
        ),
        Field(
            "owner",
            "owner",
            Text("user:group", checks.owner_problem, checks.OWNER_PATTERN),
            "owner of the log and its folder; both must exist on the node",
            "root:root",
        ),
        Field(
            "hashPolicyName",
            "hash_policy_name",
            Boolean(),
            "put a hash of the policy into its file name, so that a change of it is a change of the flags",
            default=False,
        ),
    ),
)


def _output(known: Format, format: str, **options: Any) -> Output:  # noqa: A002, ANN401 - the field's name
    return Output(format, known.OPTIONS.build(**options))


class _Outputs:
    """One entry of ``outputs``: the field ``format`` says which other fields there are."""

    def __init__(self) -> None:
        self._objects = {known.NAME: self._object(known) for known in FORMATS}

    @staticmethod
    def _object(known: Format) -> Object:
        name = Field("format", "format", Choice("format", (known.NAME,)), "what is rendered", required=True)
        return Object(partial(_output, known), (name, *known.OPTIONS.fields))

    def read(self, node: YamlNode, path: str, reading: Reading) -> Any:  # noqa: ANN401 - an Output or MISSING
        """An Output."""
        name = node.get("format") if isinstance(node, Mapping) else None
        if not isinstance(name, Scalar):
            allowed = ", ".join(self._objects)
            reading.problem(path, f'the field "format" is missing; one of {allowed} is allowed', node.span)
            return MISSING
        if name.text not in self._objects:
            reading.problem(f"{path}.format", unknown("format", name.text, self._objects), name.span)
            return MISSING
        return self._objects[name.text].read(node, path, reading)

    def schema(self) -> Schema:
        """One of the formats' objects."""
        return {"oneOf": [known.schema() for known in self._objects.values()]}


class _Version:
    """A Kubernetes version."""

    _text: Final = Text("a Kubernetes version", checks.version_problem, checks.VERSION_PATTERN)

    def read(self, node: YamlNode, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a KubernetesVersion or MISSING
        """A KubernetesVersion."""
        text = self._text.read(node, path, reading)
        return text if text is MISSING else parse_version(text)

    def schema(self) -> Schema:
        """A string and examples."""
        return {**self._text.schema(), "examples": [f"1.{NEWEST_MINOR}", f"v1.{NEWEST_MINOR}.0"]}


def _empty(kind: Object) -> Any:  # noqa: ANN401 - what the object builds
    return partial(kind.build, **{known.attribute: known.default for known in kind.fields})


SETTINGS: Final = Object(
    Settings,
    (
        Field("enabled", "enabled", Boolean(), "false renders the same files without auditing", default=True),
        Field(
            "kubernetesVersion",
            "kubernetes",
            _Version(),
            "the Kubernetes version of the cluster, as a minor or a release",
            required=True,
        ),
        Field("policy", "policy", _POLICY, "what is recorded", _empty(_POLICY)),
        Field("log", "log", _LOG, "the log on the node's disk", _empty(_LOG)),
        Field("webhook", "webhook", _WEBHOOK, "a server that events are sent to, besides the log"),
        Field("node", "node", _NODE, "where things are on a control-plane node", _empty(_NODE)),
        Field("outputs", "outputs", ListOf(_Outputs()), "what is rendered: policy, kubeadm and cloud-init by default"),
    ),
)

_METADATA: Final = Object(
    dict,
    (
        Field(
            "name",
            "name",
            Text("a name", checks.name_problem, checks.NAME_PATTERN),
            "the cluster's name; required, and its own, where a file has several",
        ),
    ),
)

DOCUMENT: Final = Object(
    dict,
    (
        Field(
            "apiVersion", "api_version", Choice("apiVersion", (API_VERSION,)), f"always {API_VERSION}", required=True
        ),
        Field("kind", "kind", Choice("kind", (KIND,)), KIND, required=True),
        Field("metadata", "metadata", _METADATA, "the cluster's name", dict),
        Field("spec", "spec", SETTINGS, "how auditing is set up", required=True),
    ),
)


def json_schema() -> Schema:
    """A JSON Schema (draft 2020-12) of one AuditBootstrap document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{KIND} {API_VERSION}",
        **DOCUMENT.schema(),
    }
