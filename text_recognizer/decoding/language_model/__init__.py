"""Character n-gram model and lexicon for the beam search."""
