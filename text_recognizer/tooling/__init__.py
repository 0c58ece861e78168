"""What the commands of training/ and evaluation/ share, which do not import each other; no Keras."""
