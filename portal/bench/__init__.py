"""How fast the portal is, and whether it stays so when it is full: what `make bench` runs and measures."""
