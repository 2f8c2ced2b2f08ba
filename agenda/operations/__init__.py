"""How the product itself fares: its jobs, its queues, and what of it failed."""
