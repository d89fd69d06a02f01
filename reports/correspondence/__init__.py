"""Mail that comes in: taken, judged, and joined to what it belongs to (P1, P11)."""
