"""People for tests."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts.enums import Role
from accounts.models import User

PASSWORD = "长辈-password-1"


class UserFactory(DjangoModelFactory):
    """`UserFactory(role=Role.EDITOR)` puts the person into that group."""

    username = factory.Sequence(lambda n: f"person{n}")
    display_name = "王阿姨"
    password = factory.django.Password(PASSWORD)

    class Meta:
        model = User
        skip_postgeneration_save = True

    @factory.post_generation
    def role(self, create: bool, extracted: Role | None, **kwargs: Any) -> None:
        if create and extracted:
            self.groups.add(Group.objects.get(name=extracted))  # type: ignore[attr-defined]
