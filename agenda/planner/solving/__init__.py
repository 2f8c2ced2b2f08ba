"""The same topics in the fewest meetings, with proof. Values in, values out."""
