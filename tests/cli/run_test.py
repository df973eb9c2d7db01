"""Running programs from the command line: where they come from, their flags, how runs end."""

import os
import unittest

from support import BAD, HELLO, CliTest


class Program(CliTest):
    def test_runs_with_and_without_smp(self):
        name = self.write("hello.ttvm", HELLO)
        self.assert_ok(self.run_ttvm(name), "hello\n")
        self.assert_ok(self.run_ttvm("--smp", name), "hello\n")

    def test_empty_program_is_fine(self):
        for text in ("", "\n\n", "; nothing\n"):
            self.assert_ok(self.run_ttvm("--smp", self.write("empty.ttvm", text)), "")

    def test_program_from_standard_input(self):
        self.assert_ok(self.run_ttvm("--smp", "-", stdin=HELLO), "hello\n")

    def test_bad_program_from_standard_input(self):
        self.assert_status(self.run_ttvm("--smp", "-", stdin=BAD), 65, r":2:1: error: ", "PUSH_INT")

    def test_bytecode_is_recognised(self):
        self.write("hello.ttvm", HELLO)
        self.assert_ok(self.run_ttvm("compile", "hello.ttvm", "hello.ttb"))
        self.assert_ok(self.run_ttvm("--smp", "hello.ttb"), "hello\n")

    def test_arguments_are_the_programs(self):
        name = self.write("args.ttvm", "ARGS\nPRINT\nHALT\n")
        self.assert_ok(self.run_ttvm("--smp", name), "[]\n")
        result = self.run_ttvm("--smp", name, "one", "--seed", "--help", "-x", "two words")
        self.assert_ok(result, '["one", "--seed", "--help", "-x", "two words"]\n')

    def test_windows_line_ends(self):
        self.assert_ok(self.run_ttvm(self.write("crlf.ttvm", HELLO.replace("\n", "\r\n"))), "hello\n")

    def test_child_program_beside_the_program(self):
        (self.folder / "sub").mkdir()
        self.write("sub/child.ttvm", HELLO)
        self.write("sub/main.ttvm", 'PUSH_STR "child"\nSPAWN\nPOP\nHALT\n')
        self.assert_ok(self.run_ttvm("--smp", "sub/main.ttvm"), "hello\n")


class BadInput(CliTest):
    def test_missing_file(self):
        self.assert_status(self.run_ttvm("--smp", "none.ttvm"), 66, r"none\.ttvm")

    def test_folder(self):
        (self.folder / "folder.ttvm").mkdir()
        result = self.run_ttvm("--smp", "folder.ttvm")
        self.assertIn(result.returncode, (65, 66))
        self.assert_status(result, result.returncode, r"folder\.ttvm", "director|folder|regular")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_unreadable_file(self):
        name = self.write("secret.ttvm", HELLO)
        os.chmod(self.folder / name, 0)
        self.assert_status(self.run_ttvm("--smp", name), 66, r"secret\.ttvm")

    def test_empty_bytecode(self):
        self.assert_status(self.run_ttvm("--smp", self.write("empty.ttb", "")), 65, r"empty\.ttb")

    def test_text_called_bytecode(self):
        result = self.run_ttvm("--smp", self.write("text.ttb", "no bytecode at all\n"))
        self.assert_status(result, 65, r"text\.ttb")

    def test_truncated_bytecode(self):
        self.write("hello.ttvm", HELLO)
        self.assert_ok(self.run_ttvm("compile", "hello.ttvm", "hello.ttb"))
        data = (self.folder / "hello.ttb").read_bytes()
        for length in range(len(data)):
            result = self.run_ttvm("--smp", self.write("cut.ttb", data[:length]))
            self.assert_status(result, 65, r"cut\.ttb")

    def test_hundred_megabytes_of_nothing(self):
        with open(self.folder / "huge.ttvm", "wb") as file:
            file.truncate(100 * 1024 * 1024)
        result = self.run_ttvm("--smp", "huge.ttvm")
        self.assert_status(result, 65, r"huge\.ttvm")
        self.assertLess(len(result.stderr), 100_000, "the whole file came back as a message")

    def test_hundred_megabytes_of_comments(self):
        line = "; " + "x" * 97 + "\n"
        name = self.write("long.ttvm", line * (1024 * 1024) + HELLO)
        result = self.run_ttvm("--smp", name)
        if result.returncode == 0:
            self.assert_ok(result, "hello\n")
        else:
            self.assert_status(result, 65, r"long\.ttvm")

    def test_all_errors_with_position_and_caret(self):
        result = self.run_ttvm("--smp", self.write("bad.ttvm", BAD + '  PUSH_STR "open\nPRINT\n'))
        self.assert_status(result, 65)
        lines = result.stderr.splitlines()
        self.assertRegex(lines[0], r"^bad\.ttvm:2:1: error: .*PUSH_INT")
        self.assertIn("PUHS_INT 2", lines[1])
        self.assertRegex(lines[2], r"^\s*(\d*\s*\|)?\s*\^")
        self.assertEqual(sum(": error: " in line for line in lines), 2, result.stderr)
        self.assertRegex(result.stderr, r"(?m)^bad\.ttvm:3:\d+: error: ")


class Usage(CliTest):
    def test_nothing_given(self):
        self.assert_status(self.run_ttvm(), 2)

    def test_unknown_flags(self):
        name = self.write("hello.ttvm", HELLO)
        for arguments in (["--nonsense", name], ["--smpp", name], ["-q", name], ["compile", "-q", name],
                          ["disasm", "--nonsense", name], ["check", "--nonsense", name],
                          ["test-all", "--nonsense"]):
            with self.subTest(arguments=arguments):
                self.assert_status(self.run_ttvm(*arguments), 2)

    def test_bad_numbers(self):
        name = self.write("hello.ttvm", HELLO)
        for flag in ("--schedulers", "--reductions", "--max-processes", "--seed"):
            for value in ("x", "-1", "1.5", "99999999999999999999999", ""):
                with self.subTest(flag=flag, value=value):
                    self.assert_status(self.run_ttvm("--smp", f"{flag}={value}", name), 2)
        for flag in ("--schedulers", "--reductions", "--max-processes"):
            with self.subTest(flag=flag, value="0"):
                self.assert_status(self.run_ttvm("--smp", flag, "0", name), 2)

    def test_missing_values(self):
        for arguments in (["--smp"], ["--smp", "--seed"], ["compile"], ["disasm"], ["check"]):
            with self.subTest(arguments=arguments):
                self.assert_status(self.run_ttvm(*arguments), 2)


class Ends(CliTest):
    def test_uncaught_exception_is_status_1_with_a_report(self):
        name = self.write("div.ttvm", "PUSH_INT 1\nPUSH_INT 0\nDIV\nPRINT\n")
        for flags in ([], ["--smp"]):
            result = self.run_ttvm(*flags, name)
            self.assert_status(result, 1, "Division by zero", r"div\.ttvm:3")

    def test_a_childs_exception_does_not_end_the_run(self):
        name = self.write("child.ttvm", 'PUSH_STR "f"\nSPAWN\nPOP\nPUSH_STR "main"\nPRINT\nHALT\n'
                          'FUNC f\nPUSH_STR "child failed"\nTHROW\nEND\n')
        result = self.run_ttvm("--smp", name)
        self.assertEqual((result.returncode, result.stdout), (0, "main\n"))
        self.assertRegex(result.stderr, "child failed")

    def test_exit_gives_its_status(self):
        for status in (0, 1, 7, 255):
            name = self.write("exit.ttvm", f"PUSH_INT {status}\nEXIT\n")
            for flags in ([], ["--smp"]):
                self.assertEqual(self.run_ttvm(*flags, name).returncode, status)

    def test_exit_ends_busy_processes_too(self):
        name = self.write("exit.ttvm", 'PUSH_STR "spin"\nSPAWN\nPOP\nEXIT 5\n'
                          "FUNC spin\nagain:\nJMP again\nEND\n")
        self.assertEqual(self.run_ttvm("--smp", name).returncode, 5)

    def test_deadlock_is_status_3_with_a_report(self):
        name = self.write("dead.ttvm", "; waits for ever\nRECEIVE\nPRINT\n")
        self.assert_status(self.run_ttvm("--smp", name), 3, "(?i)deadlock", r"dead\.ttvm:2")

    def test_concurrency_needs_smp(self):
        name = self.write("spawn.ttvm", 'TRY caught\nPUSH_STR "counter"\nSPAWN\nEND_TRY\nHALT\n'
                          'caught:\nPOP\nPUSH_STR "caught"\nPRINT\n')
        result = self.run_ttvm(name)
        self.assert_status(result, 1, "SPAWN needs the SMP scheduler: run with --smp")

    def test_too_many_processes(self):
        name = self.write("many.ttvm", 'TRY full\nagain:\nPUSH_STR "wait"\nSPAWN\nPOP\nJMP again\n'
                          'full:\nPOP\nPUSH_STR "full"\nPRINT\nEXIT 0\nFUNC wait\nRECEIVE\nEND\n')
        self.assert_ok(self.run_ttvm("--smp", "--max-processes", "10", name), "full\n")

    def test_recursion_without_end_is_an_exception(self):
        name = self.write("deep.ttvm", "CALL f\nHALT\nFUNC f\nCALL f\nNULL\nPOP\nEND\n")
        result = self.run_ttvm("--smp", "--max-stack-bytes", "1000000", name)
        self.assert_status(result, 1, "Stack overflow")


class Seeds(CliTest):
    PROGRAM = ('PUSH_INT 0\nSTORE i\nmore:\nLOAD i\nPUSH_STR "say"\nSPAWN\nPOP\nLOAD i\nPUSH_INT 1\nADD\n'
               "DUP\nSTORE i\nPUSH_INT 20\nLT\nJNZ more\nHALT\nFUNC say n\nPUSH_INT 5\nSLEEP\nLOAD n\n"
               "PRINT\nYIELD\nLOAD n\nPRINT\nEND\n")

    def test_same_seed_same_run(self):
        name = self.write("say.ttvm", self.PROGRAM)
        outputs = set()
        for seed in range(1, 9):
            first = self.run_ttvm("--smp", "--seed", str(seed), name)
            again = self.run_ttvm("--smp", "--seed", str(seed), name)
            self.assert_ok(first)
            self.assert_ok(again, first.stdout)
            self.assertEqual(sorted(first.stdout.split(), key=int),
                             [str(i // 2) for i in range(40)])
            outputs.add(first.stdout)
        self.assertGreater(len(outputs), 1, "eight seeds gave one and the same order")

    def test_logical_clock_does_not_wait(self):
        name = self.write("year.ttvm", "PUSH_INT 31536000000\nSLEEP\n" + HELLO)
        self.assert_ok(self.run_ttvm("--smp", "--seed", "1", name), "hello\n")


if __name__ == "__main__":
    unittest.main()
