"""Tests of the statistics (paired.py) and of baselines (baseline.py)."""
import itertools
import json
import os
import random
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from comparison import baseline, paired  # noqa: E402

MACHINE = {"cpu": "a", "cpus": 2, "memory_gb": 23.5, "huge_pages": "madvise", "kernel": "k 1"}


class Interval(unittest.TestCase):
    def test_values_of_the_binomial_table(self):
        values = list(range(1, 16))
        self.assertEqual(paired.median_interval(values, 0.95), (4, 12))
        self.assertEqual(paired.median_interval(values, 0.99), (3, 13))
        self.assertEqual(paired.median_interval(list(range(1, 12)), 0.95), (2, 10))

    def test_the_order_of_the_values_does_not_matter(self):
        values = [random.Random(1).random() for _ in range(20)]
        self.assertEqual(paired.median_interval(values, 0.9),
                         paired.median_interval(sorted(values), 0.9))

    def test_too_few_values_give_none(self):
        self.assertIsNone(paired.median_interval([1, 2, 3, 4, 5], 0.95))
        self.assertEqual(paired.median_interval([1, 2, 3, 4, 5, 6], 0.95), (1, 6))
        self.assertEqual(paired.least_rounds(0.95), 6)
        self.assertEqual(paired.least_rounds(0.99), 8)

    def test_it_holds_the_median_as_often_as_it_says(self):
        """Exact: all orders of signs of 9 values around the median 0 are equally likely."""
        held = 0
        for signs in itertools.product((-1, 1), repeat=9):
            values = [sign * (place + 1) for place, sign in enumerate(signs)]
            low, high = paired.median_interval(values, 0.9)
            held += low <= 0 <= high
        self.assertGreaterEqual(held / 2 ** 9, 0.9)
        self.assertLess(held / 2 ** 9, 1)

    def test_an_outlier_does_not_widen_it(self):
        values = [1.0] * 13 + [0.2, 9.0]
        self.assertEqual(paired.median_interval(values, 0.99), (1.0, 1.0))


def pairs(ratios, least=0.001, threshold=0.03, confidence=0.99):
    old = [100.0 + 7 * place for place in range(len(ratios))]  # a machine that gets slower
    new = [value * ratio for value, ratio in zip(old, ratios)]
    return paired.change_of_pairs(old, new, least, confidence, threshold)


class Pairs(unittest.TestCase):
    def test_slower_and_faster_than_the_threshold(self):
        self.assertEqual(pairs([1.05, 1.06] * 8).verdict, paired.SLOWER)
        self.assertEqual(pairs([0.9, 0.92] * 8).verdict, paired.FASTER)

    def test_less_than_the_threshold_is_no_move(self):
        change = pairs([1.02, 1.021] * 8)
        self.assertGreater(change.interval[0], 1)
        self.assertEqual(change.verdict, paired.SAME)

    def test_more_than_the_threshold_but_noisy_is_no_move_and_no_proof(self):
        self.assertEqual(pairs([0.8, 1.4] * 8).verdict, paired.OPEN)

    def test_without_an_interval_nothing_is_said(self):
        change = pairs([2.0] * 5)
        self.assertIsNone(change.interval)
        self.assertEqual(change.verdict, paired.OPEN)

    def test_what_is_too_small_to_measure_is_the_same(self):
        change = paired.change_of_pairs([0.0] * 16, [0.4] * 16, 1.0, 0.99, 0.03)
        self.assertEqual((change.ratio, change.verdict), (1.0, paired.SAME))

    def test_pairs_are_of_one_round(self):
        """The machine gets three times slower meanwhile: that is not what is compared."""
        old = [100.0 * (1 + place / 5) for place in range(16)]
        change = paired.change_of_pairs(old, [value * 1.1 for value in old], 1, 0.99, 0.03)
        self.assertEqual(change.verdict, paired.SLOWER)
        self.assertAlmostEqual(change.interval[0], 1.1)
        self.assertAlmostEqual(change.interval[1], 1.1)


class Samples(unittest.TestCase):
    def test_a_large_change_is_seen_and_a_small_one_is_not(self):
        draw = random.Random(2)
        old = [100 + draw.random() for _ in range(20)]
        for by, expected in ((1.2, paired.SLOWER), (0.8, paired.FASTER), (1.01, paired.SAME)):
            new = [by * (100 + draw.random()) for _ in range(20)]
            change = paired.change_of_samples(old, new, 1, 0.99, 0.1)
            self.assertEqual(change.verdict, expected)

    def test_the_interval_is_wider_than_that_of_pairs(self):
        draw = random.Random(3)
        old = [100 * (1 + draw.random()) for _ in range(20)]
        new = [value * 1.2 for value in old]
        self.assertEqual(paired.change_of_pairs(old, new, 1, 0.99, 0.03).verdict, paired.SLOWER)
        self.assertEqual(paired.change_of_samples(old, new, 1, 0.99, 0.03).verdict, paired.OPEN)


class Baselines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "b.json")
        baseline.write(self.path, {"machine": MACHINE, "of": "HEAD", "commit": "abc",
                                   "quick": False, "yardstick_ms": [1.0], "figures": {}})

    def refusal(self, machine, quick=False):
        with self.assertRaises(baseline.Refused) as caught:
            baseline.read(self.path, machine, quick)
        return str(caught.exception)

    def test_of_this_machine(self):
        self.assertEqual(baseline.read(self.path, MACHINE, False)["commit"], "abc")
        baseline.read(self.path, {**MACHINE, "memory_gb": 23.6}, False)

    def test_another_machine_is_refused_with_what_differs_and_what_to_do(self):
        for key, value in (("cpu", "b"), ("cpus", 4), ("memory_gb", 16.0),
                           ("huge_pages", "never"), ("kernel", "k 2")):
            said = self.refusal({**MACHINE, key: value})
            self.assertIn(f"{baseline.MACHINE[key]} is {value}, and was {MACHINE[key]}", said)
            self.assertIn("bench/guard abc NEW", said)

    def test_other_sizes_are_refused(self):
        self.assertIn("--quick", self.refusal(MACHINE, quick=True))

    def test_what_is_no_baseline_is_refused(self):
        for text in ("", "[]", "{}", json.dumps({"form": 0})):
            with open(self.path, "w", encoding="utf-8") as file:
                file.write(text)
            self.refusal(MACHINE)
        os.remove(self.path)
        self.refusal(MACHINE)

    def test_the_yardstick_takes_time(self):
        self.assertGreater(baseline.yardstick(), 0)


if __name__ == "__main__":
    unittest.main()
