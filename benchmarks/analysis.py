"""Times load and analyse in this process: the presets, a folder of policies, and generated ones beside z3."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.policy.formulas import decides_nothing

from auditstrap.policy import GroupResources, Policy, PolicyError, Rule, analyse, load, presets
from auditstrap.policy.model import LEVELS

MINOR = "1.36"
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete")
RUNS = 3


def main() -> None:
    """Print a table; the argument is a folder of policies."""
    print(f"{'policies':<28}{'count':>6}{'median ms':>11}{'max ms':>9}   z3, ratio")
    report("presets", {name: presets.text(presets.get(name)).encode() for name in presets.names()})
    for folder in map(Path, sys.argv[1:]):
        report(folder.name, {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()})
    for rules in (30, 100, 1000):
        policies = [generated(rules, seed) for seed in range(3)]
        ours = [seconds(lambda policy=policy: analyse(policy, MINOR)) for policy in policies]  # type: ignore[misc]
        print(f"{f'generated, {rules} rules':<28}{len(ours):>6}{milliseconds(ours)}   {rival(policies[0], ours[0])}")


def report(name: str, texts: dict[str, bytes]) -> None:
    """One line for the texts that load."""
    times = []
    for text in texts.values():
        try:
            load(text, kubernetes=MINOR)
        except PolicyError:
            continue
        times.append(seconds(lambda text=text: analyse(load(text, kubernetes=MINOR), MINOR)))  # type: ignore[misc]
    print(f"{name:<28}{len(times):>6}{milliseconds(times)}")


def milliseconds(times: list[float]) -> str:
    """Median and maximum, as columns."""
    return f"{statistics.median(times) * 1000:>11.1f}{max(times) * 1000:>9.1f}"


def rival(policy: Policy, ours: float) -> str:
    """How much longer the solver takes for the first of our questions alone; it is not asked about 1,000 rules."""
    if len(policy.rules) > 100:
        return "not asked"
    theirs = seconds(lambda: [decides_nothing(policy, rule) for rule in range(len(policy.rules))])
    return f"{theirs:.2f} s for dead rules alone, {theirs / ours:.0f} times"


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process, the least of some runs."""
    return min(timed(work) for _ in range(RUNS))


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def generated(rules: int, seed: int) -> Policy:
    """A policy of many overlapping rules, with a catch-all at its end."""
    made = random.Random(seed)
    return Policy((*(rule(made, rules) for _ in range(rules - 1)), Rule("Metadata")))


def rule(made: random.Random, rules: int) -> Rule:
    """One rule, over more words the more rules there are."""
    people, places = rules // 5 + 3, rules // 10 + 3
    return Rule(
        level=made.choice(LEVELS),
        users=tuple(f"user{made.randrange(people)}" for _ in range(made.randint(1, 3))) if made.random() < 0.3 else (),
        user_groups=tuple(f"group{made.randrange(10)}" for _ in range(2)) if made.random() < 0.2 else (),
        verbs=tuple(made.sample(VERBS, made.randint(1, 5))) if made.random() < 0.6 else (),
        **what(made, rules, places),  # type: ignore[arg-type]
    )


def what(made: random.Random, rules: int, places: int) -> dict[str, object]:
    """Resources, mostly; else URLs."""
    if made.random() < 0.1:
        return {"non_resource_urls": tuple(f"/p{made.randrange(30)}{made.choice(('', '*'))}" for _ in range(2))}
    namespaces = tuple(f"ns{made.randrange(places)}" for _ in range(2)) if made.random() < 0.25 else ()
    return {"resources": tuple(entries(made, max(20, rules // 5))), "namespaces": namespaces}


def entries(made: random.Random, names: int) -> Iterator[GroupResources]:
    """Resources of a few groups."""
    for _ in range(made.randint(1, 3)):
        group = made.choice(("", *(f"g{index}.io" for index in range(15))))
        patterns = (made.choice(("r{0}", "r{0}/*", "r{0}/status", "*/scale")) for _ in range(made.randint(1, 6)))
        yield GroupResources(group, tuple(pattern.format(made.randrange(names)) for pattern in patterns))


if __name__ == "__main__":
    main()
