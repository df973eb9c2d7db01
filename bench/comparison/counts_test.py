"""Tests of what bench/counts makes of callgrind's output. Runs neither callgrind nor ttvm."""
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, BENCH)
from comparison import script  # noqa: E402

counts = script.load("counts")

# Names are written once and numbered; addresses are absolute, relative or the same; the line behind
# `calls=` has the cost of the function called, which is counted there.
SMALL = """positions: instr line
events: Ir Dr Dw I1mr D1mr D1mw

ob=(1) /bin/program
fn=(7) ttvm::(anonymous namespace)::send(int)
0x100 0 10 0 0 0 2
+4 0 5 0 5 0 0 1
cob=(2) /lib/library
cfn=(8) lock
calls=5 0x40
* 0 5000 1000
-4 0 3

ob=(2)
fn=(8)
0x40 0 5
"""
LARGE = SMALL.replace("+4 0 5 0 5 0 0 1", "+4 0 25 0 25 0 0 11").replace("0x40 0 5\n", "0x40 0 9\n")


class Counts(unittest.TestCase):
    def profile(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "out")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return counts.Profile(path)

    def test_sums(self):
        found = self.profile(SMALL)
        self.assertEqual(found.events["Ir"], 10 + 5 + 3 + 5)
        self.assertEqual(found.events["D1mr"] + found.events["D1mw"], 3)
        self.assertEqual(found.by_function["ttvm::(anonymous namespace)::send(int)"], 18)
        self.assertEqual(found.by_function["lock"], 5)

    def test_executions_by_object_and_address(self):
        found = self.profile(SMALL)
        send = "ttvm::(anonymous namespace)::send(int)"
        self.assertEqual(found.at["/bin/program", send, 0x100], 10 + 3)
        self.assertEqual(found.at["/bin/program", send, 0x104], 5)
        self.assertEqual(found.at["/lib/library", "lock", 0x40], 5)

    def test_difference_for_each_unit(self):
        def atomics_of(place):
            return {0x104: "lock cmpxchg"} if place == "/bin/program" else {0x40: "xchg"}

        found = counts.Difference(self.profile(SMALL), self.profile(LARGE), 10, atomics_of)
        self.assertEqual(found.per_unit(found.events["Ir"]), 2.4)
        self.assertEqual(found.per_unit(found.events["D1mw"]), 1.0)
        self.assertEqual(sorted(found.per_unit(count) for count in found.atomics.values()),
                         [0.4, 2.0])

    def test_which_instructions_are_atomic(self):
        for text, expected in (("  29209:\tlock xadd %eax,(%rdx)", True),
                               ("  2dd78:\txchg   %rbp,(%rax)", True),
                               ("  2dd78:\txchg   %rbp,%rax", False),
                               ("  2dd78:\tcmpxchg %rbp,(%rax)", False)):
            self.assertEqual(counts.ATOMIC.match(text) is not None, expected, text)

    def test_units(self):
        self.assertEqual(counts.fib_calls(1), 1)
        self.assertEqual(counts.fib_calls(5), 15)
        self.assertEqual(counts.units_between("pingpong"), 8000)

    def test_workloads_are_there(self):
        for program, small, large, _, _ in counts.WORKLOADS.values():
            self.assertTrue(os.path.isfile(os.path.join(BENCH, program)), program)
            self.assertLess(small, large)

    def test_short_names(self):
        self.assertEqual(counts.short("ttvm::interp::(anonymous namespace)::run_loop(int)"),
                         "interp::run_loop")


if __name__ == "__main__":
    unittest.main()
