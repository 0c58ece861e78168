"""Pages that are hard to read, made from pages that are not: what each does to the text that is found."""
