"""A baseline: the runs of one binary, kept in a file with the machine they were made on.

Figures of another machine say nothing, so such a baseline is refused. On the same machine the clock
may still run faster or slower than in the hour of the baseline; a yardstick, work that does not
depend on ttvm and is timed in each round, tells by how much.
"""
import hashlib
import json
import os
import time

FORM = 1
# What must be the same; how it is called in messages.
MACHINE = {"cpu": "the CPU", "cpus": "the number of CPUs", "memory_gb": "the memory",
           "huge_pages": "the setting of huge pages", "kernel": "the kernel"}
YARDSTICK_BYTES = 4 << 20


class Refused(Exception):
    """Why a baseline cannot be compared with, and what to do."""


def yardstick():
    """Milliseconds of a fixed piece of work on one CPU."""
    data = bytes(YARDSTICK_BYTES)
    start = time.process_time()
    hashlib.sha256(data).digest()
    return (time.process_time() - start) * 1000


def same(key, mine, theirs):
    if key == "memory_gb":  # the kernel keeps a little more or less for itself
        return abs(mine - theirs) <= 0.02 * max(mine, theirs)
    return mine == theirs


def differences(mine, theirs):
    """What of the machine differs, as words."""
    return [f"{name} is {mine.get(key)}, and was {theirs.get(key)}"
            for key, name in MACHINE.items()
            if key not in mine or key not in theirs or not same(key, mine[key], theirs[key])]


def write(path, content):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"form": FORM, **content}, file, indent=1)
        file.write("\n")


def read(path, machine, quick):
    """The content. Raises Refused if it cannot be compared with runs on this machine."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise Refused(f"{path} is no baseline of this form ({FORM}): write it anew, with --update")
    differing = differences(machine, content["machine"])
    if differing:
        commit = content.get("commit") or "COMMIT"
        raise Refused(
            f"{path} is of another machine:\n  " + "\n  ".join(differing) +
            "\nFigures of two machines cannot be compared. Either make a baseline of this machine "
            "from the same commit,\n"
            f"  bench/guard --baseline {os.path.splitext(path)[0]}-here.json "
            f"{commit}\nor compare the two commits directly, run by run:\n"
            f"  bench/guard {commit} NEW\n(the baseline is of {content['of']})")
    if content["quick"] != quick:
        kind = "small" if content["quick"] else "full"
        raise Refused(f"{path} was made with {kind} sizes: give --quick for both or for neither")
    return content
