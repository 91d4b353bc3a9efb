"""Two published editions of this half-year, the second a correction, and a draft of the next with wishes beside it."""

from __future__ import annotations

from django.db import transaction

from accounts.enums import Role
from accounts.models import User
from cms.demo.accounts import ACCOUNTS, EDITOR
from cms.demo.courses import COURSES
from core import clock
from core.half_year import HalfYear
from courses.enums import Category
from courses.models import CatalogueEdition, Course
from courses.operations.editions.drafting import add_course, draft_edition, remove_course
from courses.operations.editions.flipping import flip_edition
from courses.operations.editions.review import approve_edition, submit_edition
from courses.operations.editions.sealing import seal_edition
from courses.operations.wishes import record_wish_at_desk
from places.queries.regions import find_region

WISHES = (
    ("康巴什区", Category.CULTURE, 26, "马头琴、合唱"),
    ("东胜区", Category.DIGITAL, 41, "手机挂号、打车"),
    ("达拉特旗", Category.HEALTH, 18, "太极扇"),
    ("乌审旗", Category.CULTURE, 12, "二人台"),
    ("杭锦旗", Category.FRAUD, 9, "保健品骗局"),
)


@transaction.atomic
def write_catalogue() -> None:
    """Nothing, once there is any edition. Runs before films are made: an edition is sealed only when its media play."""
    if CatalogueEdition.objects.exists():
        return
    editor = User.objects.get(username=EDITOR)
    (name,) = [account.username for account in ACCOUNTS if account.role is Role.ADMIN]
    admin = User.objects.get(username=name)
    this = HalfYear.of(clock.today())
    missed = Course.objects.get(slug=COURSES[-1].slug)
    first = draft_edition(half_year=this, by=editor)
    remove_course(edition=first, course=missed, by=editor)
    _publish(first, editor, admin)
    second = draft_edition(half_year=this, by=editor)
    add_course(edition=second, course=missed, by=editor)
    _publish(second, editor, admin)
    for place, category, people, words in WISHES:
        record_wish_at_desk(category=category, region=find_region(place), people=people, words=words, by=editor)
    draft_edition(half_year=this.next, by=editor)


def _publish(edition: CatalogueEdition, editor: User, admin: User) -> None:
    submit_edition(edition=edition, by=editor)
    approve_edition(edition=edition, by=admin)
    flip_edition(edition=seal_edition(edition=edition, by=editor), by=admin)
