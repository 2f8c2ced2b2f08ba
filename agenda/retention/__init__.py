"""How long what is kept is kept, what goes when that is over, and how a person is erased."""
