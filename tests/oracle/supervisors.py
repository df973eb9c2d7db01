"""Random supervisors: a supervisor with some children, and a sequence of what happens to them.

Between two steps the main process waits until the supervisor has dealt with the first: until
those that it has stopped have said so, and those that it has started, too. So each program has
one outcome, and both machines must show the same.

Steps: ("order", id, reason): the child ends for that reason; ("kill", id); ("stop", id),
("restart", id) and ("add", id, restart), by hand. What a step does to a child that does not run
is to be the same, too.
"""

import pathlib
import random

COMMON = (pathlib.Path(__file__).parent / "settle.ttvm").read_text()

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
RESTARTS = ["permanent", "permanent", "transient", "temporary"]
REASONS = ["boom", "normal", "shutdown", "crash"]


class Tree:
    def __init__(self, seed, number):
        chance = random.Random(f"supervisor/{seed}/{number}")
        self.origin = f"seed {seed}, supervisor {number}"
        self.strategy = chance.choice(STRATEGIES)
        self.intensity = chance.choice([0, 1, 2, 3, 3, 5, 100])
        names = "abcdef"
        count = chance.randint(1, 5)
        self.children = [(name, chance.choice(RESTARTS)) for name in names[:count]]
        self.steps = [self._step(chance, names[:count + 1]) for _ in range(chance.randint(2, 10))]

    def _step(self, chance, names):
        kind = chance.choices(["order", "kill", "stop", "restart", "add"], [10, 2, 2, 3, 1])[0]
        name = chance.choice(names if kind == "add" else names[:-1])
        if kind == "order":
            return (kind, name, chance.choice(REASONS))
        return (kind, name, chance.choice(RESTARTS)) if kind == "add" else (kind, name)

    def text(self):
        lines = [f"# {self.origin}", f"{self.strategy}, intensity {self.intensity}"]
        lines += [f"    {name} {restart}" for name, restart in self.children]
        return "\n".join(lines + [" ".join(step) for step in self.steps]) + "\n"


def erlang(tree, module):
    children = ", ".join(f"oracle:child({name}, {restart})" for name, restart in tree.children)
    lines = [*("%% " + line for line in tree.text().splitlines()), f"-module({module}).",
             "-export([main/0]).", "",
             "main() ->",
             f"    oracle:tree(#{{strategy => {tree.strategy}, intensity => {tree.intensity}, period => 600}},",
             f"                [{children}],",
             "                [" + ", ".join(f"{{{', '.join(step)}}}" for step in tree.steps) + "])."]
    return "\n".join(lines) + "\n"


def ttvm(tree):
    lines = ["; " + line for line in tree.text().splitlines()]
    lines += ["TRUE", "TRAP_EXIT", "NEW_OBJECT", f'PUSH_STR "{tree.strategy}"',
              "SET_FIELD strategy",
              f"PUSH_INT {tree.intensity}", "SET_FIELD intensity", "PUSH_INT 600000",
              "SET_FIELD period_ms"]
    for name, restart in tree.children:
        lines += [f'PUSH_STR "{name}"', f'PUSH_STR "{restart}"', "SELF", "CALL child"]
    lines += [f"MAKE_LIST {len(tree.children)}", "SET_FIELD children", "START_SUPERVISOR",
              "STORE sup", "LOAD sup",
              "NEW_OBJECT", "PUSH_INT 0", "CALL settle", "STORE pids"]
    for step in tree.steps:
        lines += [f"; {' '.join(step)}", f'PUSH_STR "{" ".join(step)}"', "PRINT", "LOAD sup",
                  "LOAD pids"]
        lines += [f'PUSH_STR "{word}"' for word in step[1:]]
        lines += [f"CALL {step[0]}", "STORE pids"]
    return "\n".join(lines) + "\nEXIT 0\n" + COMMON
