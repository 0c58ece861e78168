"""Whole pages whose lines people have outlined, in folders of their own."""
