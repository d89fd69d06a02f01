from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.openpgp.fields import with_key_from_file
from teams import personal_keys
from teams.confirmation import confirmed, confirmed_to_change
from teams.forms import PersonalKeyForm
from teams.sign_in import signed_in


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """Where one's own OpenPGP key is seen and set."""
    form = PersonalKeyForm(data=with_key_from_file(request) if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _show(request, form)
    personal_keys.set_key(signed_in(request), form.cleaned_data["openpgp_key"], now=timezone.now())
    messages.success(request, "From now on our mails to you are encrypted to this key, and say what you may read.")
    return redirect("my-key")


@confirmed
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    personal_keys.remove_key(signed_in(request), now=timezone.now())
    messages.success(request, "The key was taken away. Mails only say that there is news.")
    return redirect("my-key")


def _show(request: HttpRequest, form: PersonalKeyForm) -> HttpResponse:
    current = personal_keys.key_of(signed_in(request))
    context = {
        "form": form,
        "current": current,
        "has_expired": current is not None and current.expires_at is not None and current.expires_at <= timezone.now(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "teams/key.html", context, status=status)
