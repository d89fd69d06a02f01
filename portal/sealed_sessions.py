"""Sessions that tell a stolen database nothing: what somebody was sending when asked to prove themselves is in them."""

import base64
from typing import override

from django.contrib.sessions.backends import db

from portal.sealed import box
from portal.sealed.box import SealBroken
from portal.sealed.secrets import Secret, secret


class SessionStore(db.SessionStore):
    """Django's, but sealed, and each to its own row."""

    @override
    def encode(self, session_dict: dict[str, object]) -> str:
        plain = self.serializer().dumps(session_dict)
        return base64.b64encode(box.seal(plain, key=secret(Secret.SESSIONS), place=self._place())).decode()

    @override
    def decode(self, session_data: bytes | str) -> dict[str, object]:
        """Empty for what cannot be opened, as if nobody had signed in."""
        try:
            sealed = base64.b64decode(session_data, validate=True)
            plain = box.unseal(sealed, key=secret(Secret.SESSIONS), place=self._place())
        except (SealBroken, ValueError):
            return {}
        opened: dict[str, object] = self.serializer().loads(plain)
        return opened

    def _place(self) -> str:
        return f"session {self.session_key}"
