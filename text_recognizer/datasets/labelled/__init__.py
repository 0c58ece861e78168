"""Images that people have labelled, in folders of their own: what words and lines have in common."""
