"""Prints the results as text."""
from comparison.results import NOT_COMPARED, TTVM, spread

OUTSIDE = ("ms", "wall_ms", "cpu_s", "user_s", "sys_s", "peak_mb", "hwm_kb", "user", "sys")


def number(value):
    """Three figures or so: 0.42, 3.1, 87, 1234."""
    if value is None:
        return "-"
    if value >= 99.5:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 9.95 else f"{value:.2f}"


def table(head, rows):
    if not rows:
        print("nothing\n")
        return
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
    print()


def places(results, kind=None):
    """(workload, T) of everything (of that kind) in which anybody ran."""
    return [(workload, t) for workload in results.workloads for t in workload.schedulers
            if results.runs[workload.name][t] and kind in (None, workload.kind)]


def label(workload, schedulers):
    return f"{workload.name}-{schedulers}"


def starred(results, workload, schedulers, peer, key="ms"):
    """The median of the peer, with a star if it is that of its variant."""
    contender = results.strongest(workload.name, schedulers, peer, key)
    if contender is None:
        return "-"
    star = "*" if "/" in contender else ""
    return number(results.median(workload.name, schedulers, contender, key)) + star


def print_times(results, kind):
    peers = results.contenders(kind)[1:]
    rows = []
    for workload, t in places(results, kind):
        values = results.values(workload.name, t, TTVM, "ms")
        mine = [number(f(values)) for f in (min, max)] if values else ["-", "-"]
        rows.append([label(workload, t), starred(results, workload, t, TTVM), *mine,
                     *(starred(results, workload, t, peer) for peer in peers)])
    print(f"{kind.capitalize()}: milliseconds, medians")
    table(["workload", TTVM, "min", "max", *peers], rows)
    if any(cell.endswith("*") for row in rows for cell in row):
        print("* with a setting that suits it better, such as a queue outside the heap\n")


def print_ratios(results, kind):
    peers = results.contenders(kind)[1:]
    if not peers:
        return
    rows = []
    for workload, t in places(results, kind):
        row = [label(workload, t)]
        for peer in peers:
            contender = results.strongest(workload.name, t, peer)
            ratios = (results.ratios(workload.name, (t, TTVM), (t, contender))
                      if contender else [])
            three = spread(ratios) if ratios else None
            row.append(f"{number(three['median'])} ({number(three['min'])}-{number(three['max'])})"
                       if three else "-")
        rows.append(row)
    print(f"{kind.capitalize()}: time of ttvm / time of the peer in the same round: "
          "median (least-most); below 1: ahead")
    table(["workload", *peers], rows)


def print_outside(results, kind):
    names = results.contenders(kind)
    rows = []
    for workload, t in places(results, kind):
        row = [label(workload, t)]
        for key in ("peak_mb", "cpu_s"):
            row += [number(results.median(workload.name, t, name, key)) for name in names]
        rows.append(row)
    print(f"{kind.capitalize()}, whole OS processes: peak memory in MB, then CPU seconds "
          "(user and system)")
    table(["workload", *(f"{name} MB" for name in names), *(f"{name} s" for name in names)], rows)


def print_others(results):
    """What some workloads print beside ms: lateness, bytes."""
    rows = []
    for workload, t in places(results):
        for contender, runs in results.runs[workload.name][t].items():
            keys = [key for key in runs[0] if key not in OUTSIDE and key not in NOT_COMPARED]
            if keys:
                rows.append([label(workload, t), contender, " ".join(
                    f"{key}={number(results.median(workload.name, t, contender, key))}"
                    for key in keys)])
    if rows:
        print("Other figures, medians")
        for place, contender, text in rows:
            print(f"{place:20} {contender:18} {text}")
        print()


def print_targets(results):
    words = {True: "reached", False: "NOT REACHED", None: "not measured"}
    targets = results.targets()
    for target in targets:
        bound = "" if target["bound"] is None else f" of {number(target['bound'])}"
        print(f"{words[target['reached']]:12} {target['workload']}: {target['target']}: "
              f"{number(target['measured'])}{bound if '*' in target['target'] else ''}")
    if any(len(workload.schedulers) > 1 for workload in results.workloads):
        slower = results.slower_with_more()
        text = ", ".join(f"{name} {number(ratio)} times" for name, _, _, ratio in slower)
        print(f"{words[not slower]:12} with more schedulers not over 10 % slower: "
              f"{text or 'none is'}")
    if targets:
        reached = sum(target["reached"] is True for target in targets)
        print(f"{reached} of {len(targets)} targets reached\n")


def print_ahead(results):
    for memory in (False, True):
        for peer in results.contenders()[1:]:
            won, lost = results.ahead(peer, memory)
            what = "peak memory" if memory else "speed"
            behind = f"; behind in {', '.join(lost)}" if lost else ""
            print(f"{what}: ahead of {peer} in {len(won)} of {len(won) + len(lost)}{behind}")
    print()


def print_machine(machine, versions, absent):
    print(f"{machine['cpu']}, {machine['cpus']} CPUs, {machine['memory_gb']} GB, "
          f"huge pages: {machine['huge_pages']}, {machine['kernel']}")
    print(f"load at the start {machine['load']}, at the end {machine['load_at_end']}")
    if machine["load"] > machine["cpus"] / 2:
        print("The machine was busy before this began: wall times are too long, and Lua, which "
              "counts CPU time, looks too good.")
    print(f"ttvm {machine['version']}: {machine['compiler']}, {machine['build']}")
    for name, version in versions.items():
        print(f"{name}: {version}")
    for name, reason in absent.items():
        print(f"left out: {name}: {reason}")
    print()


def print_failures(results):
    for failure in results.failures:
        print(f"FAILED {failure['workload']}-{failure['schedulers']} {failure['contender']}: "
              f"{failure['reason']}")


def print_report(results, machine, versions, absent, quick):
    print_machine(machine, versions, absent)
    for kind in results.kinds():
        print_times(results, kind)
        if not quick:
            print_ratios(results, kind)
            print_outside(results, kind)
    if not quick:
        print_others(results)
        print_targets(results)
        print_ahead(results)
    print_failures(results)
    if quick:
        count = sum(len(runs) for workload, t in places(results)
                    for runs in results.runs[workload.name][t].values())
        print(f"{count} runs with the right result, {len(results.failures)} failed")
