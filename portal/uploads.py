"""Files on their way in: bounded while they stream, and one that is too large costs nothing but itself."""

import errno
import tempfile
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, override

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from portal.file_names import safe_name
from portal.policy.organisation import UploadLimits


class Refusal(Enum):
    FILE_TOO_LARGE = auto()
    ALL_TOO_LARGE = auto()
    TOO_MANY = auto()
    NO_ROOM = auto()


@dataclass(frozen=True)
class RefusedUpload:
    """A file of this request that was not kept, though everything else was."""

    field: str
    name: str
    refusal: Refusal

    def sentence(self, limits: UploadLimits) -> str:
        match self.refusal:
            case Refusal.FILE_TOO_LARGE:
                why = f"is larger than {limits.file_megabytes} MB"
            case Refusal.ALL_TOO_LARGE:
                why = f"would bring these files to more than {limits.total_megabytes} MB"
            case Refusal.TOO_MANY:
                why = f"came after {limits.max_files} others, the most that can be sent at once"
            case Refusal.NO_ROOM:
                why = "found no room on our disk"
        return f"{self.name} {why}. It was not kept; everything else was."


def refused_uploads(request: HttpRequest) -> tuple[RefusedUpload, ...]:
    """What of this request's files was not kept, in the order in which it came."""
    return tuple(
        refused
        for handler in request.upload_handlers
        if isinstance(handler, BoundedUploadHandler)
        for refused in handler.refused
    )


if TYPE_CHECKING:
    BytesUpload = UploadedFile[bytes]
else:
    BytesUpload = UploadedFile


class NamelessUpload(BytesUpload):
    """A file on the disk that has no name there: it is gone with the process that holds it, however that ends."""

    def __init__(self, name: str, content_type: str, charset: str | None) -> None:
        file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - closed with the request
        super().__init__(file, name, content_type, 0, charset)

    def __del__(self) -> None:
        """A parser that gives up a request forgets the files that it has read."""
        self.close()


class BoundedUploadHandler(FileUploadHandler):
    """Streams each file to the disk, and skips the rest of one that passes a limit."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.limits = settings.POLICY.uploads
        self.refused: list[RefusedUpload] = []
        self.taken = 0
        self.taken_bytes = 0

    @override
    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        self.field_name, self.file_name = field_name, safe_name(file_name)
        if self.taken >= self.limits.max_files:
            raise self._refused(Refusal.TOO_MANY)
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
        super().new_file(field_name, self.file_name, content_type, content_length, charset, content_type_extra)
        self.file = NamelessUpload(self.file_name, content_type, charset)

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        size = start + len(raw_data)
        if size > self.limits.file_bytes:
            raise self._refused(Refusal.FILE_TOO_LARGE)
        if self.taken_bytes + size > self.limits.total_bytes:
            raise self._refused(Refusal.ALL_TOO_LARGE)
        try:
            self.file.write(raw_data)
        except OSError as error:
            raise self._refused_for(error) from error

    @override
    def file_complete(self, file_size: int) -> NamelessUpload | None:
        try:
            self.file.flush()
        except OSError as error:
            self._refused_for(error)
            return None
        complete = self.file
        complete.seek(0)
        complete.size = file_size
        # When a later file is skipped, Django closes `self.file`: this one is no longer ours to lose.
        del self.file
        self.taken += 1
        self.taken_bytes += file_size
        return complete

    @override
    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

    def _refused_for(self, error: OSError) -> SkipFile:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise error
        return self._refused(Refusal.NO_ROOM)

    def _refused(self, refusal: Refusal) -> SkipFile:
        self.refused.append(RefusedUpload(field=self.field_name, name=self.file_name or "", refusal=refusal))
        return SkipFile()
