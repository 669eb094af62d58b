"""`python -m monitoring ...`: makes the environment ready, then hands over to the command line.

Until the version is checked, only syntax that an old Python 3 reads too.
"""

import sys


def main() -> None:
    if sys.version_info < (3, 11):
        found = "{}.{}".format(*sys.version_info)
        sys.stderr.write("Нужен Python 3.11 или новее, а это " + found + ".\n")
        sys.stderr.write("Установите новый Python и повторите команду.\n")
        sys.exit(1)

    from pathlib import Path

    from monitoring.bootstrap import enter_environment

    enter_environment(Path(__file__).resolve().parent.parent / "requirements.txt")

    from monitoring.cli import app

    app(prog_name="python -m monitoring")


if __name__ == "__main__":
    main()
