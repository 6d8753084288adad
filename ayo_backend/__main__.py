"""python -m ayo_backend: the same as the command `ayo`."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from ayo_backend.cli import main as run

        code = run()
    except KeyboardInterrupt:  # before the commands were loaded
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
