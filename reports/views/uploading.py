"""Files of a request on their way into the store, with a sentence for each that did not make it."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from portal.openpgp.fields import FILE as KEY
from portal.uploads import refused_uploads
from reports import staging
from reports.staging import NOTHING, Outcome, Usage
from reports.submissions import Token
from reports.views import suspicion

TOO_MANY = "So many files came from your network that no more are taken just now. Try again in a few minutes."


def received_files(request: HttpRequest, *, submission: Token, now: datetime, used: Usage = NOTHING) -> Outcome:
    """Keep what came with this request under `submission`, whatever else is wrong with the form."""
    uploads = [upload for name in request.FILES if name != KEY for upload in request.FILES.getlist(name)]
    if uploads and suspicion.uploads_too_much(request, now=now):
        return Outcome(refused=[TOO_MANY])
    outcome = staging.stage(uploads, submission=submission, now=now, used=used)
    limits = settings.POLICY.uploads
    too_much = [refused.sentence(limits) for refused in refused_uploads(request)]
    return Outcome(kept=outcome.kept, refused=[*too_much, *outcome.refused])
