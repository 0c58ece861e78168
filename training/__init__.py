"""Wires data sets, networks and models; trains and exports them."""
