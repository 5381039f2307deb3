"""Policies of shops that are not Calladream: the same program has to obey each."""
