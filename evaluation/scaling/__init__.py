"""What many machines would do, measured on one."""
