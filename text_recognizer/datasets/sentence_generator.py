"""`SentenceGenerator` under the module name of 2019: to import, and to run as a command."""

from text_recognizer.datasets.corpora.sentence_generator import SentenceGenerator as SentenceGenerator
from text_recognizer.datasets.corpora.sentence_generator import main

if __name__ == "__main__":
    raise SystemExit(main())
