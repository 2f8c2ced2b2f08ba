"""What must hold when processes, machines and servers fail."""
