"""What values of a spec may not be together."""

from __future__ import annotations

from collections.abc import Iterator

from auditstrap.fields import Reading
from auditstrap.formats import cloud_init
from auditstrap.kubernetes.audit_flags import BY_NAME
from auditstrap.paths import is_under
from auditstrap.setup import AuditSetup
from auditstrap.spec.model import FlagValues, Output, Settings


def check_settings(settings: Settings, reading: Reading) -> None:
    """Report what the fields say against each other."""
    if settings.enabled and settings.log is None and settings.webhook is None:
        reading.problem("spec.log.enabled", "without a log and a webhook nothing is recorded; one of them is needed")
    for backend, flags in _backends(settings):
        for field, message in _backend_problems(backend, flags, settings.kubernetes.minor):
            reading.problem(f"spec.{backend}.{field}", message)
    _check_stdout(settings, reading)
    _check_log_directory(settings, reading)
    _check_client(settings, reading)


def _backends(settings: Settings) -> Iterator[tuple[str, FlagValues]]:
    if settings.log is not None:
        yield "log", settings.log
    if settings.webhook is not None:
        yield "webhook", settings.webhook.flags


def _backend_problems(backend: str, flags: FlagValues, minor: int) -> Iterator[tuple[str, str]]:
    def value(name: str) -> str | int | float | bool:
        flag = f"audit-{backend}-{name}"
        return flags.get(flag, BY_NAME[flag].default(minor))

    def given(prefix: str) -> bool:
        return any(flag.startswith(f"audit-{backend}-{prefix}") for flag in flags)

    if given("batch-") and value("mode") != "batch":
        yield "batch", f"has no effect in mode {value('mode')}; mode: batch is needed beside it"
    elif int(value("batch-max-size")) > int(value("batch-buffer-size")):
        yield "batch", f"maxSize {value('batch-max-size')} is more than the buffer holds ({value('batch-buffer-size')})"
    throttled = str(value("batch-throttle-enable")).lower() == "true"
    if throttled and (float(value("batch-throttle-qps")) <= 0 or int(value("batch-throttle-burst")) <= 0):
        yield "batch.throttle", "needs qps and burst above 0 where it is enabled"
    if not throttled and (given("batch-throttle-qps") or given("batch-throttle-burst")):
        yield "batch.throttle", "has no effect without enable: true"
    if given("truncate-max") and str(value("truncate-enabled")).lower() != "true":
        yield "truncate", "has no effect without enabled: true"
    elif int(value("truncate-max-batch-size")) < int(value("truncate-max-event-size")):
        yield "truncate", "maxBatchSize is less than maxEventSize; it must hold at least one event"


def _check_stdout(settings: Settings, reading: Reading) -> None:
    if settings.log is None or settings.log.get("audit-log-path") != "-":
        return
    for field in ("maxAge", "maxBackup", "maxSize", "compress"):
        if reading.given(f"spec.log.{field}"):
            reading.problem(f"spec.log.{field}", "has no effect on the container's output, which the kubelet rotates")
    for field in ("logDirectory", "logMode", "owner"):
        if reading.given(f"spec.node.{field}"):
            reading.problem(f"spec.node.{field}", "has no effect: path - writes no log on the node")


def _check_log_directory(settings: Settings, reading: Reading) -> None:
    path, directory = (settings.log or {}).get("audit-log-path"), settings.node.log_directory
    if (
        isinstance(path, str)
        and path != "-"
        and directory is not None
        and (path == directory or not is_under(path, directory))
    ):
        reading.problem(
            "spec.log.path", f"{path} is not in {directory}, which spec.node.logDirectory names and which is mounted"
        )


def _check_client(settings: Settings, reading: Reading) -> None:
    webhook = settings.webhook
    if webhook and (webhook.client_certificate is None) != (webhook.client_key is None):
        there, missing = (
            ("clientCertificate", "clientKey") if webhook.client_key is None else ("clientKey", "clientCertificate")
        )
        reading.problem(f"spec.webhook.{there}", f"stands without {missing}; a client shows both or neither")


def check_paths(setup: AuditSetup, outputs: tuple[Output, ...], reading: Reading) -> None:
    """Report two things that would stand at one place on the node or in the Pod, or one inside a file."""
    folders = [directory.path for directory in setup.directories]
    configs = [o.options.kubeadm_config_path for o in outputs if isinstance(o.options, cloud_init.Options)]
    files = [*(path for path in configs if path), *(file.path for file in setup.files)]
    for index, path in enumerate(files):
        for other in [*files[:index], *files[index + 1 :], *folders]:
            if is_under(other, path):
                field = "spec.outputs" if path in configs else "spec.node"
                reading.problem(field, f"{path} is the place of one file; {other} cannot be there too")
                return
    mounted = [mount.mount_path for mount in setup.mounts]
    if repeated := next((path for path in mounted if mounted.count(path) > 1), None):
        reading.problem("spec.webhook", f"{repeated} is mounted already; a certificate needs a place of its own")


def check_outputs(outputs: tuple[Output, ...], reading: Reading) -> None:
    """Report a format that is rendered twice: both would be one file."""
    seen: set[str] = set()
    for index, output in enumerate(outputs):
        if output.format in seen:
            reading.problem(
                f"spec.outputs[{index}]", f"{output.format} is rendered already, by an entry before this one"
            )
        seen.add(output.format)
