"""Build a data set, print what it holds and save a picture of samples; without a name, list the data sets."""

import sys

from text_recognizer.datasets.inspection import run

if __name__ == "__main__":
    sys.exit(run())
