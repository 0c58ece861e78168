"""Pages drawn from lines of handwriting and fonts of print: an endless supply of layouts and papers."""
