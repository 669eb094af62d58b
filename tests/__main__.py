"""`python3 -m tests`: sets itself up, then runs every check, the tests last; given arguments, only pytest.

Nothing is written outside the project's folder and the system's temporary one. In CI a skip is a failure.
Until the version is checked, only syntax that an old Python 3 reads too.
"""

import sys


def main() -> int:
    if sys.version_info < (3, 11):
        sys.stderr.write("Нужен Python 3.11 или новее, а это Python {}.{}.\n".format(*sys.version_info))
        return 1

    from pathlib import Path

    from monitoring.bootstrap import enter_environment

    enter_environment(Path(__file__).resolve().parent.parent / "requirements-dev.txt")

    from tests.checks import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
