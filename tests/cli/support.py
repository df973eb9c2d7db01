"""What the command line tests share. TTVM names the binary under test."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

TTVM = os.path.abspath(os.environ.get("TTVM", "build/release/ttvm"))
TIMEOUT = 60
# An instrumented build, ten times slower: fewer repetitions do.
SLOW = os.environ.get("TTVM_SLOW") == "1"

HELLO = 'PUSH_STR "hello"\nPRINT\nHALT\n'
FOREVER = 'PUSH_STR "ready"\nPRINT\nagain:\nJMP again\n'
SLEEPER = 'PUSH_STR "ready"\nPRINT\nPUSH_INT 100000000\nSLEEP\n'
WAITER = 'PUSH_STR "ready"\nPRINT\nPUSH_INT 100000000\nRECEIVE_AFTER late\nlate:\nHALT\n'
PRINTER = 'again:\nPUSH_STR "a line that is printed again and again"\nPRINT\nJMP again\n'
CHATTY_PROCESSES = (
    'PUSH_STR "talk"\nSPAWN\nPOP\nPUSH_STR "talk"\nSPAWN\nPOP\nRECEIVE\nHALT\n'
    'FUNC talk\nagain:\nPUSH_STR "a line of a process"\nPRINT\nJMP again\nEND\n'
)
BAD = 'PUSH_INT 1\nPUHS_INT 2\n'


def clean_environment(**extra):
    """The caller's environment without what changes the output, and sanitizers with a status of
    their own (their usual ones mean something else here)."""
    drop = {"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"}
    environment = {k: v for k, v in os.environ.items() if k not in drop}
    for name in ("ASAN", "UBSAN", "TSAN", "LSAN"):
        given = os.environ.get(f"{name}_OPTIONS")
        environment[f"{name}_OPTIONS"] = ":".join(filter(None, [given, "exitcode=99"]))
    environment.update(extra)
    return environment


def default_signals():
    """A shell may have started the tests with Ctrl-C ignored, which children would inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class CliTest(unittest.TestCase):
    """Each test has a folder of its own, `self.folder`, in which it runs ttvm."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="ttvm-cli-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def write(self, name, text):
        data = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(data)
        return name

    def run_ttvm(self, *arguments, stdin="", stdout=subprocess.PIPE, **extra):
        """Runs ttvm to its end. Output is text; nothing may take longer than TIMEOUT."""
        return subprocess.run(
            [TTVM, *arguments], cwd=self.folder, input=stdin, stdout=stdout, stderr=subprocess.PIPE,
            timeout=TIMEOUT, encoding="utf-8", errors="backslashreplace",
            env=clean_environment(**extra), check=False)

    def start_ttvm(self, *arguments, **streams):
        """Starts ttvm; it is killed at the end of the test should it still run."""
        process = subprocess.Popen(
            [TTVM, *arguments], cwd=self.folder, env=clean_environment(),
            preexec_fn=default_signals, **streams)  # pylint: disable=subprocess-popen-preexec-fn

        def end():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()

        self.addCleanup(end)
        return process

    def assert_ok(self, result, stdout=None):
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        if stdout is not None:
            self.assertEqual(result.stdout, stdout)

    def assert_status(self, result, status, *patterns):
        """The status, nothing on standard output, and each pattern somewhere on standard error."""
        self.assertEqual(result.returncode, status, f"{result.stdout}\n{result.stderr}")
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.strip(), "no message on standard error")
        for pattern in patterns:
            self.assertRegex(result.stderr, pattern)
