"""Standard output that goes away, colour, Ctrl-C and the terminal."""

import os
import pty
import select
import signal
import subprocess
import termios
import time
import unittest

from support import (BAD, CHATTY_PROCESSES, FOREVER, HELLO, PRINTER, SLEEPER, TIMEOUT, TTVM, WAITER,
                     CliTest, clean_environment, default_signals)


class LostOutput(CliTest):
    def assert_complains(self, status, stderr):
        self.assertGreater(status, 0, "ended by a signal or as if all were well")
        self.assertNotEqual(status, 70)
        self.assertTrue(stderr.strip(), "no message on standard error")
        self.assertLess(len(stderr), 2000, "more than a message on standard error")

    def test_full_disk(self):
        for flags in ([], ["--smp"], ["--smp", "--seed", "1"]):
            for text in (HELLO, PRINTER):
                with self.subTest(flags=flags, text=text), open("/dev/full", "wb") as full:
                    result = self.run_ttvm(*flags, self.write("p.ttvm", text), stdout=full)
                    self.assert_complains(result.returncode, result.stderr)

    def test_full_disk_with_printing_processes(self):
        with open("/dev/full", "wb") as full:
            name = self.write("p.ttvm", CHATTY_PROCESSES)
            result = self.run_ttvm("--smp", "--schedulers", "2", name, stdout=full)
        self.assert_complains(result.returncode, result.stderr)

    def test_closed_pipe(self):
        for text in (PRINTER, CHATTY_PROCESSES):
            process = self.start_ttvm("--smp", self.write("p.ttvm", text), stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertTrue(process.stdout.readline().startswith(b"a line"))
            process.stdout.close()
            process.wait(TIMEOUT)
            self.assert_complains(process.returncode, process.stderr.read().decode())

    def test_no_output_at_all(self):
        """Started with standard output closed."""
        name = self.write("p.ttvm", HELLO)
        result = subprocess.run(["sh", "-c", 'exec "$0" --smp "$1" >&-', TTVM, name], cwd=self.folder,
                                stderr=subprocess.PIPE, encoding="utf-8", timeout=TIMEOUT,
                                env=clean_environment(), check=False)
        self.assert_complains(result.returncode, result.stderr)

    def test_lost_diagnostics_change_no_status(self):
        name = self.write("bad.ttvm", BAD)
        with open("/dev/full", "wb") as full:
            result = subprocess.run([TTVM, "check", name], cwd=self.folder, stderr=full, timeout=TIMEOUT,
                                    env=clean_environment(), check=False)
        self.assertEqual(result.returncode, 65)


class Interrupt(CliTest):
    def interrupt(self, text, *flags):
        process = self.start_ttvm(*flags, self.write("p.ttvm", text), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGINT)
        process.wait(TIMEOUT)
        return process.returncode

    def test_status_130(self):
        for flags, texts in (([], (FOREVER, SLEEPER)),
                             (["--smp"], (FOREVER, SLEEPER, WAITER)),
                             (["--smp", "--schedulers", "1"], (FOREVER, SLEEPER, WAITER)),
                             (["--smp", "--seed", "1"], (FOREVER,))):
            for text in texts:
                with self.subTest(flags=flags, text=text):
                    self.assertEqual(self.interrupt(text, *flags), 130)

    def test_output_before_the_interrupt_is_not_lost(self):
        process = self.start_ttvm("--smp", self.write("p.ttvm", SLEEPER), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        # A process that waits must not keep its output to itself.
        self.assertEqual(process.stdout.readline(), b"ready\n")
        self.assertIsNone(process.poll())


class Terminal(CliTest):
    def run_on_terminal(self, *arguments, interrupt_after=None, **extra):
        """Runs ttvm on a terminal of its own: (status, all that it wrote, settings unchanged?)."""
        master, slave = pty.openpty()
        try:
            before = termios.tcgetattr(slave)
            process = subprocess.Popen([TTVM, *arguments], cwd=self.folder, stdin=slave, stdout=slave,
                                       stderr=slave, env=clean_environment(TERM="xterm", **extra),
                                       preexec_fn=default_signals)
            output = b""
            deadline = time.monotonic() + TIMEOUT
            while time.monotonic() < deadline:
                if select.select([master], [], [], 0.05)[0]:
                    output += os.read(master, 65536)
                elif process.poll() is not None:
                    break
                if interrupt_after and interrupt_after in output:
                    process.send_signal(signal.SIGINT)
                    interrupt_after = None
            if process.poll() is None:
                process.kill()
                process.wait()
                self.fail(f"no end; output: {output!r}")
            return process.returncode, output, termios.tcgetattr(slave) == before
        finally:
            os.close(master)
            os.close(slave)

    def test_colour_on_a_terminal_only(self):
        name = self.write("bad.ttvm", BAD)
        status, output, _ = self.run_on_terminal("check", name)
        self.assertEqual(status, 65)
        self.assertIn(b"\x1b[", output)
        self.assertNotIn("\x1b", self.run_ttvm("check", name, TERM="xterm").stderr)

    def test_no_color(self):
        name = self.write("bad.ttvm", BAD)
        status, output, _ = self.run_on_terminal("check", name, NO_COLOR="1")
        self.assertEqual(status, 65)
        self.assertIn(b"error: ", output)
        self.assertNotIn(b"\x1b", output)

    def test_interrupt_leaves_the_terminal_as_it_was(self):
        for text in (FOREVER, WAITER):
            name = self.write("p.ttvm", text)
            status, _, unchanged = self.run_on_terminal("--smp", name, interrupt_after=b"ready")
            self.assertEqual(status, 130)
            self.assertTrue(unchanged, "terminal settings were left changed")


if __name__ == "__main__":
    unittest.main()
