"""The proofs: `python3 -m tests` runs every check, `python3 -m tests -k name` only the tests that fit."""
