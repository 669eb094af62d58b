"""Long trials of what must never fail: `python -m tests.trials [name] [--short]`."""
