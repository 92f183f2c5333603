"""What a run may cost: the price of a request at the worst, the ledger on disk, and the guard that keeps to it."""
