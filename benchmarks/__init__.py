"""How fast the emulator is, beside the bare stack it stands on: `python -m benchmarks`.

Absolute figures are those of a machine and an hour. The ratios are not: both sides are measured in the
same run, in turns, under the same load.
"""
