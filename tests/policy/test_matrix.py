from __future__ import annotations

import pytest

from auditstrap.policy import load, presets
from auditstrap.policy.claims import Claim, judge
from auditstrap.policy.matrix import COLUMNS, ROWS, matrix, scope_of
from auditstrap.policy.model import LEVELS
from auditstrap.policy.outcomes import RANK

MINOR = 36


@pytest.mark.parametrize("name", ["baseline@1", "daocloud@1", "gce@1"])
def test_a_cell_is_the_narrowest_range_that_is_proved_of_all_its_requests(name: str) -> None:
    policy = load(presets.text(presets.get(name)), kubernetes=f"1.{MINOR}")
    cells = [cell for _, row in matrix(policy, MINOR).rows for cell in row]
    scopes = [scope_of(what, column) for _, what in ROWS for column in COLUMNS]
    claims = []
    for cell, scope in zip(cells, scopes, strict=True):
        assert cell.levels
        least, most = RANK[cell.levels[0]], RANK[cell.levels[-1]]
        claims.append((True, Claim(scope, LEVELS[least], LEVELS[most])))
        if least < most:
            claims += [(False, Claim(scope, LEVELS[least + 1])), (False, Claim(scope, at_most=LEVELS[most - 1]))]
    verdicts = judge(policy, [claim for _, claim in claims], MINOR)
    assert [verdict.holds for verdict in verdicts] == [holds for holds, _ in claims]


def test_the_baseline_writes_no_body_of_a_secret_whoever_asks() -> None:
    found = matrix(load(presets.text(presets.get("baseline@1"))), MINOR)
    rows = dict(found.rows)
    assert {str(cell) for title in ("Secrets: read", "Secrets: change") for cell in rows[title]} == {"Metadata"}
