"""Models that learn from the corrections of people at the web page: off unless the operator allows it."""
