"""What beam search knows of the language: a character n-gram model, and a lexicon of words to favour."""
