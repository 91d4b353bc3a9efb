"""Telling editors what became of their media."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from media_pipeline.enums import NoticeKind
from media_pipeline.models import MediaAsset, Notice, Source


def tell_owner(*, asset: MediaAsset, kind: NoticeKind, sentence: str) -> Notice | None:
    """Tell the owner of `asset` once a kind. None when nobody owns it, or it was told before."""
    with transaction.atomic():
        locked = MediaAsset.objects.select_for_update().filter(pk=asset.pk).first()
        if locked is None or locked.owner_id is None:
            return None
        notice, made = Notice.objects.get_or_create(
            asset=locked,
            kind=kind,
            defaults={"user_id": locked.owner_id, "sentence": sentence, "created_at": clock.now()},
        )
    return notice if made else None


def tell_owners(*, source: Source, kind: NoticeKind) -> list[Notice]:
    """Tell every owner of an asset of these bytes that it is ready, failed or refused; returns what was new."""
    with transaction.atomic():
        told = [
            tell_owner(asset=asset, kind=kind, sentence=_sentence(asset, kind, source.reason))
            for asset in source.assets.all()
        ]
    return [notice for notice in told if notice]


def forget_failure(*, source: Source) -> None:
    """Drop what was said of a failure, so that a failure after a new try is told again."""
    Notice.objects.filter(asset__source=source, kind=NoticeKind.FAILED).delete()


def mark_seen(*, user: User, notice_ids: list[int] | None = None) -> int:
    """Mark these notices of `user` as read, or all of them. Returns how many were unread."""
    notices = Notice.objects.filter(user=user, seen_at__isnull=True)
    if notice_ids is not None:
        notices = notices.filter(pk__in=notice_ids)
    return notices.update(seen_at=clock.now())


def _sentence(asset: MediaAsset, kind: NoticeKind, reason: str) -> str:
    if kind == NoticeKind.READY:
        return f"《{asset.title}》做好了，可以使用。"
    if kind == NoticeKind.REFUSED:
        return f"《{asset.title}》不能使用：{reason}"
    return f"《{asset.title}》没有做成：{reason}"
