"""Reports made in private on GitHub: taken in once, watched, and told what became of them (P1, P4, P11)."""
