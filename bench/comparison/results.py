"""What the runs gave: medians, paired ratios, the better number of schedulers, targets."""
import statistics

TTVM = "ttvm"
# Neither side is measured more finely than this; it keeps a run of 0 ms from dividing.
LEAST = {"ms": 0.5}
# Printed or measured, but no figure to compare.
NOT_COMPARED = ("result", "wall_s", "wall10")


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


class Results:
    """runs[workload name][T][contender] is a list with the figures of each round; a contender that
    failed once in a place is not there. A contender is a peer or a variant, PEER/OTHER."""

    def __init__(self, workloads):
        self.workloads = workloads
        self.runs = {w.name: {t: {} for t in w.schedulers} for w in workloads}
        self.failures = []

    def add(self, workload, schedulers, contender, figures):
        self.runs[workload.name][schedulers].setdefault(contender, []).append(figures)

    def fail(self, workload, schedulers, contender, reason):
        self.runs[workload.name][schedulers].pop(contender, None)
        self.failures.append({"workload": workload.name, "schedulers": schedulers,
                              "contender": contender, "reason": str(reason)})

    def failed(self, workload, schedulers, contender):
        return any((workload.name, schedulers, contender)
                   == (f["workload"], f["schedulers"], f["contender"]) for f in self.failures)

    def kinds(self):
        return list(dict.fromkeys(workload.kind for workload in self.workloads))

    def contenders(self, kind=None):
        """All that ran something (of that kind), ttvm first; variants not among them."""
        found = {TTVM: None}
        for workload in self.workloads:
            if kind not in (None, workload.kind):
                continue
            for by_contender in self.runs[workload.name].values():
                found.update(dict.fromkeys(name.split("/")[0] for name in by_contender))
        return list(found)

    def values(self, name, schedulers, contender, key):
        runs = self.runs.get(name, {}).get(schedulers, {}).get(contender, [])
        return [run[key] for run in runs if key in run]

    def median(self, name, schedulers, contender, key="ms"):
        values = self.values(name, schedulers, contender, key)
        return statistics.median(values) if values else None

    def strongest(self, name, schedulers, peer, key="ms"):
        """The peer or that variant of it whose median is the least; None if neither ran."""
        here = self.runs.get(name, {}).get(schedulers, {})
        found = [(self.median(name, schedulers, contender, key), contender) for contender in here
                 if contender.split("/")[0] == peer]
        found = [pair for pair in found if pair[0] is not None]
        return min(found)[1] if found else None

    def ratios(self, name, mine, theirs, key="ms"):
        """ttvm / peer of each round, each side being (schedulers, contender)."""
        least = LEAST.get(key, 1e-9)
        return [max(a, least) / max(b, least) for a, b in
                zip(self.values(name, *mine, key), self.values(name, *theirs, key))]

    def best(self, name, peer, key="ms"):
        """(schedulers, contender) with the least median, over all T and variants, or None."""
        found = []
        for schedulers in self.runs.get(name, {}):
            contender = self.strongest(name, schedulers, peer, key)
            if contender:
                found.append((self.median(name, schedulers, contender, key), schedulers, contender))
        return min(found)[1:] if found else None

    def best_ratios(self, workload, peer):
        """ttvm / peer of each round, both with their better T, by what the workload is about."""
        key = self.about(workload)
        mine, theirs = self.best(workload.name, TTVM, key), self.best(workload.name, peer, key)
        return self.ratios(workload.name, mine, theirs, key) if mine and theirs else []

    def about(self, workload):
        """What counts in a workload: the first figure of its target, if less of it is better."""
        for condition in workload.target[:1]:
            if condition.at_most and self.best(workload.name, TTVM, condition.key):
                return condition.key
        return "ms"

    def figure(self, name, key, at_most=True):
        """ttvm's median of a figure, on the better T."""
        by_schedulers = self.runs.get(name, {})
        if key == "speedup":
            few, many = min(by_schedulers, default=0), max(by_schedulers, default=0)
            ratios = self.ratios(name, (few, TTVM), (many, TTVM)) if few != many else []
            return statistics.median(ratios) if ratios else None
        medians = [self.median(name, schedulers, TTVM, key) for schedulers in by_schedulers]
        medians = [median for median in medians if median is not None]
        if not medians:
            return None
        return min(medians) if at_most else max(medians)

    def targets(self):
        """Each condition of each target: what was measured, and whether it is reached."""
        found = []
        peers = {peer.split("/")[0] for workload in self.workloads for peer in workload.peers}
        for workload in self.workloads:
            for condition in workload.target:
                if condition.key in peers:
                    ratios = self.best_ratios(workload, condition.key)
                    measured = statistics.median(ratios) if ratios else None
                else:
                    measured = self.figure(workload.name, condition.key, condition.at_most)
                bound = condition.factor
                if condition.of:
                    other = self.figure(condition.of, condition.key, condition.at_most)
                    bound = None if other is None else bound * other
                reached = None
                if measured is not None and bound is not None:
                    reached = measured <= bound if condition.at_most else measured >= bound
                found.append({"workload": workload.name, "target": str(condition),
                              "measured": measured, "bound": bound, "reached": reached})
        return found

    def slower_with_more(self, most=1.1):
        """Workloads in which ttvm is slower with the most schedulers than with the fewest."""
        found = []
        for workload in self.workloads:
            few, many = workload.schedulers[0], workload.schedulers[-1]
            ratios = self.ratios(workload.name, (many, TTVM), (few, TTVM)) if few != many else []
            if ratios and statistics.median(ratios) > most:
                found.append((workload.name, few, many, statistics.median(ratios)))
        return found

    def ahead(self, peer, memory=False):
        """Of the workloads that both ran: in which ttvm is ahead, in which not."""
        won, lost = [], []
        for workload in self.workloads:
            if memory:
                mine = self.best(workload.name, TTVM, "peak_mb")
                theirs = self.best(workload.name, peer, "peak_mb")
                ratios = (self.ratios(workload.name, mine, theirs, "peak_mb")
                          if mine and theirs else [])
            else:
                ratios = self.best_ratios(workload, peer)
            if ratios:
                (won if statistics.median(ratios) < 1 else lost).append(workload.name)
        return won, lost

    def summaries(self):
        """Median, least and most of every figure, and of the paired ratios, for the JSON."""
        found = {}
        for name, by_schedulers in self.runs.items():
            for schedulers, by_contender in by_schedulers.items():
                place = found.setdefault(f"{name}-{schedulers}", {})
                for contender, runs in by_contender.items():
                    keys = [key for key in runs[0] if key not in NOT_COMPARED]
                    figures = {key: spread([run[key] for run in runs if key in run])
                               for key in keys}
                    ratios = self.ratios(name, (schedulers, TTVM), (schedulers, contender))
                    if contender != TTVM and ratios:
                        figures["ttvm_to_this"] = spread(ratios)
                    place[contender] = figures
        return found
