"""Writing the demo academy. Everything is looked for first, by name, slug or number: nothing is made twice."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import Page

from accounts.enums import Role
from accounts.models import User
from cms.demo.accounts import ACCOUNTS, EDITOR
from cms.demo.courses import COURSES
from cms.demo.film import Spoken, make_film
from cms.demo.script import DemoCourse, DemoShort, DemoStory, Film
from cms.demo.tales import SHORTS, STORIES
from cms.models import ShortVideoPage, StoryPage
from cms.operations.tree import plant_columns, plant_home
from courses.models import Course, Lesson
from media_pipeline.models import MediaAsset
from media_pipeline.operations.captions import save_captions
from media_pipeline.operations.receive import receive_file
from media_pipeline.webvtt import Cue

Say = Callable[[str], None]


@dataclass(frozen=True)
class Showing:
    """A place where a film is shown. `needs_film` and `attach` read and write the row as it is by then."""

    name: str
    title: str
    film: Film
    needs_film: Callable[[], bool]
    attach: Callable[[MediaAsset], None]


@contextmanager
def demo_lock() -> Iterator[None]:
    """One demo at a time in a data folder; a second waits, and then finds nothing left to do."""
    with (Path(settings.DATA_DIR) / "run" / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@transaction.atomic
def write_accounts() -> None:
    """The demo people. A password that somebody changed stays changed."""
    for account in ACCOUNTS:
        user, made = User.objects.get_or_create(username=account.username)
        if not made:
            continue
        user.display_name = account.display_name
        user.is_superuser = account.role is Role.ADMIN
        user.is_staff = user.is_superuser
        user.set_password(account.password)
        user.save()
        user.groups.add(Group.objects.get(name=account.role))


@transaction.atomic
def write_texts() -> list[Showing]:
    """Home page, stories, shorts and courses with their words, published. Returns where films belong, in order."""
    author = User.objects.get(username=EDITOR)
    stories, shorts = plant_columns(plant_home())
    showings: list[Showing] = []
    for course in COURSES:
        showings += _course(course, author)
    showings += [_story(story, stories, author) for story in STORIES]
    showings += [_short(short, shorts, author) for short in SHORTS]
    return showings


def make_films(*, showings: list[Showing], say: Say) -> None:
    """Make each film that is missing and hand it to the pipeline; workers do the rest. Safe to interrupt anywhere."""
    author = User.objects.filter(username=EDITOR).first()
    waiting = [showing for showing in showings if showing.needs_film()]
    for number, showing in enumerate(waiting, start=1):
        name = f"demo-{showing.name}"
        asset = MediaAsset.objects.filter(original_name__startswith=f"{name}.").first()
        if asset is None:
            say(f"演示视频 {number}/{len(waiting)}：正在录制「{showing.title}」")
            asset = _make(showing, name, author)
        showing.attach(asset)


def _make(showing: Showing, name: str, author: User | None) -> MediaAsset:
    folder = Path(settings.DATA_DIR) / "work" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        file, spoken = make_film(showing.film, title=showing.title, folder=folder)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        with transaction.atomic():
            asset = receive_file(
                path=file,
                sha256=digest,
                size=file.stat().st_size,
                title=showing.title,
                name=f"{name}{file.suffix}",
                owner=author,
            )
            if showing.film.captions:
                _write_captions(asset, spoken, author)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return asset


def _write_captions(asset: MediaAsset, spoken: list[Spoken], author: User | None) -> None:
    cues = [Cue(start=said.start, end=said.end, text=said.text) for said in spoken]
    save_captions(asset=asset, cues=cues, author=author, based_on=0)


def _course(script: DemoCourse, author: User) -> list[Showing]:
    course = Course.objects.filter(slug=script.slug).first()
    if course is None:
        course = Course(
            slug=script.slug,
            category=script.category,
            title=script.title,
            summary=script.summary,
            description=script.description,
            teacher_name=script.teacher,
        )
        course.tags.add(*script.tags)
        course.save()
        course.save_revision(user=author).publish(user=author)
    showings: list[Showing] = []
    for number, wanted in enumerate(script.lessons, start=1):
        lesson = course.lessons.filter(number=number).first()
        if lesson is None:
            lesson = Lesson(
                course=course,
                number=number,
                title=wanted.title,
                summary=wanted.summary,
                audience=wanted.audience,
            )
            lesson.save()
            lesson.save_revision(user=author).publish(user=author)
        showings.append(_lesson_showing(lesson.pk, f"{script.slug}-{number}", wanted.title, wanted.film))
    return showings


def _lesson_showing(pk: int, name: str, title: str, film: Film) -> Showing:
    def needs_film() -> bool:
        return Lesson.objects.filter(pk=pk, media__isnull=True).exists()

    @transaction.atomic
    def attach(asset: MediaAsset) -> None:
        lesson = Lesson.objects.get(pk=pk)
        lesson.media = asset
        lesson.save_revision(user=asset.owner).publish(user=asset.owner)

    return Showing(name=name, title=title, film=film, needs_film=needs_film, attach=attach)


def _story(script: DemoStory, index: Page, author: User) -> Showing:
    page = StoryPage.objects.child_of(index).filter(slug=script.slug).first()
    if page is None:
        page = index.add_child(
            instance=StoryPage(
                title=script.title,
                slug=script.slug,
                place=script.place,
                programme=script.programme,
                lead=script.lead,
                body=[_block(kind, text) for kind, text in script.body],
                owner=author,
            )
        )
        page.save_revision(user=author).publish(user=author)
    return _page_showing(StoryPage, page.pk, f"story-{script.slug}", script.title, script.film)


def _block(kind: str, text: str) -> tuple[str, str]:
    if kind == "quote":
        return "quote", text
    return "text", f"<h2>{text}</h2>" if kind == "h2" else f"<p>{text}</p>"


def _short(script: DemoShort, index: Page, author: User) -> Showing:
    page = ShortVideoPage.objects.child_of(index).filter(slug=script.slug).first()
    if page is None:
        page = index.add_child(
            instance=ShortVideoPage(
                title=script.title, slug=script.slug, place=script.place, caption=script.caption, owner=author
            )
        )
        page.save_revision(user=author).publish(user=author)
    return _page_showing(ShortVideoPage, page.pk, f"short-{script.slug}", script.title, script.film)


def _page_showing(model: type[StoryPage | ShortVideoPage], pk: int, name: str, title: str, film: Film) -> Showing:
    def needs_film() -> bool:
        return model.objects.filter(pk=pk, video__isnull=True).exists()

    @transaction.atomic
    def attach(asset: MediaAsset) -> None:
        page = model.objects.get(pk=pk)
        page.video = asset
        page.save_revision(user=asset.owner).publish(user=asset.owner)

    return Showing(name=name, title=title, film=film, needs_film=needs_film, attach=attach)
