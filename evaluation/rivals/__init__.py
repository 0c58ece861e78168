"""Programs that read the same images, ours and those of others, each in a process of its own."""
