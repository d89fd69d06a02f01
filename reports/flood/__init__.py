"""Many reports at once: those that are alike, those that are lists, and what is said to many (P1, P2)."""
