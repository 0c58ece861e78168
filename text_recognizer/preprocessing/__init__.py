"""Ink -> what each network takes; shared by training and serving."""
