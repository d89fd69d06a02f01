"""The sealed case file: one report as one archive that proves itself, with or without who reported it."""
