"""How quick the program is: `python -m tests.benchmarks` lists the benchmarks. They measure and judge nothing."""
