"""The reference model: every outcome that Erlang's rules allow for a program of programs.py.

The rules are those of Erlang's manual, in the chapter on processes ("Signals", "Links",
"Monitors"). Signals of one process to another arrive in the order sent; nothing else is ordered.
So there is a channel for each pair, and a step is either the next operation of a worker or the
arrival of the oldest signal of a channel. All orders of steps are tried; states that were seen
are not tried again.

The end of a process is several steps. It runs no more (`exiting`); its names vanish; it is
closed; those linked to it or watching it are sent word, one by one and in any order. What comes
to a process that is exiting is answered as by a living one, so that a late link or monitor may
bring the real reason; to one that is closed with `noproc`, which may overtake the word sent to
the same process. Both machines do that.
"""

from programs import worker_name

UNBORN, RUNNING, EXITING, CLOSED, DEAD = range(5)
# The fields of a process. Links: pairs of the other and 0, or the id of an unlinking that is not
# acknowledged yet. Monitors: pairs of ref and other. Monitored: pairs of watcher and ref. Asking: 1
# while it waits for the answer to an `alive`. Pending: a report that is the next step.
(STATUS, REASON, PC, TRAP, MAILBOX, LINKS, MONITORS, MONITORED, EVENTS, UNLINKS, ASKING,
 PENDING) = range(12)
FRESH = (UNBORN, "", 0, False, (), (), (), (), (), 0, 0, "")


class TooLarge(Exception):
    """The program has more states than was allowed."""


def put(pairs, key, value):
    return tuple(sorted([pair for pair in pairs if pair[0] != key] + [(key, value)]))


def drop(pairs, key):
    return tuple(pair for pair in pairs if pair[0] != key)


def get(pairs, key):
    for pair in pairs:
        if pair[0] == key:
            return pair[1]
    return None


def show(message):
    """The text under which a worker reports a message that it has received."""
    if message[0] == "m":
        return message[1]
    if message[0] == "EXIT":
        return f"EXIT {worker_name(message[1])} {message[2]}"
    return f"DOWN {message[1]} {worker_name(message[2])} {message[3]}"


class Step:
    """A state that is being changed: the successor of the one it is made from."""

    def __init__(self, program, state):
        self.program = program
        self.procs = [list(proc) for proc in state[0]]
        self.channels = list(state[1])
        self.names = list(state[2])

    def freeze(self):
        self._settle()
        return (tuple(tuple(proc) for proc in self.procs), tuple(self.channels), tuple(self.names))

    def _settle(self):
        """What nobody can notice need not wait: signals to the dead, acknowledgements."""
        count = len(self.procs)
        changed = True
        while changed:
            changed = False
            for channel, signals in enumerate(self.channels):
                if not signals:
                    continue
                status = self.procs[channel % count][STATUS]
                if status == DEAD or signals[0][0] in ("unlinked", "demonitor"):
                    self.deliver(channel // count, channel % count)
                    changed = True

    # ---- Signals.

    def push(self, sender, receiver, signal):
        self.channels[sender * len(self.procs) + receiver] += (signal,)
        if sender == receiver:
            self.deliver(sender, receiver)

    def deliver(self, sender, receiver):
        channel = sender * len(self.procs) + receiver
        signal = self.channels[channel][0]
        self.channels[channel] = self.channels[channel][1:]
        proc = self.procs[receiver]
        if proc[STATUS] >= CLOSED:
            self._deliver_to_dead(sender, receiver, signal)
            return
        getattr(self, "_on_" + signal[0])(proc, sender, receiver, signal)

    def _deliver_to_dead(self, sender, receiver, signal):
        answers = {"link": ("linkexit", "noproc"), "unlink": ("unlinked", signal[-1]),
                   "alive": ("answer", "false")}
        if signal[0] in answers:
            self.push(receiver, sender, answers[signal[0]])
        elif signal[0] == "monitor":
            self.push(receiver, sender, ("down", signal[1], "noproc"))

    def _on_message(self, proc, sender, receiver, signal):
        self._receive(proc, ("m", signal[1]))

    def _on_exit(self, proc, sender, receiver, signal):
        reason = signal[1]
        if proc[STATUS] != RUNNING:
            return
        if reason == "kill":
            self._end(proc, "killed")
        elif proc[TRAP]:
            self._receive(proc, ("EXIT", sender, reason))
        elif reason != "normal" or sender == receiver:
            self._end(proc, reason)

    def _on_link(self, proc, sender, receiver, signal):
        if get(proc[LINKS], sender) is None:
            proc[LINKS] = put(proc[LINKS], sender, 0)

    def _on_unlink(self, proc, sender, receiver, signal):
        if get(proc[LINKS], sender) == 0:
            proc[LINKS] = drop(proc[LINKS], sender)
        self.push(receiver, sender, ("unlinked", signal[1]))

    def _on_unlinked(self, proc, sender, receiver, signal):
        if get(proc[LINKS], sender) == signal[1]:
            proc[LINKS] = drop(proc[LINKS], sender)

    def _on_linkexit(self, proc, sender, receiver, signal):
        linked = get(proc[LINKS], sender)
        proc[LINKS] = drop(proc[LINKS], sender)
        if linked != 0 or proc[STATUS] != RUNNING:
            return
        if proc[TRAP]:
            self._receive(proc, ("EXIT", sender, signal[1]))
        elif signal[1] != "normal":
            self._end(proc, signal[1])

    def _on_monitor(self, proc, sender, receiver, signal):
        proc[MONITORED] += ((sender, signal[1]),)

    def _on_demonitor(self, proc, sender, receiver, signal):
        proc[MONITORED] = tuple(entry for entry in proc[MONITORED] if entry != (sender, signal[1]))

    def _on_down(self, proc, sender, receiver, signal):
        if get(proc[MONITORS], signal[1]) is not None:
            proc[MONITORS] = drop(proc[MONITORS], signal[1])
            self._receive(proc, ("DOWN", signal[1], sender, signal[2]))

    def _on_alive(self, proc, sender, receiver, signal):
        self.push(receiver, sender, ("answer", "true" if proc[STATUS] == RUNNING else "false"))

    def _on_answer(self, proc, sender, receiver, signal):
        if proc[STATUS] == RUNNING:
            proc[ASKING] = 0
            proc[EVENTS] += (f"alive {signal[1]}",)
            proc[PC] += 1

    def _receive(self, proc, message):
        if proc[STATUS] == RUNNING:
            proc[MAILBOX] += (message,)

    # ---- Ends.

    def _end(self, proc, reason):
        proc[STATUS], proc[REASON], proc[MAILBOX], proc[ASKING] = EXITING, reason, (), 0
        proc[PC], proc[PENDING] = 0, ""

    def forget_names(self, index):
        self.names = [None if owner == index else owner for owner in self.names]

    def close(self, index):
        """From here on it is not there any more for those who send to it."""
        proc = self.procs[index]
        proc[STATUS] = CLOSED
        for ref, other in proc[MONITORS]:
            self.push(index, other, ("demonitor", ref))
        proc[MONITORS] = ()
        self._finish(proc)

    def last_signals(self, index):
        """Those of which the next may be any. Between receivers the order makes no difference,
        since channels are independent: one receiver after the other."""
        proc = self.procs[index]
        signals = [(other, ("linkexit", proc[REASON])) for other, _ in proc[LINKS]]
        signals += [(watcher, ("down", ref, proc[REASON])) for watcher, ref in proc[MONITORED]]
        first = min(other for other, _ in signals)
        return [signal for signal in signals if signal[0] == first]

    def send_last(self, index, other, signal):
        proc = self.procs[index]
        if signal[0] == "linkexit":
            proc[LINKS] = drop(proc[LINKS], other)
        else:
            proc[MONITORED] = tuple(entry for entry in proc[MONITORED] if entry != (other,
                                                                                    signal[1]))
        self.push(index, other, signal)
        self._finish(proc)

    def _finish(self, proc):
        if not proc[LINKS] and not proc[MONITORED]:
            proc[STATUS] = DEAD

    # ---- Operations.

    def can_run(self, index):
        proc = self.procs[index]
        if proc[ASKING]:
            return False
        if proc[PENDING]:
            return True
        operation = self.program.workers[index]["script"][proc[PC]]
        if operation[0] == "stay":
            return False
        return self._wanted(proc, operation) is not None if operation[0] in WAITING else True

    def _wanted(self, proc, operation):
        """The position of the message that a receive takes, or None."""
        kind = operation[0]
        for position, message in enumerate(proc[MAILBOX]):
            if (kind == "recv" or (kind == "take" and message == ("m", operation[1]))
                    or (kind == "take_exit" and message[0] == "EXIT")
                    or (kind == "take_down" and message[:2] == ("DOWN", operation[1]))):
                return position
        return None

    def run(self, index):
        """One operation. Receiving and reporting are one step: who is killed in between might as
        well not have received. A report of what others can notice is a step of its own."""
        proc = self.procs[index]
        if proc[PENDING]:
            proc[EVENTS] += (proc[PENDING],)
            proc[PENDING] = ""
            return
        operation = self.program.workers[index]["script"][proc[PC]]
        if operation[0] != "alive":
            proc[PC] += 1
        if operation[0] in WAITING:
            self._take(proc, self._wanted(proc, operation))
        else:
            getattr(self, "_do_" + operation[0])(proc, index, *operation[1:])

    def _take(self, proc, position):
        message = proc[MAILBOX][position]
        proc[MAILBOX] = proc[MAILBOX][:position] + proc[MAILBOX][position + 1:]
        proc[EVENTS] += (show(message),)

    def _do_poll(self, proc, index):
        if proc[MAILBOX]:
            self._take(proc, 0)
        else:
            proc[EVENTS] += ("none",)

    def _do_yield(self, proc, index):
        pass

    def _do_send(self, proc, index, other, message):
        self.push(index, other, ("message", message))

    def _do_send_name(self, proc, index, name, message):
        owner = self.names[self.program.names().index(name)]
        if owner is not None:
            self.push(index, owner, ("message", message))

    def _do_link(self, proc, index, other):
        if other != index and get(proc[LINKS], other) != 0:
            proc[LINKS] = put(proc[LINKS], other, 0)
            self.push(index, other, ("link",))

    def _do_unlink(self, proc, index, other):
        if get(proc[LINKS], other) == 0:
            proc[UNLINKS] += 1
            proc[LINKS] = put(proc[LINKS], other, proc[UNLINKS])
            self.push(index, other, ("unlink", proc[UNLINKS]))

    def _do_monitor(self, proc, index, other, ref):
        if other != index:
            proc[MONITORS] = put(proc[MONITORS], ref, other)
            self.push(index, other, ("monitor", ref))

    def _do_demonitor(self, proc, index, ref):
        other = get(proc[MONITORS], ref)
        if other is not None:
            proc[MONITORS] = drop(proc[MONITORS], ref)
            self.push(index, other, ("demonitor", ref))
        proc[MAILBOX] = tuple(message for message in proc[MAILBOX] if message[:2] != ("DOWN", ref))

    def _do_exit(self, proc, index, other, reason):
        self.push(index, other, ("exit", reason))

    def _do_trap(self, proc, index, value):
        proc[TRAP] = value

    def _do_register(self, proc, index, name):
        place = self.program.names().index(name)
        proc[PENDING] = f"register {name} " + ("ok" if self.names[place] is None else "error")
        if self.names[place] is None:
            self.names[place] = index

    def _do_unregister(self, proc, index, name):
        place = self.program.names().index(name)
        proc[PENDING] = f"unregister {name} " + ("error" if self.names[place] is None else "ok")
        self.names[place] = None

    def _do_whereis(self, proc, index, name):
        owner = self.names[self.program.names().index(name)]
        proc[EVENTS] += (f"whereis {name} {'none' if owner is None else worker_name(owner)}",)

    def _do_alive(self, proc, index, other):
        proc[ASKING] = 1
        self.push(index, other, ("alive",))

    def _do_spawn(self, proc, index, child):
        self.procs[child][STATUS] = RUNNING

    def _do_spawn_link(self, proc, index, child):
        self._do_spawn(proc, index, child)
        proc[LINKS] = put(proc[LINKS], child, 0)
        self.procs[child][LINKS] = ((index, 0),)

    def _do_spawn_monitor(self, proc, index, child, ref):
        self._do_spawn(proc, index, child)
        proc[MONITORS] = put(proc[MONITORS], ref, child)
        self.procs[child][MONITORED] = ((index, ref),)

    def _do_end(self, proc, index):
        self._end(proc, "normal")

    def _do_exit_self(self, proc, index, reason):
        self._end(proc, reason)

    def _do_crash(self, proc, index, what):
        self._end(proc, f"Exception: {what}")


WAITING = ("recv", "take", "take_exit", "take_down")


def outcome(program, state):
    """What the main process prints when nothing happens any more."""
    procs, _, names = state
    lines = []
    for index, proc in enumerate(procs):
        ended = "gone"
        if proc[STATUS] == RUNNING:
            watchers = sorted(watcher for watcher, _ in proc[MONITORED])
            ended = (f"waits links {listed(sorted(other for other, value in proc[LINKS] if value == 0))}"
                     f" monitors {listed(sorted(other for _, other in proc[MONITORS]))}"
                     f" watchers {listed(watchers)} queue {len(proc[MAILBOX])}")
        elif program.workers[index]["parent"] is None:
            ended = f"ended {proc[REASON]}"
        lines.append(f"{worker_name(index)}: {', '.join([*proc[EVENTS], ended])}")
    for name, owner in zip(program.names(), names):
        lines.append(f"{name}: {'none' if owner is None else worker_name(owner)}")
    return "\n".join(lines)


def listed(indices):
    return "[" + " ".join(worker_name(index) for index in indices) + "]"


def outcomes(program, max_states):
    """(all outcomes, how many states were visited); raises TooLarge."""
    count = len(program.workers)
    procs = tuple((RUNNING,
                   *FRESH[1:]) if worker["parent"] is None else FRESH for worker in program.workers)
    start = (procs, ((),) * (count * count), (None,) * len(program.names()))
    seen = {start}
    stack = [start]
    found = set()
    while stack:
        state = stack.pop()
        successors = list(steps(program, state))
        if not successors:
            found.add(outcome(program, state))
        for successor in successors:
            if successor not in seen:
                seen.add(successor)
                if len(seen) > max_states:
                    raise TooLarge
                stack.append(successor)
    return found, len(seen)


def steps(program, state):
    procs, channels, _ = state
    count = len(procs)
    here = Step(program, state)
    for index, proc in enumerate(procs):
        if proc[STATUS] == RUNNING and here.can_run(index):
            step = Step(program, state)
            step.run(index)
            yield step.freeze()
        elif proc[STATUS] == EXITING:
            if index in here.names:
                step = Step(program, state)
                step.forget_names(index)
                yield step.freeze()
                continue
            step = Step(program, state)
            step.close(index)
            yield step.freeze()
        elif proc[STATUS] == CLOSED:
            for other, signal in here.last_signals(index):
                step = Step(program, state)
                step.send_last(index, other, signal)
                yield step.freeze()
    for channel, signals in enumerate(channels):
        if signals:
            step = Step(program, state)
            step.deliver(channel // count, channel % count)
            yield step.freeze()
