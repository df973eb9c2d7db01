"""A bar chart of the ratios as SVG, without anything to install."""
import html
import math

from comparison.results import spread

LEFT, RIGHT, TOP = 150, 60, 70
WIDTH, BAR, GAP = 900, 11, 10
COLOURS = {"erlang": "#a2003b", "go": "#0090b8", "caf": "#7a5ea8", "lua": "#22228f",
           "luajit": "#5f8fd3", "cpp": "#777777"}


class Scale:
    """Logarithmic, from the least to the greatest power of ten that is needed."""

    def __init__(self, values):
        self.low = min(-1, math.floor(math.log10(min(values))))
        self.high = max(1, math.ceil(math.log10(max(values))))

    def x(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return LEFT + part * (WIDTH - LEFT - RIGHT)


def text(x, y, words, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{html.escape(words)}</text>'


def line(x1, y1, x2, y2, colour, more=""):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}" {more}/>')


def bar(scale, y, peer, ratios):
    """From 1 to the median; a thin line from the least to the most."""
    three = spread(ratios)
    one, end = scale.x(1), scale.x(three["median"])
    middle = y + BAR / 2
    return [
        f'<rect x="{min(one, end):.1f}" y="{y:.1f}" width="{abs(end - one):.1f}" '
        f'height="{BAR - 2}" fill="{COLOURS.get(peer, "#444444")}"/>',
        line(scale.x(three["min"]), middle, scale.x(three["max"]), middle, "#000000",
             'stroke-width="1"'),
        text(WIDTH - RIGHT + 6, y + BAR - 2, f"{three['median']:.2f}", 'font-size="9"'),
    ]


def legend(peers):
    parts, x = [], LEFT
    for peer in peers:
        parts.append(f'<rect x="{x}" y="30" width="10" height="10" '
                     f'fill="{COLOURS.get(peer, "#444444")}"/>')
        parts.append(text(x + 14, 39, peer))
        x += 90
    return parts


def axis(scale, bottom):
    parts = []
    for power in range(scale.low, scale.high + 1):
        for step in (1, 2, 5):
            value = step * 10.0 ** power
            if value > 10.0 ** scale.high:
                break
            x = scale.x(value)
            colour = "#000000" if value == 1 else "#dddddd"
            parts.append(line(x, TOP - 12, x, bottom, colour))
            parts.append(text(x, TOP - 16, f"{value:g}", 'text-anchor="middle" font-size="10"'))
    return parts


def svg(results, machine):
    """The picture, or None if nothing can be compared."""
    peers = results.contenders()[1:]
    groups = []
    for workload in results.workloads:
        bars = [(peer, results.best_ratios(workload, peer)) for peer in peers]
        bars = [(peer, ratios) for peer, ratios in bars if ratios]
        if bars:
            groups.append((workload.name, bars))
    if not groups:
        return None
    scale = Scale([ratio for _, bars in groups for _, ratios in bars for ratio in ratios])
    parts, y = [], TOP
    for name, bars in groups:
        parts.append(text(LEFT - 8, y + len(bars) * BAR / 2 + 4, name, 'text-anchor="end"'))
        for peer, ratios in bars:
            parts += bar(scale, y, peer, ratios)
            y += BAR
        y += GAP
    height = y + 30
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(LEFT, 18, "ttvm / peer, median of paired rounds; left of 1: ttvm takes less",
             'font-weight="bold"'),
    ]
    foot = text(LEFT, height - 8, f"{machine['cpu']}, {machine['cpus']} CPUs, {machine['kernel']}; "
                f"ttvm {machine['version']}", 'font-size="10" fill="#555555"')
    return "\n".join([*head, *legend(peers), *axis(scale, y), *parts, foot, "</svg>", ""])
