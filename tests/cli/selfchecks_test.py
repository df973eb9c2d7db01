"""The test-* commands: real checks inside the binary, one line for each, and a sum."""

import re
import unittest

from support import CliTest

COMMANDS = ["test-concurrency", "test-spawn-comprehensive", "test-send-receive-comprehensive",
            "test-register-whereis", "test-yield-comprehensive", "test-smp-concurrency",
            "test-concurrency-bytecode", "test-message-passing", "test-process-spawning",
            "test-multithreaded", "test-monitoring-linking", "test-supervisor-tree",
            "test-selective-receive", "test-trap-exit", "test-process-registry",
            "test-coffee-shop", "test-all"]


class SelfChecks(CliTest):
    def check(self, command):
        """Runs one command and returns its number of checks."""
        result = self.run_ttvm(command)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        lines = result.stdout.splitlines()
        total = re.fullmatch(r"(\d+) passed, 0 failed", lines[-1])
        self.assertTrue(total, lines[-1])
        passes = [line for line in lines if line.startswith("PASS ")]
        self.assertFalse([line for line in lines if line.startswith("FAIL ")])
        self.assertEqual(len(passes), int(total.group(1)))
        self.assertGreater(len(passes), 0)
        return len(passes)

    def listed(self):
        return re.findall(r"(?m)^\s+(test-[\w-]+)", self.run_ttvm("--help").stdout)

    def test_all_are_listed(self):
        self.assertEqual(set(COMMANDS) - set(self.listed()), set())

    def test_each_command(self):
        checks = {}
        for command in self.listed():
            with self.subTest(command=command):
                checks[command] = self.check(command)
        self.assertGreaterEqual(checks["test-all"], max(checks.values()))

    def test_unknown_command_is_no_self_check(self):
        result = self.run_ttvm("test-nonsense")
        self.assertIn(result.returncode, (2, 66))
        self.assertTrue(result.stderr)


if __name__ == "__main__":
    unittest.main()
