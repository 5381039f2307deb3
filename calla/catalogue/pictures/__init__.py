"""Photographs: what is taken, how pages get their sizes and formats of it, and where the files lie.

Whatever comes from outside is opened in a process of its own, which has no secrets, little memory and little time.
"""
