"""The administration at `/admin/`: Django's, under the portal's own sign-in and need-to-know (ADM-01)."""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import NoReturn

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from portal.corrections import KeptAdmin
from portal.limited import limited_by
from portal.rate_limits import Scope
from teams import confirmation

type View = Callable[..., HttpResponseBase]


def completing(request: HttpRequest) -> bool:
    """Whether a field asks for the rows that begin as somebody types."""
    return bool(request.GET.get("term"))


class Administration(AdminSite):
    """Shows the models for which we say how they may be corrected, and no other: no secrets, tokens, sessions or jobs.

    It asks for the second factor again after a while, and sends everybody else away (AUT-02).
    """

    site_header = site_title = "Administration"
    index_title = "Put the record straight"
    enable_nav_sidebar = False

    def register[M: Model](
        self,
        model_or_iterable: type[M] | Iterable[type[M]],
        admin_class: type[ModelAdmin] | None = None,  # type: ignore[type-arg] # takes no parameter at run time
        **options: object,
    ) -> None:
        if admin_class is not None and issubclass(admin_class, KeptAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override] # noqa: FBT001, FBT002 - the signature is Django's
        def confirmed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not self.has_permission(request):
                raise PermissionDenied
            confirmation.demand(request)
            return view(request, *args, **kwargs)

        guarded = csrf_protect(confirmed if cacheable else never_cache(confirmed))
        return update_wrapper(guarded, view)

    @limited_by(Scope.SEARCH, counts=completing)
    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return super().autocomplete_view(request)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # noqa: ARG002
        """There is one way in."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            wanted = reverse("admin:index")
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect(reverse("account_login", query={"next": wanted}))

    def logout(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # type: ignore[override] # noqa: ARG002
        if request.method == "POST":
            logout(request)
        return redirect("home")

    def password_change(self, request: HttpRequest, extra_context: object = None) -> NoReturn:  # noqa: ARG002
        """Nobody has a password here."""
        raise Http404

    def password_change_done(self, request: HttpRequest, extra_context: object = None) -> NoReturn:  # noqa: ARG002
        raise Http404
