"""What surrounds a training: its devices, signals and loggers, and the record of what it ran with."""
