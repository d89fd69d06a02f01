"""What people write is sealed before it reaches the database or the disk (DB-05). From the bottom up:

- `box`: one value in one box that nobody can open, alter or move unnoticed
- `master`: the master keys of the environment, which wrap all other keys
- `keys`: rows that carry a key of their own, wrapped
- `fields`: model fields that seal when they are saved and open when they are read
- `secrets`: named keys of the whole installation, and what may be searched by them
- `files`: streams of any length
- `rotation`: wrapping every key anew

Docs: docs/decisions/0011-sealed-at-rest.md
"""
