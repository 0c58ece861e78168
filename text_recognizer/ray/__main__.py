"""`python -m text_recognizer.ray` recognizes the pages of a folder on a cluster of Ray."""

import sys

from text_recognizer.ray.pages import main

if __name__ == "__main__":
    sys.exit(main())
