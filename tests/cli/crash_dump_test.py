"""--crash-dump: when it is written, what is in it, and that it does not disturb the run."""

import json
import os
import signal
import subprocess
import unittest

from support import FOREVER, SLOW, TIMEOUT, CliTest

MISMATCH = """FUNC worker
  REGISTER worker
  NEW_OBJECT
  PUSH_STR "reply"
  SET_FIELD type
  RECEIVE_MATCH
  POP
END
MAKE_FUNCTION worker
SPAWN_MONITOR
POP
STORE w
NEW_OBJECT
PUSH_STR "request"
SET_FIELD type
LOAD w
SEND
PUSH_STR "hello"
LOAD w
SEND
RECEIVE
PRINT
"""

# Many that talk, one that computes, one that sleeps before a queue.
BUSY = """FUNC talk
  MAKE_FUNCTION listen
  SPAWN_LINK
  STORE peer
  WHILE
    TRUE
  DO
    SELF
    LOAD peer
    SEND
    RECEIVE
    POP
  ENDWHILE
END
FUNC listen
  WHILE
    TRUE
  DO
    RECEIVE
    STORE from
    PUSH_STR "ok"
    LOAD from
    SEND
  ENDWHILE
END
FUNC sleeper parent
  REGISTER sleeper
  PUSH_STR "here"
  LOAD parent
  SEND
  PUSH_INT 100000000
  SLEEP
END
PUSH_INT 0
STORE i
WHILE
  LOAD i
  PUSH_INT 20
  LT
DO
  MAKE_FUNCTION talk
  SPAWN
  POP
  LOAD i
  PUSH_INT 1
  ADD
  STORE i
ENDWHILE
SELF
MAKE_FUNCTION sleeper
SPAWN
STORE s
RECEIVE
POP
PUSH_STR "wake up"
LOAD s
SEND
PUSH_STR "later"
LOAD s
PUSH_INT 1000000
SEND_AFTER
POP
PUSH_STR "ready"
PRINT
PUSH_INT 0
STORE i
WHILE
  LOAD i
  PUSH_INT %d
  LT
DO
  LOAD i
  PUSH_INT 1
  ADD
  STORE i
ENDWHILE
PUSH_STR "done"
PRINT
EXIT 7
"""

HOARDER = """PUSH_INT 0
STORE list
MAKE_FUNCTION waiter
SPAWN
POP
NEW_LIST
STORE list
WHILE
  TRUE
DO
  LOAD list
  PUSH_STR "more and more"
  LIST_APPEND
  STORE list
ENDWHILE
FUNC waiter
  RECEIVE
END
"""


class CrashDumps(CliTest):
    def dump(self):
        """The dump, which is complete when it is there."""
        with open(os.path.join(self.folder, "dump.json"), encoding="utf-8") as file:
            return json.load(file)

    def by_pid(self, dump):
        return {process["pid"]: process for process in dump["processes"]}

    def test_deadlock(self):
        result = self.run_ttvm("--smp", "--crash-dump", "dump.json", self.write("a.ttvm", MISMATCH))
        self.assertEqual(result.returncode, 3)
        self.assertTrue(result.stderr.endswith("ttvm: crash dump (deadlock): dump.json\n"), result.stderr)
        dump = self.dump()
        self.assertEqual((dump["reason"], dump["complete"], dump["processes_alive"]), ("deadlock", True, 2))
        self.assertEqual(dump["registry"], {"worker": 2})
        main, worker = self.by_pid(dump)[1], self.by_pid(dump)[2]
        self.assertEqual((main["monitors"], worker["monitored_by"]), ([2], [1]))
        self.assertEqual(worker["waits_for"], 'a message that matches {type: "reply"}')
        self.assertEqual(worker["stack"], ["worker (a.ttvm:6)"])
        self.assertEqual(worker["queue_length"], 2)
        self.assertEqual([m["left_because"] for m in worker["messages"]],
                         ['field "type": expected "reply" but got "request"',
                          'expected {type: "reply"} but got "hello"'])
        self.assertEqual([m["from"] for m in worker["messages"]], [1, 1])

    def test_no_deadlock_no_dump(self):
        result = self.run_ttvm("--smp", "--crash-dump", "dump.json", self.write("a.ttvm", 'PUSH_INT 1\nPRINT\n'))
        self.assert_ok(result, "1\n")
        self.assertEqual(os.listdir(self.folder), ["a.ttvm"])

    def test_out_of_memory(self):
        program = self.write("a.ttvm", HOARDER)
        result = self.run_ttvm("--smp", "--crash-dump", "dump.json", "--max-memory", "64M", program)
        self.assertEqual(result.returncode, 1)
        self.assertIn("ttvm: crash dump (out of memory): dump.json\n", result.stderr)
        dump = self.dump()
        self.assertFalse(dump["complete"])
        processes = self.by_pid(dump)
        status = processes[1].pop("status")
        self.assertEqual(processes[1], {"pid": 1, "parent": None})
        self.assertEqual(processes[2]["parent"], 1)
        if status != "collecting":
            self.assertEqual(status, "running")
            self.assertIn(1, [scheduler["running"] for scheduler in dump["schedulers"]])

    def start(self, *flags, program):
        process = self.start_ttvm("--smp", *flags, program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return process

    def told(self, process):
        """The line on standard error that says that a dump is there."""
        line = process.stderr.readline().decode()
        self.assertEqual(line, "ttvm: crash dump (SIGUSR1): dump.json\n")

    def check_busy(self, dump):
        self.assertEqual((dump["reason"], dump["complete"]), ("SIGUSR1", True))
        processes = self.by_pid(dump)
        self.assertEqual(len(processes), dump["processes_alive"])
        sleeper = processes[dump["registry"]["sleeper"]]
        self.assertEqual((sleeper["status"], sleeper["waits_for"]), ("waiting", "its time"))
        self.assertEqual(sleeper["messages"][0]["value"], '"wake up"')
        self.assertEqual(sleeper["messages"][0]["left_because"], "not looked at while the process sleeps")
        self.assertEqual(sleeper["timers"][0]["kind"], "wait")
        timers = processes[1]["timers"]
        self.assertEqual([(t["kind"], t["value"]) for t in timers], [("send", '"later"')])
        self.assertEqual(sum(p["name"] == "talk" for p in processes.values()), 20)
        for process in processes.values():
            if process["name"] == "listen":
                self.assertEqual(processes[process["parent"]]["name"], "talk")
                self.assertEqual(process["links"], [process["parent"]])

    def test_signal_while_it_runs(self):
        program = self.write("busy.ttvm", BUSY % 1_000_000_000_000)
        for flags in (["--schedulers", "1"], ["--schedulers", "2"], ["--schedulers", "3"], ["--seed", "1"]):
            with self.subTest(flags=flags):
                process = self.start(*flags, "--crash-dump", "dump.json", program=program)
                for _ in range(3 if SLOW else 10):
                    process.send_signal(signal.SIGUSR1)
                    self.told(process)
                    self.check_busy(self.dump())
                process.send_signal(signal.SIGINT)
                stdout, stderr = process.communicate(timeout=TIMEOUT)
                self.assertEqual((process.returncode, stdout, stderr), (130, b"", b""))

    def test_the_run_goes_on_as_it_would(self):
        count = 300_000 if SLOW else 20_000_000
        program = self.write("busy.ttvm", BUSY % count)
        process = self.start("--schedulers", "2", "--crash-dump", "dump.json", program=program)
        process.send_signal(signal.SIGUSR1)
        stdout, stderr = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, stdout), (7, b"done\n"))
        self.assertEqual(stderr, b"ttvm: crash dump (SIGUSR1): dump.json\n")
        self.check_busy(self.dump())

    def test_a_scheduler_that_waits_for_its_reader(self):
        program = self.write("print.ttvm", 'PUSH_STR "ready"\nPRINT\nMAKE_FUNCTION waiter\nSPAWN\nPOP\nagain:\n'
                             'PUSH_STR "a line"\nPRINT\nJMP again\nFUNC waiter\nRECEIVE\nEND\n')
        process = self.start("--schedulers", "2", "--crash-dump", "dump.json", program=program)
        process.send_signal(signal.SIGUSR1)
        self.told(process)
        processes = self.by_pid(self.dump())
        self.assertEqual(processes[1]["pid"], 1)
        if 2 in processes:  # it may not have been spawned yet
            self.assertEqual(processes[2]["parent"], 1)
        process.kill()
        process.communicate(timeout=TIMEOUT)

    def test_without_the_flag_the_signal_ends_the_run(self):
        process = self.start(program=self.write("a.ttvm", FOREVER))
        process.send_signal(signal.SIGUSR1)
        process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, -signal.SIGUSR1)

    def test_a_file_that_cannot_be_written(self):
        program = self.write("a.ttvm", MISMATCH)
        for path, why in (("none/dump.json", "No such file or directory"), (".", "Is a directory")):
            with self.subTest(path=path):
                result = self.run_ttvm("--smp", "--crash-dump", path, program)
                self.assert_status(result, 2)
                self.assertIn(f"--crash-dump: cannot write {path}: {why}", result.stderr)

    def test_a_disk_that_is_full(self):
        os.symlink("/dev/full", os.path.join(self.folder, "dump.json.part"))
        result = self.run_ttvm("--smp", "--crash-dump", "dump.json", self.write("a.ttvm", MISMATCH))
        self.assertEqual(result.returncode, 3)
        self.assertIn("ttvm: error: cannot write the crash dump dump.json: No space left on device\n",
                      result.stderr)
        self.assertEqual(os.listdir(self.folder), ["a.ttvm"])


if __name__ == "__main__":
    unittest.main()
