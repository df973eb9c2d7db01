"""What `ttvm explore` means by "all schedules": random small programs, and every outcome of seeded
and of parallel runs must be among those that it found."""

import random
import re
import shlex
import unittest

from support import CliTest

PROGRAMS = 14
RUNS = 1200


class Generator:
    """A program of up to four processes that print, send, receive, use names and fail."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.labels = 0
        self.children = self.random.randint(1, 3)

    def label(self):
        self.labels += 1
        return f"l{self.labels}"

    def text(self):
        lines = []
        for child in range(self.children):
            lines += [f'PUSH_STR "c{child}"', "SPAWN", "POP"]
        lines += self.body("main", ["print", "send", "send", "receive", "give_way", "whereis", "send_named"])
        lines.append("HALT")
        for child in range(self.children):
            lines += [f"FUNC c{child}"]
            lines += self.body(f"c{child}", ["print", "send", "receive", "look", "register", "whereis",
                                             "send_named", "give_way", "throw", "exit"])
            lines += ["END"]
        return "\n".join(lines) + "\n"

    def body(self, name, kinds):
        lines = []
        for _ in range(self.random.randint(1, 3)):
            lines += getattr(self, self.random.choice(kinds))(name)
        return lines

    def name(self):
        return self.random.choice("xy")

    def print(self, name):
        return [f'PUSH_STR "{name}"', "PRINT"]

    def send(self, _):
        return [f"PUSH_INT {self.random.randint(0, 9)}", f"SEND {self.random.randint(1, self.children + 1)}"]

    def receive(self, _):
        return ["RECEIVE", self.random.choice(["PRINT", "PRINT", "POP"])]

    def look(self, _):
        late = self.label()
        return ["PUSH_INT 0", f"RECEIVE_AFTER {late}", "PRINT", f"LABEL {late}"]

    def register(self, _):
        taken, after = self.label(), self.label()
        return [f"TRY {taken}", f"REGISTER {self.name()}", "END_TRY", f"JMP {after}", f"LABEL {taken}",
                "POP", 'PUSH_STR "taken"', "PRINT", "END_TRY", f"LABEL {after}"]

    def whereis(self, _):
        return [f"WHEREIS {self.name()}", "PRINT"]

    def send_named(self, _):
        return ['PUSH_STR "n"', f"SENDNAMED {self.name()}"]

    def throw(self, name):
        return [f'PUSH_STR "{name}"', "THROW"] if self.random.random() < 0.3 else []

    def exit(self, _):
        return [f"EXIT {self.random.randint(0, 3)}"] if self.random.random() < 0.2 else []

    def give_way(self, _):
        return ["YIELD"]


class Covers(CliTest):
    def outcome(self, *flags):
        result = self.run_ttvm("--smp", *flags)
        return result.returncode, result.stdout, result.stderr

    def found(self, program):
        """All outcomes, or None if they may not be all."""
        result = self.run_ttvm("explore", "--runs", str(RUNS), program)
        self.assert_ok(result, None)
        commands = re.findall(r"repeat: ttvm --smp (.*)", result.stdout)
        outcomes = {self.outcome(*shlex.split(command)) for command in commands}
        self.assertEqual(len(outcomes), int(result.stdout.split()[0]), "not all outcomes repeat")
        return outcomes if "(all schedules:" in result.stdout.splitlines()[0] else None

    def test_no_outcome_is_missed(self):
        covered = 0
        for seed in range(40, 40 + PROGRAMS):
            text = Generator(seed).text()
            program = self.write("program.ttvm", text)
            found = self.found(program)
            if found is None:
                continue
            covered += 1
            for run in range(30):
                flags = ["--seed", str(run)] if run < 24 else ["--schedulers", "2"]
                if run % 2:
                    flags += ["--reductions", "1"]
                self.assertIn(self.outcome(*flags, program), found, f"{flags}\n{text}")
        self.assertGreater(covered, PROGRAMS // 3)


if __name__ == "__main__":
    unittest.main()
