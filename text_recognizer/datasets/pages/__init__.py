"""Pages and their label maps: what data sets of paragraphs share."""
