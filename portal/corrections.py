"""What every page of the administration has in common: rows are put straight or ended there, never deleted."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from portal.limited import limited_by, searching
from portal.rate_limits import Scope

MOST_COUNTED = 2000


class CappedPaginator[M: Model](Paginator):  # type: ignore[type-arg] # Django's own takes no parameter at run time
    """Counts no further than anybody leafs: counting everything would grow with everything."""

    object_list: "QuerySet[M]"

    @cached_property
    def count(self) -> int:
        return len(self.object_list.order_by().values_list("pk")[:MOST_COUNTED])


class KeptAdmin[M: Model](admin.ModelAdmin):  # type: ignore[type-arg] # as above
    """For rows that may be corrected. `kept`: fields that nobody changes once the row is there."""

    kept: tuple[str, ...] = ()
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    @limited_by(Scope.SEARCH, counts=searching)
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return super().changelist_view(request, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:  # noqa: ARG002
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> tuple[str, ...]:
        always = tuple(str(name) for name in super().get_readonly_fields(request, obj))
        return always if obj is None else (*always, *self.kept)


class ReadOnlyAdmin[M: Model](KeptAdmin[M]):
    """For rows that may only be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:  # noqa: ARG002
        return False


def changed_fields(form: BaseForm) -> list[str]:
    """The names of the fields that a person has changed; their values are nobody else's business."""
    return sorted(form.changed_data)
