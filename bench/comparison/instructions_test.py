"""Tests of bench/instructions: its table, and what ttvm_instructions counts. No times, no callgrind."""
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, BENCH)
from comparison import lists, script  # noqa: E402

instructions = script.load("instructions")


class Instructions(unittest.TestCase):
    def test_every_sequential_workload_has_two_sizes(self):
        workloads = lists.read_all(os.path.join(BENCH, "workloads"), 1)
        names = [workload.name for workload in workloads if workload.kind == "sequential"]
        self.assertEqual(sorted(instructions.SIZES), sorted(names))
        for small, large in instructions.SIZES.values():
            self.assertLess(small, large)

    def test_counts_what_a_program_executes(self):
        counted = {}
        with tempfile.TemporaryDirectory() as folder:
            for size in (1, 4):
                path = os.path.join(folder, f"{size}.ttvm")
                with open(path, "w", encoding="utf-8") as file:
                    file.write("PUSH_INT 1\nPOP\n" * size)
                counted[size] = instructions.executed(os.environ["TTVM_INSTRUCTIONS"], path, "")
        self.assertEqual(counted[4]["instructions"] - counted[1]["instructions"], 6)
        self.assertGreater(counted[4]["ns"], 0)


if __name__ == "__main__":
    unittest.main()
