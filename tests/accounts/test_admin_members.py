"""The members' desk: searching, looking, registering, correcting, printing."""

from __future__ import annotations

import pytest

from accounts.enums import Circumstance, DelegatedScope, Role
from accounts.models import Delegation, KioskPin, MemberCard, MemberProfile, ProfileLook
from accounts.operations import cards as operations
from accounts.operations.circumstances import state_circumstance
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, clerk_of, delegate_to, give_card
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    user = clerk_of(region("达拉特旗"))
    client.force_login(user)
    return user


def registration(**fields) -> dict[str, object]:
    given = {"full_name": "王秀英", "birth_year": "1950", "gender": "female", "region": region("树林召镇").pk}
    return given | {"site": "", "phone": "", "contact_name": "", "contact_phone": "", "consented": "on"} | fields


def test_the_list_shows_ones_own_members_masked_and_finds_them(client, clerk, django_assert_max_num_queries):
    for n in range(8):
        MemberFactory(full_name=f"会员{n}", user__phone=f"1380000{n:04}")
    MemberFactory(full_name="别的旗的人", region=region("乌审旗"))
    client.get("/admin/members/")
    with django_assert_max_num_queries(25):
        html = client.get("/admin/members/").content.decode()
    assert "会员7" in html
    assert "138****0003" in html
    assert "13800000003" not in html
    assert "别的旗的人" not in html
    found = client.get("/admin/members/results/", {"q": "0003"}).content.decode()
    assert "会员3" in found
    assert "会员4" not in found
    assert "没有找到" in client.get("/admin/members/results/", {"q": "别的旗"}).content.decode()


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SENIOR, Role.EDITOR])
def test_others_see_no_members_at_all(client, role):
    profile = MemberFactory()
    client.force_login(UserFactory(role=role))
    assert client.get("/admin/members/").status_code == 302
    assert client.get(f"/admin/members/{profile.pk}/").status_code in (302, 404)
    assert client.post(f"/admin/members/{profile.pk}/look/phone/").status_code in (302, 404)
    assert not ProfileLook.objects.exists()


def test_details_are_masked_until_a_look_is_on_record(client, clerk):
    profile = MemberFactory(user__phone="13800001234", contact_name="王小军", contact_phone="13700005678")
    state_circumstance(profile=profile, kind=Circumstance.LOW_INCOME, by=profile.user)
    html = client.get(f"/admin/members/{profile.pk}/").content.decode()
    assert "138****1234" in html
    for hidden in ("13800001234", "13700005678", "王小军"):
        assert hidden not in html
    assert "低保、特困</b>" not in html
    assert not ProfileLook.objects.exists()
    shown = client.post(f"/admin/members/{profile.pk}/look/phone/").content.decode()
    assert "13800001234" in shown
    assert "13700005678" not in shown
    assert "13700005678" in client.post(f"/admin/members/{profile.pk}/look/contact/").content.decode()
    assert "低保、特困</b>" in client.post(f"/admin/members/{profile.pk}/look/circumstances/").content.decode()
    assert sorted(profile.looks.values_list("detail", flat=True)) == ["circumstances", "contact", "phone"]
    assert client.post(f"/admin/members/{profile.pk}/look/password/").status_code == 404
    assert client.get(f"/admin/members/{profile.pk}/look/phone/").status_code == 405


def test_members_of_others_do_not_exist(client, clerk):
    profile = MemberFactory(region=region("乌审旗"))
    for press in ("look/phone/", "print/", "lost/", "pin/", "circumstances/", "correct/"):
        assert client.post(f"/admin/members/{profile.pk}/{press}").status_code == 404
    assert client.get(f"/admin/members/{profile.pk}/").status_code == 404
    assert client.get(f"/admin/members/{profile.pk}/correct/").status_code == 404
    assert (ProfileLook.objects.count(), MemberCard.objects.count()) == (0, 0)


def test_registering_leads_to_the_card(client, clerk):
    assert "同意书" in client.get("/admin/members/new/").content.decode()
    response = client.post("/admin/members/new/", registration(circumstances=["alone", "remote"]))
    profile = MemberProfile.objects.get()
    assert response["Location"] == f"/admin/members/{profile.pk}/"
    html = client.get(response["Location"]).content.decode()
    assert profile.grouped_number in html
    assert "打印会员卡" in html
    assert set(profile.circumstances.values_list("kind", flat=True)) == {"alone", "remote"}


def test_a_likely_duplicate_is_shown_and_may_be_insisted_on(client, clerk):
    known = MemberFactory(full_name="王秀英", birth_year=1950, user__phone="13800001234")
    response = client.post("/admin/members/new/", registration())
    html = response.content.decode()
    assert response.status_code == 422
    assert f'href="/admin/members/{known.pk}/"' in html
    assert "138****1234" in html
    assert "继续登记" in html
    assert MemberProfile.objects.count() == 1
    client.post("/admin/members/new/", registration(insist="1"))
    assert MemberProfile.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": "123"}, "手机号要填 11 位数字"),
        ({"consented": ""}, "念给本人听"),
        ({"circumstances": ["rich"]}, "请从列表里选优先情形"),
        ({"region": ""}, "请选住在哪里"),
    ],
)
def test_a_wrong_form_registers_nobody(client, clerk, fields, words):
    response = client.post("/admin/members/new/", registration(**fields))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not MemberProfile.objects.exists()


def test_a_region_that_is_not_the_clerks_is_not_in_the_list(client, clerk):
    response = client.post("/admin/members/new/", registration(region=region("乌审旗").pk))
    assert "请从列表里选住在哪里" in response.content.decode()


def test_a_clerk_of_a_site_registers_whoever_comes_to_it(client):
    site = AcademySiteFactory()
    client.force_login(clerk_of(site))
    html = client.get("/admin/members/new/").content.decode()
    assert f'<option value="{site.pk}" selected>' in html
    assert "请选您的站点" in client.post("/admin/members/new/", registration()).content.decode()
    client.post("/admin/members/new/", registration(site=site.pk, region=region("乌审旗").pk))
    assert MemberProfile.objects.get().site == site


def test_correcting_opens_with_a_look_and_adds_a_phone(client, clerk):
    profile = MemberFactory()
    assert "王小军" in client.get(f"/admin/members/{profile.pk}/correct/").content.decode()
    assert profile.looks.count() == 2
    form = registration(phone="13800001234", birth_year="1956")
    assert client.post(f"/admin/members/{profile.pk}/correct/", form)["Location"] == f"/admin/members/{profile.pk}/"
    profile.refresh_from_db()
    assert (profile.birth_year, profile.user.phone) == (1956, "13800001234")
    UserFactory(phone="13900009999")
    taken = client.post(f"/admin/members/{profile.pk}/correct/", form | {"phone": "13900009999"})
    assert "已经是另一个账号的" in taken.content.decode()


def test_circumstances_are_stated_checked_and_ended_on_the_page(client, clerk):
    profile = MemberFactory()
    base = f"/admin/members/{profile.pk}/circumstances/"
    client.post(base, {"kind": "alone"})
    client.post(base, {"kind": "nonsense"})
    row = profile.circumstances.get()
    client.post(f"{base}{row.pk}/check/", {"evidence": "村里证明", "valid_until": "soon"})
    row.refresh_from_db()
    assert row.checked_on is None
    client.post(f"{base}{row.pk}/check/", {"evidence": "村里证明", "valid_until": "2027-06-30"})
    row.refresh_from_db()
    assert (row.checked_by, row.evidence) == (clerk, "村里证明")
    other = state_circumstance(profile=MemberFactory(), kind=Circumstance.ALONE, by=clerk)
    assert client.post(f"{base}{other.pk}/end/").status_code == 404
    client.post(f"{base}{row.pk}/end/")
    row.refresh_from_db()
    assert row.ended_at is not None


def test_digits_and_delegations_are_looked_after_at_the_counter(client, clerk):
    profile = MemberFactory()
    client.post(f"/admin/members/{profile.pk}/pin/", {"pin": "1234"})
    assert not KioskPin.objects.exists()
    client.post(f"/admin/members/{profile.pk}/pin/", {"pin": "2580"})
    assert KioskPin.objects.get().set_by == clerk
    delegation = delegate_to(MemberFactory(full_name="王小军").user, profile.user, [DelegatedScope.ENROL])
    assert "停止王小军的委托" in client.get(f"/admin/members/{profile.pk}/").content.decode()
    client.post(f"/admin/members/{profile.pk}/delegations/{delegation.pk}/end/")
    delegation.refresh_from_db()
    assert delegation.ended_by == clerk


@pytest.fixture
def printed(monkeypatch):
    monkeypatch.setattr(operations, "cards_pdf", lambda faces, layout: f"%PDF {layout} {len(faces)}".encode())


def test_a_card_is_printed_and_stopped_from_the_members_page(client, clerk, printed):
    profile = MemberFactory()
    response = client.post(f"/admin/members/{profile.pk}/print/", {"layout": "card"})
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert response.content == b"%PDF card 1"
    client.post(f"/admin/members/{profile.pk}/lost/")
    assert MemberCard.objects.get().end == "lost"
    assert client.get(f"/admin/members/{profile.pk}/print/").status_code == 405


def test_a_batch_is_chosen_from_a_sites_members(client, printed, django_assert_max_num_queries):
    site = AcademySiteFactory()
    client.force_login(clerk_of(site))
    people = [MemberFactory(site=site, full_name=f"会员{n}") for n in range(5)]
    give_card(people[0].user)
    other = MemberFactory(site=AcademySiteFactory())
    client.get("/admin/members/print/")
    with django_assert_max_num_queries(25):
        html = client.get("/admin/members/print/").content.decode()
    assert html.count("checked") == 4
    chosen = [member.pk for member in people[1:]]
    response = client.post("/admin/members/print/", {"member": [*chosen, other.pk, "x"], "layout": "sheet"})
    assert response.content == b"%PDF sheet 4"
    assert not MemberCard.objects.filter(user=other.user).exists()
    nobody = client.post("/admin/members/print/", {"site": "javascript:alert(1)"})
    assert nobody["Location"] == "/admin/members/print/"
    many = client.post("/admin/members/print/", {"member": list(range(1, 80)), "site": str(site.pk)})
    assert many["Location"] == f"/admin/members/print/?site={site.pk}"


def test_a_delegation_is_registered_with_the_card_on_the_reader(client, clerk):
    profile = MemberFactory()
    code = give_card(profile.user)
    helper = UserFactory(display_name="王小军", phone="13900001234")
    form = {"card": code, "name": "王小军", "number": "13900001234", "scopes": ["attend"], "term": "91"}
    assert "带着会员卡来" in client.get("/admin/members/delegation/").content.decode()
    for wrong in ({"card": "6901234567892"}, {"card": ""}, {"name": "别人"}, {"scopes": []}):
        response = client.post("/admin/members/delegation/", form | wrong)
        assert response.status_code == 422
    assert not Delegation.objects.exists()
    assert client.post("/admin/members/delegation/", form)["Location"] == "/admin/members/"
    delegation = Delegation.objects.get()
    assert (delegation.senior, delegation.delegate, delegation.granted_by) == (profile.user, helper, clerk)
