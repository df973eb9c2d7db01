"""Statistics of paired runs: which ratios are more than noise.

The figures of runs on a shared machine have long tails and no known distribution. So nothing here
assumes one: the interval for a median is the exact one that follows from the order of the values
alone (each value is above the median with probability one half), and needs no random numbers.
"""
import dataclasses
import math
import statistics

SLOWER, FASTER, SAME, OPEN = "slower", "faster", "same", "open"


def tail(count, below):
    """The probability that at most `below` of `count` fair coins show heads."""
    return sum(math.comb(count, k) for k in range(below + 1)) / 2 ** count


def median_interval(values, confidence):
    """(low, high), which holds the median of what the values are drawn from with at least this
    probability; None if there are too few values for that."""
    ordered = sorted(values)
    count = len(ordered)
    cut = -1  # so many values more may be left out on each side
    while 2 * tail(count, cut + 1) <= 1 - confidence:
        cut += 1
    return None if cut < 0 else (ordered[cut], ordered[count - 1 - cut])


def least_rounds(confidence):
    """How many values an interval needs."""
    count = 1
    while 2 * tail(count, 0) > 1 - confidence:
        count += 1
    return count


@dataclasses.dataclass
class Change:
    """A figure of a workload, new / old: the median, its interval if there is one, the verdict.

    OPEN: the interval reaches beyond the threshold on a side on which the verdict is not; so this
    is no evidence that nothing has moved."""

    ratio: float
    interval: tuple[float, float] | None
    verdict: str


def verdict(ratio, interval, threshold):
    """Moved only if both the interval excludes 1 and the ratio is beyond the threshold."""
    if interval is None:
        return OPEN
    low, high = interval
    if low > 1 and ratio >= 1 + threshold:
        return SLOWER
    if high < 1 and ratio <= 1 / (1 + threshold):
        return FASTER
    return SAME if high < 1 + threshold and low > 1 / (1 + threshold) else OPEN


def change_of_pairs(old, new, least, confidence, threshold):
    """Of two lists whose values at the same place are of the same round. What is below `least` is
    too small to be told from it."""
    ratios = [max(b, least) / max(a, least) for a, b in zip(old, new)]
    ratio = statistics.median(ratios)
    interval = median_interval(ratios, confidence)
    return Change(ratio, interval, verdict(ratio, interval, threshold))


def change_of_samples(old, new, least, confidence, threshold):
    """Of two lists from different hours: the interval is made of those of the two medians, each
    taken so much wider that both hold with the probability asked for."""
    old, new = ([max(value, least) for value in values] for values in (old, new))
    ratio = statistics.median(new) / statistics.median(old)
    each = 1 - (1 - confidence) / 2
    before, after = median_interval(old, each), median_interval(new, each)
    interval = None
    if before is not None and after is not None:
        interval = (after[0] / before[1], after[1] / before[0])
    return Change(ratio, interval, verdict(ratio, interval, threshold))
