"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest

from portal.policy.organisation import Policy


def portal(request: HttpRequest) -> dict[str, Policy | bool | str]:  # noqa: ARG001 - the signature is Django's
    return {"policy": settings.POLICY, "demo": settings.DEMO, "base_url": settings.BASE_URL}
