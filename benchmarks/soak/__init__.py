"""Long mixed traffic with faults: does the emulator stay as it was after its first minutes?"""
