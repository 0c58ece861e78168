"""`python -m text_recognizer.cli` does what the command `text-recognizer` does."""

import sys

from text_recognizer.cli.command import main

sys.exit(main())
