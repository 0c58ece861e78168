"""Pages and their label maps: what the data sets of paragraphs share."""
