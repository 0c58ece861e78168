"""What the subcommands report: exit statuses, and failures as lines on stderr."""

import sys

# Exit statuses; 2, for a wrong command line, is argparse's.
OK = 0
SOME_FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells report it

EPILOG = """\
exit status: 0 = every image was recognized, 1 = some were not (stderr has a line for each),
2 = the command line is wrong, 130 = interrupted by Ctrl-C.
"""


def complain(message: str) -> None:
    """Print a message on stderr as one line."""
    print(f"text-recognizer: {' '.join(message.split())}", file=sys.stderr, flush=True)
