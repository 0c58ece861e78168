"""A search for the best values of an experiment, by any number of processes that share a folder."""
