"""Cards: printing, replacing, losing, scanning."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts import card_codes
from accounts.errors import CardRefused
from accounts.models import DelegatedAct, MemberCard
from accounts.operations import cards as operations
from accounts.operations.cards import print_cards, report_card_lost
from accounts.printing import CardFace, Layout, cards_pdf, lay_out
from accounts.queries.cards import FOREIGN, INACTIVE, LOST, REPLACED, UNKNOWN, person_by_card, standing_card
from core.errors import Refusal
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, clerk_of, give_card
from tests.places.factories import region

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return clerk_of(region("达拉特旗"))


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """Codes as they went to the printer, without the second that a real PDF takes."""
    codes: list[str] = []

    def note(faces, layout):
        codes.extend(face.code for face in faces)
        return b"%PDF"

    monkeypatch.setattr(operations, "cards_pdf", note)
    return codes


def sentence_of(text: str) -> str:
    with pytest.raises(CardRefused) as refused:
        person_by_card(text)
    return refused.value.sentence


def test_a_printed_card_is_known_and_its_code_is_nowhere_in_the_database(clerk, printed):
    profile = MemberFactory()
    print_cards(profiles=[profile], clerk=clerk, layout=Layout.SHEET)
    (code,) = printed
    card = MemberCard.objects.get()
    assert person_by_card(code) == profile.user
    assert person_by_card(f" {code[:20]} {code[20:]}\r\n") == profile.user
    assert code not in str(vars(card))
    assert (card.digest, card.issued_by) == (card_codes.digest(code), clerk)
    assert DelegatedAct.objects.get(person=profile.user).what == "打印会员卡"


def test_a_new_card_kills_the_old_one(clerk, printed):
    profile = MemberFactory()
    for _ in range(2):
        print_cards(profiles=[profile], clerk=clerk, layout=Layout.CARD)
    old, new = printed
    assert sentence_of(old) == REPLACED
    assert person_by_card(new) == profile.user


def test_a_printer_that_fails_leaves_the_old_card_alive(clerk, monkeypatch):
    profile = MemberFactory()
    code = give_card(profile.user)

    def fail(faces, layout):
        raise OSError("no fonts")

    monkeypatch.setattr(operations, "cards_pdf", fail)
    with pytest.raises(OSError, match="no fonts"):
        print_cards(profiles=[profile], clerk=clerk, layout=Layout.SHEET)
    assert person_by_card(code) == profile.user
    assert MemberCard.objects.count() == 1


def test_a_lost_card_opens_nothing_from_that_moment(clerk):
    profile = MemberFactory()
    code = give_card(profile.user)
    assert report_card_lost(profile=profile, by=profile.user)
    assert sentence_of(code) == LOST
    assert standing_card(profile.user) is None
    assert not report_card_lost(profile=profile, by=clerk)


def test_only_the_person_and_their_own_staff_report_a_card_lost():
    profile = MemberFactory()
    code = give_card(profile.user)
    for stranger in (UserFactory(), clerk_of(region("乌审旗"))):
        with pytest.raises(Refusal, match="不归您负责"):
            report_card_lost(profile=profile, by=stranger)
    assert person_by_card(code) == profile.user


def test_what_is_scanned_by_mistake_is_told_apart():
    profile = MemberFactory()
    code = give_card(profile.user)
    assert sentence_of(card_codes.new_code()) == UNKNOWN
    for foreign in ("", "6901234567892", "https://example.org/card/1", code[:-1], code + "0", "\x00" * 44, "' OR 1=1"):
        assert sentence_of(foreign) == FOREIGN
    profile.user.is_active = False
    profile.user.save()
    assert sentence_of(code) == INACTIVE


def test_a_batch_is_printed_whole_or_not_at_all(clerk, printed):
    mine, others = MemberFactory(), MemberFactory(region=region("乌审旗"))
    gone = MemberFactory(user=UserFactory(is_active=False))
    for people, words in (
        ([], "还没有选人"),
        ([mine, others], "不归您负责"),
        ([mine, gone], "停用的账号"),
        ([mine] * 61, "最多打印 60 张"),
    ):
        with pytest.raises(Refusal, match=words):
            print_cards(profiles=people, clerk=clerk, layout=Layout.SHEET)
    assert (printed, MemberCard.objects.count()) == ([], 0)


def test_a_batch_takes_as_many_queries_for_many_as_for_few_but_a_row_each_on_record(
    clerk, printed, django_assert_max_num_queries
):
    people = [MemberFactory() for _ in range(5)]
    # scope of the clerk for each (3), an act for each, and one update, insert and lock for all.
    with django_assert_max_num_queries(5 * 4 + 6):
        print_cards(profiles=people, clerk=clerk, layout=Layout.SHEET)
    assert MemberCard.objects.filter(ended_at__isnull=True).count() == 5


def test_the_database_lets_nobody_have_two_cards_or_half_an_end():
    user = MemberFactory().user
    give_card(user)
    with pytest.raises(IntegrityError), transaction.atomic():
        give_card(user)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberCard.objects.update(end=MemberCard.End.LOST)


def test_a_real_pdf_has_ten_cards_to_a_sheet_and_one_to_a_card():
    hostile = '<img src="http://example.org/x.png"><script>alert(1)</script>'
    faces = [CardFace(name, "2126-00017-4", card_codes.new_code()) for name in ["王秀英", "乌云其其格", hostile] * 4]
    sheet = lay_out(faces, Layout.SHEET)
    assert [(round(page.width), round(page.height)) for page in sheet.pages] == [(794, 1123)] * 2
    single = lay_out(faces[:1], Layout.CARD)
    # ISO 7810 ID-1, in CSS pixels of 1/96 inch.
    assert [(round(page.width), round(page.height)) for page in single.pages] == [(324, 204)]
    assert cards_pdf(faces[:1], Layout.CARD).startswith(b"%PDF")
