"""The contract suite as tests, one for each rule: ``pytest --pyargs contracts.suite --wan-target URL``."""
