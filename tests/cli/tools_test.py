"""The subcommands compile, disasm and check, and what the program says about itself."""

import os
import re
import unittest

from support import BAD, HELLO, CliTest

PROGRAM = ('; a bit of everything\nPUSH_STR "tab\\t and \\u{e9}"\nPRINT\nREGISTER main\nPUSH_INT -5\nCALL f a\n'
           'PRINT\nPUSH_STR "counter"\nSPAWN\nSTORE "p q"\nYIELD\nNULL\nSEND 1\nRECEIVE\nPRINT\nHALT\n'
           "f:\nLOAD a\nPUSH_FLOAT 2.5\nADD\nRET\n")


class Compile(CliTest):
    def test_default_output_is_beside_the_program(self):
        self.write("hello.ttvm", HELLO)
        self.assert_ok(self.run_ttvm("compile", "hello.ttvm"))
        self.assert_ok(self.run_ttvm("--smp", "hello.ttb"), "hello\n")

    def test_same_bytes_every_time(self):
        self.write("p.ttvm", PROGRAM)
        for name in ("a.ttb", "b.ttb"):
            self.assert_ok(self.run_ttvm("compile", "p.ttvm", name))
        self.assertEqual((self.folder / "a.ttb").read_bytes(), (self.folder / "b.ttb").read_bytes())

    def test_bad_program_leaves_the_old_file_alone(self):
        self.write("bad.ttvm", BAD)
        self.write("bad.ttb", "old")
        self.assert_status(self.run_ttvm("compile", "bad.ttvm"), 65, r"bad\.ttvm:2:1: error: ")
        self.assertEqual((self.folder / "bad.ttb").read_text(), "old")

    def test_missing_input(self):
        self.assert_status(self.run_ttvm("compile", "none.ttvm"), 66, r"none\.ttvm")

    def test_output_that_cannot_be_written(self):
        self.write("hello.ttvm", HELLO)
        for output in ("no/such/folder/x.ttb", "/dev/full"):
            with self.subTest(output=output):
                result = self.run_ttvm("compile", "hello.ttvm", output)
                self.assertNotIn(result.returncode, (0, 70))
                self.assert_status(result, result.returncode, re.escape(output))

    def test_stripped_program_runs_and_is_smaller(self):
        self.write("p.ttvm", PROGRAM)
        self.assert_ok(self.run_ttvm("compile", "p.ttvm", "full.ttb"))
        self.assert_ok(self.run_ttvm("compile", "--strip", "p.ttvm", "stripped.ttb"))
        sizes = [os.path.getsize(self.folder / name) for name in ("full.ttb", "stripped.ttb")]
        self.assertLess(sizes[1], sizes[0])
        outputs = [self.run_ttvm("--smp", "--seed", "1", name).stdout
                   for name in ("p.ttvm", "full.ttb", "stripped.ttb")]
        self.assertEqual(outputs[0].splitlines()[:2], ["tab\t and é", "-2.5"])
        self.assertEqual([outputs[0]] * 2, outputs[1:])

    def test_stripped_program_does_not_say_where_it_came_from(self):
        self.write("distinctive_name.ttvm", PROGRAM)
        self.assert_ok(self.run_ttvm("compile", "--strip", "distinctive_name.ttvm", "s.ttb"))
        self.assertNotIn(b"distinctive_name", (self.folder / "s.ttb").read_bytes())


class Disasm(CliTest):
    def disassemble(self, *options):
        self.write("p.ttvm", PROGRAM)
        self.assert_ok(self.run_ttvm("compile", "p.ttvm", "p.ttb"))
        result = self.run_ttvm("disasm", *options, "p.ttb")
        self.assert_ok(result)
        return result.stdout

    def test_assembles_to_the_same_bytes(self):
        for options in ([], ["--hex"]):
            (self.folder / "again").mkdir(exist_ok=True)
            self.write("again/p.ttvm", self.disassemble(*options))
            self.assert_ok(self.run_ttvm("compile", "again/p.ttvm", "again.ttb"))
            self.assertEqual((self.folder / "p.ttb").read_bytes(),
                             (self.folder / "again.ttb").read_bytes())

    def test_hex_shows_the_fixed_opcodes(self):
        plain, text = self.disassemble(), self.disassemble("--hex")
        self.assertNotEqual(plain, text)
        for mnemonic, opcode in (("PUSH_INT", "01"), ("PUSH_STR", "02"), ("SPAWN", "80"),
                                 ("REGISTER", "81"), ("YIELD", "8b"), ("RECEIVE", "8c"),
                                 ("SEND", "8d"), ("HALT", "ff")):
            self.assertRegex(text, rf"(?mi)^.*\b{mnemonic}\b.*\b{opcode}\b")

    def test_bad_input(self):
        self.assert_status(self.run_ttvm("disasm", "none.ttb"), 66, r"none\.ttb")
        self.write("junk.ttb", b"TTVM" + bytes(range(200)))
        self.assert_status(self.run_ttvm("disasm", "junk.ttb"), 65, r"junk\.ttb")

    def test_full_disk(self):
        self.disassemble()
        with open("/dev/full", "wb") as full:
            result = self.run_ttvm("disasm", "p.ttb", stdout=full)
        self.assertNotIn(result.returncode, (0, 70))
        self.assertGreater(result.returncode, 0)
        self.assertTrue(result.stderr.strip())


class Check(CliTest):
    def test_good_programs(self):
        self.write("p.ttvm", PROGRAM)
        self.assertEqual(self.run_ttvm("check", "p.ttvm").returncode, 0)
        self.assert_ok(self.run_ttvm("compile", "p.ttvm"))
        self.assertEqual(self.run_ttvm("check", "p.ttb").returncode, 0)

    def test_does_not_run_anything(self):
        self.write("hello.ttvm", HELLO)
        result = self.run_ttvm("check", "hello.ttvm")
        self.assertEqual(result.returncode, 0)
        self.assertNotIn("hello\n", result.stdout.splitlines(keepends=True))

    def test_bad_programs(self):
        self.write("bad.ttvm", BAD)
        self.assert_status(self.run_ttvm("check", "bad.ttvm"), 65, r"bad\.ttvm:2:1: error: ")
        self.write("bad.ttb", b"\x00" * 64)
        self.assert_status(self.run_ttvm("check", "bad.ttb"), 65, r"bad\.ttb")
        self.assert_status(self.run_ttvm("check", "none.ttvm"), 66, r"none\.ttvm")


class About(CliTest):
    def test_version(self):
        result = self.run_ttvm("--version")
        self.assert_ok(result)
        self.assertRegex(result.stdout, r"^ttvm \d+\.\d+\.\d+")
        self.assertEqual(result.stdout.count("\n"), 1)

    def test_help(self):
        result = self.run_ttvm("--help")
        self.assert_ok(result)
        for word in ("--smp", "--schedulers", "--reductions", "--max-processes", "--seed", "compile",
                     "disasm", "check", "test-all"):
            self.assertIn(word, result.stdout)

    def test_help_of_every_command(self):
        commands = re.findall(r"(?m)^\s+(test-[\w-]+|compile|disasm|check)\b",
                              self.run_ttvm("--help").stdout)
        self.assertGreater(len(commands), 10)
        for command in commands:
            with self.subTest(command=command):
                result = self.run_ttvm(command, "--help")
                self.assert_ok(result)
                self.assertIn(command, result.stdout)


if __name__ == "__main__":
    unittest.main()
