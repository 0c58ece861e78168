"""What shells and man are told of the command, made from its parser."""
