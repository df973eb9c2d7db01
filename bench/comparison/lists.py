"""Reads bench/workloads/*.list: what is compared, with whom, and what must be reached.

The form of a line is described at the head of sequential.list.
"""
import dataclasses
import os
import re

KINDS = ("actors", "sequential")


class BadList(Exception):
    """A line that cannot be read; says where and why."""


@dataclasses.dataclass
class Condition:
    """A part of a target: `key` against `factor`, times the same figure of `of` if that is set."""

    key: str
    at_most: bool
    factor: float
    of: str | None

    def __str__(self):
        text = f"{self.key} {'<=' if self.at_most else '>='} {self.factor:g}"
        return f"{text} * that of {self.of}" if self.of else text


@dataclasses.dataclass
class Workload:
    """A line of a list. `peers` are names of peers, or PEER/OTHER for a variant called OTHER."""

    kind: str
    name: str
    size: str
    result: str
    schedulers: list[int]
    peers: list[str]
    quick_size: str
    quick_result: str
    target: list[Condition]

    def asked(self, quick):
        """The size to ask for and the result to expect."""
        return (self.quick_size, self.quick_result) if quick else (self.size, self.result)


def condition(text):
    if re.fullmatch(r"[0-9.]+", text):
        return Condition("ms", True, float(text), None)
    found = re.fullmatch(r"(\w+)(<=|>=)([0-9.]+)(?:\*(\w+))?", text)
    if not found:
        raise ValueError(f"no condition: {text}")
    key, relation, factor, of = found.groups()
    return Condition(key, relation == "<=", float(factor), of)


def scheduler_numbers(text, cpus):
    numbers = [cpus if part == "all" else int(part) for part in text.split(",")]
    return sorted(set(numbers))


def parse_line(kind, words, cpus):
    if len(words) not in (7, 8):
        raise ValueError(f"{len(words)} columns, not 7 or 8")
    name, size, result, schedulers, peers, quick_size, quick_result = words[:7]
    target = words[7] if len(words) == 8 else "-"
    return Workload(kind, name, size, result, scheduler_numbers(schedulers, cpus),
                    [] if peers == "-" else peers.split(","), quick_size, quick_result,
                    [] if target == "-" else [condition(part) for part in target.split(",")])


def read_all(folder, cpus):
    """The workloads of all lists that are there."""
    found = []
    for kind in KINDS:
        path = os.path.join(folder, kind + ".list")
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                words = line.split("#", 1)[0].split()
                if not words:
                    continue
                try:
                    found.append(parse_line(kind, words, cpus))
                except ValueError as error:
                    raise BadList(f"{path}:{number}: {error}") from None
    return found


def choose(found, names, schedulers=None):
    """Those with these names, or of these lists (all if there are no names), run on so many
    schedulers only if that is said. ValueError: there is no such workload, or nothing is left."""
    known = {name for workload in found for name in (workload.name, workload.kind)}
    for name in names:
        if name not in known:
            raise ValueError(f"no workload {name}; there are: {', '.join(sorted(known))}")
    if names:
        found = [workload for workload in found if {workload.name, workload.kind} & set(names)]
    if schedulers is not None:
        for workload in found:
            workload.schedulers = [t for t in workload.schedulers if t == schedulers]
        found = [workload for workload in found if workload.schedulers]
    if not found:
        raise ValueError("nothing to run")
    return found
