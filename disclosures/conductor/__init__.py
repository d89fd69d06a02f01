"""The day of the release: what is done on it, in which order, each thing once (P29-P32).

`order` says which steps there are and what each waits for, `engine` takes them one after the other, and the rest are
the steps themselves. Everything is a row: a worker that dies leaves nothing that another cannot take up.
"""
