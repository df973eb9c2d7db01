"""Tests bench/guard: what it prints and gives as its status. Nothing here measures time: where a
test needs one that is slower, a script stands for ttvm and says which time it took.

TTVM names a ttvm binary."""
import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TTVM = os.path.abspath(os.environ.get("TTVM", "build/release/ttvm"))


def guard(*arguments):
    return subprocess.run([sys.executable, "-B", os.path.join(BENCH, "guard"), *arguments],
                          capture_output=True, text=True, check=False, timeout=600)


class Guard(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def fake(self, name, words):
        """A program in place of ttvm; it gets --smp --schedulers T PROGRAM SIZE T."""
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{words}\n")
        os.chmod(self.path(name), stat.S_IRWXU)
        return self.path(name)

    def says(self, name, ms, result=1000):
        return self.fake(name, f"echo pingpong result={result} ms={ms}")

    def test_two_binaries(self):
        done = guard("--quick", TTVM, TTVM, "pingpong", "fib", "startup")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for place in ("pingpong-1", "pingpong-2", "fib-", "startup-"):
            self.assertIn(place, done.stdout)
        self.assertIn("nothing is judged", done.stdout)

    def judge(self, before, after, *more):
        return guard("--schedulers", "1", "-n", "8", "--warm", "0", "--quick", *more,
                     self.says("old", before), self.says("new", after), "pingpong")

    def full(self, before, after, *more):
        """Not --quick, so that it judges: then pingpong's result is another."""
        return guard("--schedulers", "1", "-n", "8", "--warm", "0", *more,
                     self.says("old", before, 1000000), self.says("new", after, 1000000),
                     "pingpong")

    def test_slower_is_status_1(self):
        done = self.full(100, 200)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("2.000 [2.000, 2.000]", done.stdout)
        self.assertIn("ms slower", done.stdout)
        self.assertIn("slower or larger by 3 % or more: pingpong-1", done.stdout)

    def test_faster_is_named(self):
        done = self.full(200, 100)
        self.assertIn("ms faster", done.stdout)
        self.assertIn("faster or smaller: pingpong-1", done.stdout)

    def test_below_the_threshold_is_no_move(self):
        self.assertNotIn("ms slower", self.full(100, 102).stdout)
        self.assertIn("ms slower", self.full(100, 102, "--threshold", "1").stdout)

    def test_few_rounds_are_not_judged(self):
        done = self.full(100, 200, "-n", "3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("too few", done.stdout)

    def test_quick_is_not_judged(self):
        done = self.judge(100, 200)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2.000", done.stdout)

    def test_order_alternates(self):
        log = self.path("log")
        for name in ("old", "new"):
            self.fake(name, f"echo {name} >> {log}; echo pingpong result=1000 ms=1")
        guard("--quick", "-n", "4", "--schedulers", "1", self.path("old"), self.path("new"),
              "pingpong")
        with open(log, encoding="utf-8") as file:
            self.assertEqual(file.read().split(),
                             ["old", "new", "new", "old", "old", "new", "new", "old"])

    def test_a_wrong_result_of_the_new_one_is_a_failure(self):
        done = guard("--quick", "--schedulers", "1", self.says("old", 1), self.says("new", 1, 7),
                     "pingpong")
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAILED pingpong-1 new", done.stdout)

    def test_what_the_old_one_cannot_run_is_left_out(self):
        done = guard("--quick", "--schedulers", "1", self.fake("old", "exit 1"),
                     self.says("new", 1), "pingpong")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("FAILED pingpong-1 old", done.stdout)

    def test_wrong_usage(self):
        for arguments in ((), ("no-such-commit",), (TTVM, TTVM, "nope"), ("pingpong",),
                          (TTVM, TTVM, "--confidence", "100"), (TTVM, "--update")):
            done = guard("--quick", *arguments)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertNotIn("Traceback", done.stderr)

    def test_baseline(self):
        file = self.path("b.json")
        arguments = ("--schedulers", "1", "-n", "9", "--warm", "0", "--baseline", file)
        old, new = self.says("old", 100, 1000000), self.says("new", 200, 1000000)
        done = guard(*arguments, old, "pingpong")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = guard(*arguments, new, "pingpong")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("2.000", done.stdout)
        self.assertEqual(guard(*arguments, "--update", new, "pingpong").returncode, 0)
        with open(file, encoding="utf-8") as written:
            content = json.load(written)
        self.assertEqual([run["ms"] for run in content["figures"]["pingpong-1"]], [200] * 9)

        content["machine"]["cpu"] = "another"
        with open(file, "w", encoding="utf-8") as written:
            json.dump(content, written)
        done = guard(*arguments, new, "pingpong")
        self.assertEqual(done.returncode, 2)
        self.assertIn("the CPU is", done.stderr)
        self.assertIn("another machine", done.stderr)


if __name__ == "__main__":
    unittest.main()
