"""An emulator in the process of its tests: accounts and what is in them, as Python values."""
