"""Runs one program as a fresh OS process, checks it, and measures it from outside.

Memory: the kernel counts the memory of whoever calls exec as that of the new program, and Python
takes more than some of the programs measured here. So a small shell starts them, and ends; as the
one who adopts orphans, this process still gets their figures from wait4.
"""
import ctypes
import os
import re
import signal
import statistics
import subprocess
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
STARTS_PER_RUN = 20
# The inner shell says its number, which is then that of the program, and waits for a line before it
# becomes the program: by then the outer shell has ended, so that nobody else takes the figures.
INNER = 'echo $$; read -r _; exec "$@" </dev/null 3<&-'
LAUNCH = ["/bin/sh", "-c", f"exec 3<&0; sh -c '{INNER}' sh \"$@\" <&3 &", "sh"]


class Failed(Exception):
    """A run that did not end well, or whose result is wrong."""


def adopt_orphans():
    """Whether this process gets the figures of programs that another has started for it."""
    try:
        return ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except (OSError, AttributeError):
        return False


class Runner:
    def __init__(self, timeout):
        self.timeout = timeout
        self.adopts = adopt_orphans()

    def execute(self, command, environment, direct=False):
        """What the program printed as key=value, and what the kernel knows about it. `direct`
        starts it without the shell, for its time as seen from outside."""
        through_shell = self.adopts and not direct
        start = time.perf_counter()
        process = subprocess.Popen((LAUNCH if through_shell else []) + command,
                                   env={**os.environ, **environment},
                                   stdin=subprocess.PIPE if through_shell else subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        late = threading.Event()
        timer = threading.Timer(self.timeout, lambda: (late.set(), kill(process.pid)))
        timer.start()
        try:
            output, errors, status, usage = self.wait(process, through_shell)
        except BaseException:
            kill(process.pid)
            raise
        finally:
            timer.cancel()
        wall = time.perf_counter() - start
        if late.is_set():
            raise Failed(f"takes longer than {self.timeout:g} s")
        if status != 0:
            said = (errors.strip() or output.strip() or "it says nothing").splitlines()
            raise Failed(f"ends with status {status}: " + "; ".join(said[-3:]))
        return figures(output, usage, wall)

    def wait(self, process, through_shell):
        errors = []
        reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))
        reader.start()
        number = launched(process) if through_shell else process.pid
        output = process.stdout.read().decode(errors="replace")
        status, usage = wait_for(number)
        if not through_shell:
            process.returncode = status
        reader.join()
        process.stdout.close()
        process.stderr.close()
        reap()
        return output, errors[0].decode(errors="replace"), status, usage


def launched(process):
    """The number of the program that the shells start, once the outer one has ended."""
    number = int(process.stdout.readline() or 0)
    process.wait()
    try:
        process.stdin.write(b"\n")
        process.stdin.close()
    except BrokenPipeError:
        pass  # killed: wait_for tells
    return number


def wait_for(number):
    if number == 0:  # killed before it said its number
        return -signal.SIGKILL, None
    _, status, usage = os.wait4(number, 0)
    return os.waitstatus_to_exitcode(status), usage


def kill(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def reap():
    """Helpers that a program leaves behind come to us too."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def figures(output, usage, wall):
    found = {"wall_ms": wall * 1000, "cpu_s": usage.ru_utime + usage.ru_stime,
             "user_s": usage.ru_utime, "sys_s": usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}
    for key, value in re.findall(r"(\w+)=(\S+)", output):
        if key == "result":
            found[key] = value
            continue
        try:
            found[key] = float(value)
        except ValueError:
            pass
    return found


def check(found, name, result):
    if found.get("result") != result:
        raise Failed(f"{name}: the result is {found.get('result')}, not {result}")
    if "ms" not in found:
        raise Failed(f"{name}: no ms=")


def measure(runner, contender, workload, name, schedulers, quick):
    """The figures of one run of a workload, or of a variant of it called `name`. Raises Failed."""
    size, result = workload.asked(quick)
    command = contender.command(workload, name, size, schedulers)
    environment = contender.environment(schedulers)
    if workload.name != "startup":
        found = runner.execute(command, environment)
        check(found, workload.name, result)
        return found
    starts = []
    for _ in range(2 if quick else STARTS_PER_RUN):
        starts.append(runner.execute(command, environment, direct=True))
        starts[-1].setdefault("ms", 0.0)
        check(starts[-1], workload.name, result)
    # Its memory as seen by wait4 would be that of this process.
    found = runner.execute(command, environment)
    found["ms"] = statistics.median(start["wall_ms"] for start in starts)
    return found
