"""ttvm explore: every outcome of a program, with the command that repeats it."""

import os
import pathlib
import pty
import re
import shlex
import subprocess
import unittest

from support import BAD, HELLO, SLOW, TIMEOUT, TTVM, CliTest, clean_environment

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples"
SYSTEMATIC = pathlib.Path(__file__).resolve().parent.parent / "systematic"

# Two processes print; process 1 only starts them.
TWO_PRINT = ('PUSH_STR "a"\nMAKE_FUNCTION say\nSPAWN\nPOP\nPUSH_STR "b"\nMAKE_FUNCTION say\nSPAWN\nPOP\nHALT\n'
             "FUNC say what\nLOAD what\nPRINT\nEND\n")

# A cell that can be read and written, and two clients that add one to it: an update may be lost.
LOST_UPDATE = """
PUSH_INT 0
MAKE_FUNCTION cell
SPAWN
STORE cell
LOAD cell
SELF
MAKE_FUNCTION client
SPAWN
POP
LOAD cell
SELF
MAKE_FUNCTION client
SPAWN
POP
RECEIVE
POP
RECEIVE
POP
SELF
LOAD cell
SEND
RECEIVE
PRINT
HALT

FUNC cell value
  RECEIVE
  STORE m
  LOAD m
  TYPE_OF
  PUSH_STR "int"
  EQ
  IF
    LOAD m
    CALL cell
    RET
  ENDIF
  LOAD value
  LOAD m
  SEND
  LOAD value
  CALL cell
END

FUNC client cell main
  SELF
  LOAD cell
  SEND
  RECEIVE
  PUSH_INT 1
  ADD
  LOAD cell
  SEND
  NULL
  LOAD main
  SEND
END
"""

# Two locks, and two processes that each take both: in opposite order, or (mended) in the same.
TWO_LOCKS = """
FALSE
NULL
MAKE_FUNCTION lock
SPAWN
STORE left
FALSE
NULL
MAKE_FUNCTION lock
SPAWN
STORE right
LOAD left
LOAD right
SELF
MAKE_FUNCTION user
SPAWN
POP
LOAD %s
LOAD %s
SELF
MAKE_FUNCTION user
SPAWN
POP
RECEIVE
POP
RECEIVE
POP
HALT

; A pid asks for the lock, null gives it back. There is at most one to wait for it.
FUNC lock held waiting
  RECEIVE
  STORE m
  LOAD m
  LOAD held
  AND
  IF
    TRUE
    LOAD m
    CALL lock
    RET
  ENDIF
  LOAD m
  LOAD waiting
  OR
  IF
    NULL
    LOAD m
    IF
      LOAD m
    ELSE
      LOAD waiting
    ENDIF
    SEND
    TRUE
    NULL
    CALL lock
    RET
  ENDIF
  FALSE
  NULL
  CALL lock
END

FUNC user first second main
  SELF
  LOAD first
  SEND
  RECEIVE
  POP
  SELF
  LOAD second
  SEND
  RECEIVE
  POP
  NULL
  LOAD second
  SEND
  NULL
  LOAD first
  SEND
  NULL
  LOAD main
  SEND
END
"""

# The answer may be late; then it is taken for the answer to the next question.
LATE_ANSWER = """
PUSH_STR "echo"
SPAWN
STORE echo
PUSH_STR "one"
LOAD echo
SEND
PUSH_INT 1000
RECEIVE_AFTER late
PRINT
HALT
late:
PUSH_STR "late"
PRINT
HALT
FUNC echo
  RECEIVE
  SEND 1
END
"""


class Explore(CliTest):
    def explore(self, text, *flags, status=0, arguments=()):
        name = self.write("program.ttvm", text)
        if SLOW and "--runs" not in flags:
            flags = ("--runs", "300", *flags)
        result = self.run_ttvm("explore", *flags, name, *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def outcomes(self, result):
        """[(status line, command, stdout lines)], after checking the numbers of runs."""
        found = []
        for part in re.split(r"\n\n(?=\d+\. )", result.stdout)[1:]:
            lines = part.splitlines()
            title, runs = re.fullmatch(r"\d+\. (.*): (\d+) runs?", lines[0]).groups()
            command = re.fullmatch(r" {3}repeat: (ttvm .*)", lines[1]).group(1)
            stdout = []
            if lines[2:3] == ["   stdout:"]:
                for line in lines[3:]:
                    if not line.startswith("     "):
                        break
                    stdout.append(line[5:])
            found.append((title, command, stdout, int(runs)))
        outcomes, runs = re.match(r"(\d+) outcomes? in (\d+) runs? \(", result.stdout).groups()
        self.assertEqual(len(found), int(outcomes))
        self.assertEqual(sum(one[3] for one in found), int(runs))
        return found

    def repeat(self, command):
        words = shlex.split(command)
        self.assertEqual(words[0], "ttvm")
        return self.run_ttvm(*words[1:])

    def assert_repeats(self, result):
        """Each outcome comes again, twice."""
        for title, command, stdout, _ in self.outcomes(result):
            for _ in range(2):
                again = self.repeat(command)
                self.assertEqual(again.stdout.splitlines(), stdout, command)
                self.assertTrue(title.startswith(f"status {again.returncode}"), title)


class Outcomes(Explore):
    def test_a_sequential_program_has_one(self):
        result = self.explore(HELLO)
        self.assertEqual(result.stdout, "1 outcome in 1 run (all schedules: 1)\n\n"
                         "1. status 0: 1 run\n   repeat: ttvm --smp --schedule default program.ttvm\n"
                         "   stdout:\n     hello\n")
        self.assertEqual(result.stderr, "")

    def test_two_that_print_have_two(self):
        result = self.explore(TWO_PRINT)
        self.assertRegex(result.stdout, r"^2 outcomes in \d+ runs \(all schedules: \d+\)\n")
        self.assertEqual(sorted(one[2] for one in self.outcomes(result)), [["a", "b"], ["b", "a"]])
        self.assert_repeats(result)

    def test_a_lost_update_is_found(self):
        result = self.explore(LOST_UPDATE)
        self.assertEqual(sorted(one[2] for one in self.outcomes(result)), [["1"], ["2"]])
        self.assert_repeats(result)

    def test_a_deadlock_is_found_and_the_mended_program_has_none(self):
        result = self.explore(TWO_LOCKS % ("right", "left"))
        ends = {one[0] for one in self.outcomes(result)}
        self.assertEqual(ends, {"status 0", "status 3, deadlock"})
        self.assertIn("deadlock: process 1 waits", result.stdout)
        self.assert_repeats(result)
        mended = self.explore(TWO_LOCKS % ("left", "right"), "--fail-on", "deadlock,status,diverge")
        self.assertEqual({one[0] for one in self.outcomes(mended)}, {"status 0"})

    def test_an_endless_run_is_an_outcome(self):
        result = self.explore("again:\nJMP again\n", "--max-reductions", "5000")
        (title, command, _, _), = self.outcomes(result)
        self.assertEqual(title, "status 1, did not end (--max-reductions)")
        self.assertRegex(self.repeat(command).stderr, "5000 reductions")

    def test_endless_talk_and_endless_spawning_end_too(self):
        talk = ('PUSH_STR "echo"\nSPAWN\nSTORE p\nSELF\nLOAD p\nSEND\nagain:\nRECEIVE\nLOAD p\nSEND\nJMP again\n'
                "FUNC echo\nRECEIVE\nSEND 1\nCALL echo\nEND\n")
        spawn = 'PUSH_STR "f"\nSPAWN\nHALT\nFUNC f\nPUSH_STR "f"\nSPAWN\nPOP\nEND\n'
        for text in (talk, spawn):
            result = self.explore(text, "--max-reductions", "3000", "--runs", "8")
            self.assertEqual({one[0] for one in self.outcomes(result)},
                             {"status 1, did not end (--max-reductions)"})

    def test_timeouts_come_early_only_if_asked_for(self):
        result = self.explore(LATE_ANSWER, "--runs", "400")
        self.assertEqual([one[2] for one in self.outcomes(result)], [["one"]])
        result = self.explore(LATE_ANSWER, "--runs", "400", "--early-timeouts")
        self.assertEqual({one[2][0] for one in self.outcomes(result)}, {"one", "late"})
        self.assert_repeats(result)

    def test_standard_error_is_shown(self):
        result = self.explore('PUSH_STR "f"\nSPAWN\nPOP\nHALT\nFUNC f\nPUSH_STR "oh"\nTHROW\nEND\n')
        self.assertRegex(result.stdout, r"\n   stderr:\n     process 2 \(f\) ended: Exception: oh\n")

    def test_long_output_is_cut(self):
        result = self.explore("PUSH_INT 0\nSTORE i\nWHILE\nLOAD i\nPUSH_INT 30\nLT\nDO\nLOAD i\nPRINT\n"
                              "LOAD i\nPUSH_INT 1\nADD\nSTORE i\nENDWHILE\n")
        self.assertRegex(result.stdout, r"     9\n     \.\.\. and 20 lines more\n$")

    def test_the_program_has_its_arguments_and_no_input(self):
        result = self.explore("ARGS\nPRINT\n", arguments=["--runs", "it's", "two words"])
        self.assertIn('["--runs", "it\'s", "two words"]', result.stdout)
        self.assert_repeats(result)

    def test_files_beside_the_program_are_found(self):
        (self.folder / "sub").mkdir()
        self.write("sub/child.ttvm", HELLO)
        self.write("sub/main.ttvm", 'PUSH_STR "child"\nSPAWN\nPOP\nHALT\n')
        result = self.run_ttvm("explore", "sub/main.ttvm")
        self.assert_ok(result)
        self.assertIn("     hello\n", result.stdout)

    def test_bytecode_has_the_same_outcomes(self):
        self.write("two.ttvm", TWO_PRINT)
        self.assert_ok(self.run_ttvm("compile", "two.ttvm"))
        result = self.run_ttvm("explore", "two.ttb")
        self.assert_ok(result)
        self.assertEqual(sorted(one[2] for one in self.outcomes(result)), [["a", "b"], ["b", "a"]])


class Coverage(Explore):
    def summary(self, *flags):
        return self.explore(TWO_PRINT, *flags).stdout.splitlines()[0]

    def test_up_to_so_many_preemptions(self):
        self.assertRegex(self.summary("--preemptions", "0", "--runs", "50"),
                         r"\(all schedules without preemption, \d+ systematic, \d+ under seeds\)$")
        self.assertRegex(self.summary("--preemptions", "1", "--runs", "50"),
                         r"\(all schedules with up to 1 preemption, \d+ systematic, ")

    def test_few_runs_cover_nothing(self):
        result = self.explore(LOST_UPDATE, "--runs", "20")
        self.assertRegex(result.stdout, r"^2 outcomes in 20 runs \(15 systematic, 5 under seeds\)\n")

    def test_only_seeds(self):
        result = self.explore(LOST_UPDATE, "--runs", "60", "--only-seeds", "--seed", "5")
        self.assertRegex(result.stdout, r"^2 outcomes in 60 runs \(0 systematic, 60 under seeds\)\n")
        seeds = [int(re.search(r"--seed (\d+)", one[1]).group(1)) for one in self.outcomes(result)]
        self.assertEqual(min(seeds), 5)
        self.assertLess(max(seeds), 65)
        self.assert_repeats(result)

    def test_the_same_search_each_time(self):
        first = self.explore(LOST_UPDATE, "--runs", "300")
        self.assertEqual(self.explore(LOST_UPDATE, "--runs", "300").stdout, first.stdout)

    def test_seeds_are_what_the_flag_says(self):
        result = self.explore(TWO_LOCKS % ("right", "left"), "--runs", "400", "--preemptions", "0",
                              "--seed", "70")
        self.assert_repeats(result)


class FailOn(Explore):
    NOISY = 'PUSH_STR "x"\nSENDNAMED "nobody"\nHALT\n'

    def test_nothing_wrong(self):
        result = self.explore(HELLO, "--fail-on", "stderr,status", "--fail-on", "deadlock", "--fail-on=diverge")
        self.assertEqual(result.stderr, "")

    def test_stderr(self):
        self.assertEqual(self.explore(self.NOISY).stderr, "")
        result = self.explore(self.NOISY, "--fail-on", "stderr", status=1)
        self.assertRegex(result.stderr, r"output on standard error in 1 run: ttvm --smp --schedule default ")
        self.explore(self.NOISY, "--fail-on", "status,deadlock,diverge")

    def test_status(self):
        result = self.explore("EXIT 7\n", "--fail-on", "status", status=1)
        self.assertRegex(result.stderr, r"  status 7 in 1 run: ")
        self.explore("EXIT 7\n", "--fail-on", "stderr,deadlock,diverge")

    def test_a_run_that_does_not_end_has_a_status(self):
        self.explore("again:\nJMP again\n", "--max-reductions", "5000", "--fail-on", "status", status=1)

    def test_deadlock(self):
        result = self.explore(TWO_LOCKS % ("right", "left"), "--fail-on", "deadlock", status=1)
        command = re.search(r"  a deadlock in \d+ runs?: (ttvm .*)", result.stderr).group(1)
        self.assertEqual(self.repeat(command).returncode, 3)
        # Status 3 alone is none.
        self.explore("EXIT 3\n", "--fail-on", "deadlock")

    def test_diverge(self):
        result = self.explore(TWO_PRINT, "--fail-on", "diverge", status=1)
        self.assertRegex(result.stderr, "  2 outcomes where there should be one")
        self.explore(TWO_PRINT, "--fail-on", "stderr,status,deadlock")

    def test_a_failing_test_still_reports_on_standard_output(self):
        result = self.explore(TWO_PRINT, "--fail-on", "diverge", status=1)
        self.assertEqual(len(self.outcomes(result)), 2)


class Invariants(Explore):
    """The programs of tests/systematic keep what they promise under searched schedules too."""

    def test_systematic_programs(self):
        programs = sorted(SYSTEMATIC.glob("*.ttvm"))
        self.assertGreater(len(programs), 5)
        for program in programs:
            expected = program.with_suffix(".expected").read_text(encoding="utf-8")
            conditions = "deadlock,status"
            if "\nstdout:\n" in expected and "\nstderr" not in expected:
                conditions += ",stderr,diverge"
            with self.subTest(program=program.name):
                result = self.run_ttvm("explore", "--runs", "12" if SLOW else "60", "--fail-on", conditions,
                                       str(program))
                self.assert_ok(result)


    def test_examples(self):
        for name in ["philosophers", "bank_transfers", "back_pressure", "watched_worker"]:
            with self.subTest(program=name):
                conditions = "deadlock,status,diverge"
                program = str(EXAMPLES / f"{name}.ttvm")
                result = self.run_ttvm("explore", "--runs", "100", "--fail-on", conditions, program)
                self.assert_ok(result)
        program = str(EXAMPLES / "philosophers.ttvm")
        result = self.run_ttvm("explore", "--runs", "100", "--fail-on", "deadlock", program, "greedy")
        self.assertEqual(result.returncode, 1)


class Usage(Explore):
    def test_wrong_usage(self):
        name = self.write("hello.ttvm", HELLO)
        for words in ([], ["--runs"], ["--runs", "0", name], ["--runs", "x", name],
                      ["--fail-on", name], ["--fail-on", "noise", name], ["--fail-on", "", name],
                      ["--preemptions", "-1", name], ["--smp", name], ["--fail-on"]):
            with self.subTest(words=words):
                self.assert_status(self.run_ttvm("explore", *words), 2)

    def test_bad_programs(self):
        self.assert_status(self.run_ttvm("explore", self.write("bad.ttvm", BAD)), 65, r"bad\.ttvm:2:1: error: ")
        self.assert_status(self.run_ttvm("explore", "none.ttvm"), 66, r"none\.ttvm")

    def test_help(self):
        result = self.run_ttvm("explore", "--help")
        self.assert_ok(result)
        for word in ("--runs", "--fail-on", "--preemptions", "--only-seeds", "--seed", "--max-reductions", "deadlock", "diverge"):
            self.assertIn(word, result.stdout)
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)
        self.assertIn("explore", self.run_ttvm("--help").stdout)

    def test_schedules_are_checked(self):
        name = self.write("two.ttvm", TWO_PRINT)
        for text in ("", "x", "1", "2:1,1:2", "1:2,"):
            with self.subTest(schedule=text):
                self.assert_status(self.run_ttvm("--smp", f"--schedule={text}", name), 2, "explore")
        result = self.run_ttvm("--smp", "--schedule", "2:99", name)
        self.assertEqual((result.returncode, result.stdout), (1, "a\nb\n"))
        self.assertRegex(result.stderr, "the schedule is not one of this program")

    def test_progress_on_a_terminal_only(self):
        name = self.write("locks.ttvm", LOST_UPDATE)
        runs = "300" if SLOW else "2000"
        plain = self.run_ttvm("explore", "--runs", runs, name)
        self.assert_ok(plain)
        leader, follower = pty.openpty()
        with subprocess.Popen([TTVM, "explore", "--runs", runs, name], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=follower, env=clean_environment()) as process:
            os.close(follower)
            shown = b""
            try:
                while chunk := os.read(leader, 4096):
                    shown += chunk
            except OSError:
                pass  # the terminal is gone with the last one that had it open
            stdout, _ = process.communicate(timeout=TIMEOUT)
        os.close(leader)
        self.assertEqual(stdout.decode(), plain.stdout)
        self.assertRegex(shown, rb"\r\d+ of %s runs, \d outcomes?" % runs.encode())
        self.assertTrue(shown.endswith(b"\r\x1b[K"))


if __name__ == "__main__":
    unittest.main()
