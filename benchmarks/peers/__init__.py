"""The emulator beside what a user would otherwise pick: `python -m benchmarks.peers`.

All peers run on loopback at the same time, and are asked in turns in the same rounds.
"""
