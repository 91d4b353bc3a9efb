"""Wagtail's list of users, cut to the viewer's scope, with phone and form of address; nobody is deleted."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import Http404
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import DeleteView, EditView, HistoryView, IndexView, UserViewSet

from accounts.queries.roles import staff_for

User = get_user_model()
OWN_FIELDS = {"display_name", "phone"}


class StaffPolicy(ModelPermissionPolicy):
    """Rights on users end where the viewer's scope ends."""

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        rows = super().instances_user_has_any_permission_for(user, actions)
        return rows & staff_for(user) if rows.exists() else rows

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return allowed and staff_for(user).filter(pk=instance.pk).exists()


class ScopedList(IndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().filter(pk__in=staff_for(self.request.user).values("pk"))


class ScopedEdit(EditView):
    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        return in_scope(self.request, super().get_object(queryset) if queryset else super().get_object())


class ScopedHistory(HistoryView):
    def get_object(self, *args: Any) -> Any:
        return in_scope(self.request, super().get_object(*args))


class NoDelete(DeleteView):
    """People are switched off, not deleted: what they did names them."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise Http404


def in_scope(request: Any, user: Any) -> Any:
    if not staff_for(request.user).filter(pk=user.pk).exists():
        raise Http404
    return user


class OnlyWhatWeNeed:
    """Wagtail asks for a mail address and two names; here a form of address is enough."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "字母、数字和 @ . + - _，不要用手机号"  # type: ignore[attr-defined]
        for name in ("email", "first_name", "last_name"):
            self.fields[name].required = False  # type: ignore[attr-defined]


class PersonForm(OnlyWhatWeNeed, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | OWN_FIELDS


class PersonEditForm(OnlyWhatWeNeed, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | OWN_FIELDS


class PeopleViewSet(UserViewSet):
    index_view_class = ScopedList
    edit_view_class = ScopedEdit
    delete_view_class = NoDelete
    history_view_class = ScopedHistory

    def get_form_class(self, for_update: bool = False) -> type[UserCreationForm | UserEditForm]:
        return PersonEditForm if for_update else PersonForm
