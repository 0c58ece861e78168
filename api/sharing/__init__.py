"""What requests and workers share: turns and numbers."""
