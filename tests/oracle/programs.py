"""Random programs of the oracle: their abstract form, and the generator.

A program is a few workers, each with a script of operations. The roots are started by the main
process, which monitors them, tells each of them the pids of all roots, and then only listens; the
others are children, started by an operation of another worker. When nothing happens any more,
main prints what each worker has reported and how it ended, or, if it waits, what it is linked to,
monitors, and is monitored by.

Operations, as tuples:

    ("send", w, "m3")           to worker w (an index); every message of a program is another one
    ("send_name", "n1", "m3")   to a name; nothing happens if nobody has it
    ("link", w) ("unlink", w)
    ("monitor", w, "r1") ("demonitor", "r1")    demonitor takes a queued DOWN out, too
    ("exit", w, reason)         an exit signal
    ("trap", True)
    ("register", "n1") ("unregister", "n1")     report whether that went well
    ("whereis", "n1")           reports who that is
    ("alive", w)                reports whether the worker lives, after what was sent to it
    ("poll",)                   takes the oldest message, or none; reports it
    ("recv",)                   waits for a message; reports it
    ("take", "m3")              waits for that one; reports it
    ("take_exit",) ("take_down", "r1")     wait for the first EXIT, for the DOWN of a monitor
    ("spawn", w) ("spawn_link", w) ("spawn_monitor", w, "r1")   start the child w
    ("yield",)

A script ends with ("end",) (normally), ("exit_self", reason), ("crash", "e1") (an exception) or
("stay",): wait for ever. A worker uses only pids that it knows: all roots, its own, its own
children's, and what its parent knew.
"""

import random

REASONS = ["normal", "kill", "killed", "shutdown", "a", "b"]
NAMES = ["n1", "n2"]
REF_OPERATIONS = {"monitor": 2, "spawn_monitor": 2}


class Program:
    """workers: a list of {"parent": index or None, "script": [operation, ...]}."""

    def __init__(self, workers, origin=""):
        self.workers = workers
        self.origin = origin

    def roots(self):
        return [i for i, worker in enumerate(self.workers) if worker["parent"] is None]

    def scope(self, index):
        """The workers whose pids the worker knows when it starts, itself included."""
        parent = self.workers[index]["parent"]
        if parent is None:
            return self.roots()
        known = list(self.scope(parent))
        for operation in self.workers[parent]["script"]:
            if operation[0].startswith("spawn"):
                known.append(operation[1])
                if operation[1] == index:
                    break
        return known

    def names(self):
        used = set()
        for worker in self.workers:
            for operation in worker["script"]:
                if operation[0] in ("send_name", "register", "unregister", "whereis"):
                    used.add(operation[1])
        return sorted(used)

    def text(self):
        lines = [f"# {self.origin}"] if self.origin else []
        for i, worker in enumerate(self.workers):
            started = "" if worker["parent"] is None else f" (child of {worker_name(worker['parent'])})"
            lines.append(f"{worker_name(i)}{started}:")
            for operation in worker["script"]:
                words = [worker_name(word) if type(word) is int else str(word) for word in operation]
                lines.append("    " + " ".join(words))
        return "\n".join(lines) + "\n"


def worker_name(index):
    return f"w{index + 1}"


class Generator:
    """One program for each (seed, number); the same one every time."""

    # How often each operation comes; the styles put weight on different things.
    STYLES = {
        "mixed": {"send": 4, "link": 4, "unlink": 2, "monitor": 3, "demonitor": 2, "exit": 4,
                  "trap": 3, "register": 1,
                  "unregister": 1, "whereis": 1, "send_name": 1, "alive": 1, "poll": 3, "recv": 2,
                  "take_exit": 1,
                  "take_down": 1, "spawn": 2, "yield": 1},
        "links": {"send": 2, "link": 6, "unlink": 5, "exit": 4, "trap": 4, "poll": 2,
                  "take_exit": 2, "spawn": 2},
        "monitors": {"send": 3, "monitor": 6, "demonitor": 4, "exit": 3, "poll": 3, "take_down": 3,
                     "recv": 1,
                     "spawn": 2},
        "names": {"send_name": 5, "register": 4, "unregister": 2, "whereis": 4, "exit": 3,
                  "poll": 3, "recv": 2,
                  "monitor": 1, "alive": 1},
        "serial": {"link": 5, "unlink": 3, "monitor": 4, "demonitor": 2, "exit": 5, "trap": 4,
                   "alive": 4, "poll": 3,
                   "spawn": 2, "register": 1, "whereis": 1, "take_exit": 1, "take_down": 1},
    }

    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}/{number}")
        self.messages = 0
        self.refs = 0

    def program(self):
        style = self.random.choice(["mixed", "mixed", "links", "monitors", "names", "serial"])
        count = self.random.choice([2, 2, 3, 3, 3, 4, 5])
        roots = count if count == 2 else self.random.randint(2, count)
        self.unborn = list(range(roots, count))
        self.workers = [{"parent": None if i < roots else -1, "script": []} for i in range(count)]
        self.known = {i: list(range(roots)) for i in range(roots)}
        self.named = set()
        self.own_refs = {i: [] for i in range(count)}
        if style == "serial":
            self._serial(self.random.randint(4, 8))
        else:
            self._parallel(style, self.random.randint(4, 12))
        for i, worker in enumerate(self.workers):
            worker["script"].append(self._ending())
        # A child that nobody starts is no part of the program; they are the last ones.
        del self.workers[count - len(self.unborn):]
        return Program(self.workers, f"style {style}")

    def _parallel(self, style, operations):
        for _ in range(operations):
            started = sorted(self.known)
            self._add(self.random.choice(started), style)

    def _serial(self, turns):
        """The workers take turns: a token says whose it is, so most of the order is fixed."""
        current = 0
        for _ in range(turns):
            for _ in range(self.random.randint(1, 2)):
                self._add(current, "serial")
            following = self.random.choice(self.known[current])
            if following != current:
                token = self._message()
                self.workers[current]["script"].append(("send", following, token))
                self.workers[following]["script"].append(("take", token))
                current = following

    def _add(self, index, style):
        weights = self.STYLES[style]
        for _ in range(20):
            kind = self.random.choices(list(weights), list(weights.values()))[0]
            operation = self._operation(index, kind)
            if operation:
                self.workers[index]["script"].append(operation)
                return

    def _operation(self, index, kind):
        known = self.known[index]
        other = self.random.choice([w for w in known if w != index] or known)
        any_one = other if self.random.random() < 0.93 else index
        if kind == "send":
            return ("send", any_one, self._message())
        if kind == "send_name":
            return ("send_name", self.random.choice(NAMES), self._message())
        if kind in ("link", "unlink"):
            return (kind, any_one)
        if kind == "alive":
            return (kind, other) if other != index else None
        if kind == "monitor":
            return (kind, any_one, self._ref(index))
        if kind in ("demonitor", "take_down"):
            return (kind,
                    self.random.choice(self.own_refs[index])) if self.own_refs[index] else None
        if kind == "exit":
            return ("exit", any_one, self.random.choice(REASONS))
        if kind == "trap":
            return ("trap", self.random.random() < 0.75)
        if kind == "register":
            if index in self.named:  # Erlang allows one name for each process
                return None
            self.named.add(index)
            return ("register", self.random.choice(NAMES))
        if kind in ("unregister", "whereis"):
            return (kind, self.random.choice(NAMES))
        if kind == "spawn":
            return self._spawn(index)
        return (kind,)

    def _spawn(self, index):
        if not self.unborn:
            return None
        child = self.unborn.pop(0)
        self.workers[child]["parent"] = index
        self.known[index].append(child)
        self.known[child] = list(self.known[index])
        kind = self.random.choice(["spawn", "spawn_link", "spawn_link", "spawn_monitor"])
        return (kind, child, self._ref(index)) if kind == "spawn_monitor" else (kind, child)

    def _ending(self):
        kind = self.random.choices(["end", "exit_self", "crash", "stay"], [4, 3, 1, 4])[0]
        if kind == "exit_self":
            return (kind, self.random.choice(REASONS))
        return (kind, f"e{self.random.randint(1, 2)}") if kind == "crash" else (kind,)

    def _message(self):
        self.messages += 1
        return f"m{self.messages}"

    def _ref(self, index):
        self.refs += 1
        self.own_refs[index].append(f"r{self.refs}")
        return f"r{self.refs}"


def generate(seed, number):
    program = Generator(seed, number).program()
    program.origin = f"seed {seed}, program {number}, {program.origin}"
    return program
