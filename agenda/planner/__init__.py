"""Fewest meetings: the burden, the necessity gate, packing topics, advice."""
