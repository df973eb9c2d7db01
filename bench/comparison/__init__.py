"""The parts of bench/compare: lists (what is run), peers (by whom), runs (how), report and plot."""
