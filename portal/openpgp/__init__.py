"""OpenPGP: the organisation's own key, keys of other people, and mail that is opened and sealed with them (P4)."""

from portal.openpgp.own import PUBLISHED_AT, BadKeyError, OwnKey, RetiredKey, own_key, passphrases, retired_keys

__all__ = ["PUBLISHED_AT", "BadKeyError", "OwnKey", "RetiredKey", "own_key", "passphrases", "retired_keys"]
