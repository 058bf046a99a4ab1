"""The preset ``gce@1`` against the script that it is the policy of."""

from __future__ import annotations

import re

from tests.conformance.harness.kubernetes_build import module_folder

from auditstrap.policy import Policy, diff, load, presets

RELEASE = "1.37.2"
_GROUPS = re.compile(r"local -r known_apis='\n(.*?)'\n", re.DOTALL)
_POLICY = re.compile(r'cat <<EOF >"\$\{path\}"\n(apiVersion: audit\.k8s\.io/v1\n.*?)\nEOF\n', re.DOTALL)


def _policy_of_the_script() -> Policy:
    script = (module_folder(RELEASE) / "cluster/gce/gci/configure-helper.sh").read_text()
    groups, policy = _GROUPS.search(script), _POLICY.search(script)
    assert groups is not None
    assert policy is not None
    return load(policy[1].replace("${known_apis}", "\n" + groups[1]))


def test_the_preset_is_proved_to_decide_every_request_as_the_script_s_policy_does() -> None:
    assert diff(_policy_of_the_script(), load(presets.text(presets.get("gce@1")))) == ()
