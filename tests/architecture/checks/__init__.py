"""The rules of the house as functions. Each reads sources and returns what breaks the rule.

A test beside them plants a fault, sees it found, and then asks the real tree, which must have none.
"""
