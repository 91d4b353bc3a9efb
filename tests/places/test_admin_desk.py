"""The desk of places: lists in scope, forms that say refusals, rooms with their hours, photographs, imports."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from core.models import ImportBatch, SiteImage
from places import scope
from places.models import AcademySite, Organisation, Region, Room, SiteEvidence
from places.operations.regions import add_region
from tests.accounts.factories import UserFactory
from tests.core.sheets import table, workbook
from tests.places.factories import AcademySiteFactory, OrganisationFactory, RoomFactory, RoomSlotFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, monkeypatch) -> User:
    """Has all rights of an administrator, but only for 达拉特旗."""
    user = UserFactory(role=Role.ADMIN, display_name="张干事")
    path = region("达拉特旗").path
    monkeypatch.setattr(scope, "_resolvers", [lambda asked: (path,) if asked.pk == user.pk else ()])
    client.force_login(user)
    return user


@pytest.fixture
def chief(client) -> User:
    user = UserFactory(role=Role.ADMIN, display_name="李科长")
    client.force_login(user)
    return user


def page(client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def site_form(**fields: object) -> dict[str, object]:
    given = {
        "name": "树林召镇银发学堂", "kind": "centre", "region": region("树林召镇").pk, "organisation": "",
        "address": "树林召大街 1 号", "note": "东门进", "phone": "", "facilities": ["lift", "toilet"],
        "opened_on": "2025-03-01", "closed_on": "", "latitude": "", "longitude": "",
    }  # fmt: skip
    return given | fields


def room_form(**fields: object) -> dict[str, object]:
    days = {f"{prefix}_{day}": "" for prefix in ("mine", "others") for day in range(1, 8)}
    return {"name": "101 教室", "area": "60", "seats": "30", "owner": ""} | days | fields


def test_lists_show_what_one_answers_for_and_nothing_else(client, clerk) -> None:
    AcademySiteFactory(name="这里的学堂")
    AcademySiteFactory(name="那里的学堂", region=region("薛家湾镇"))
    OrganisationFactory(name="这里的图书馆", region=region("达拉特旗"))
    OrganisationFactory(name="那里的图书馆", region=region("准格尔旗"))
    sites, organisations, regions = (page(client, f"{name}:index") for name in ("sites", "organisations", "regions"))
    assert "这里的学堂" in sites
    assert "那里的学堂" not in sites
    assert "这里的图书馆" in organisations
    assert "那里的图书馆" not in organisations
    assert "树林召镇" in regions
    assert "薛家湾镇" not in regions


def test_what_lies_outside_ones_regions_is_not_there(client, clerk) -> None:
    there = RoomFactory(site__region=region("薛家湾镇"))
    organisation = OrganisationFactory(region=region("准格尔旗"))
    for address in (
        reverse("sites:edit", args=[there.site_id]),
        reverse("sites:history", args=[there.site_id]),
        reverse("sites:room", args=[there.site_id, there.pk]),
        reverse("sites:add_room", args=[there.site_id]),
        reverse("sites:add_evidence", args=[there.site_id]),
        reverse("organisations:edit", args=[organisation.pk]),
        reverse("regions:edit", args=[region("准格尔旗").pk]),
        reverse("regions:rename", args=[region("准格尔旗").pk]),
        reverse("regions:merge", args=[region("准格尔旗").pk]),
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(reverse("sites:remove_room", args=[there.site_id, there.pk])).status_code == 404
    assert Room.objects.filter(pk=there.pk).exists()
    client.post(reverse("sites:add"), site_form(region=region("薛家湾镇").pk))
    assert AcademySite.objects.count() == 1


def test_without_the_right_the_desk_of_places_is_closed(client) -> None:
    site = AcademySiteFactory()
    client.force_login(UserFactory(role=Role.EDITOR))
    lists = [reverse(f"{name}:index") for name in ("sites", "organisations", "regions", "imports")]
    for address in [*lists, reverse("sites:add_room", args=[site.pk])]:
        response = client.get(address)
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home")), address
    assert "表格导入" not in page(client, "wagtailadmin_home")


@pytest.mark.parametrize("name", ["sites", "organisations", "regions"])
def test_a_list_asks_no_more_for_more_rows(client, chief, name, django_assert_max_num_queries) -> None:
    for number in range(3):
        OrganisationFactory()
        RoomFactory(site=AcademySiteFactory(), name=f"{number}")
    page(client, f"{name}:index")
    with django_assert_max_num_queries(20) as few:
        page(client, f"{name}:index")
    for number in range(8):
        OrganisationFactory(region=region("达拉特旗"))
        RoomFactory(site=AcademySiteFactory(region=region("展旦召苏木")), name=f"{number}")
        add_region(name=f"第{number}嘎查", kind="嘎查", parent=region("展旦召苏木"))
    with django_assert_max_num_queries(len(few)):
        page(client, f"{name}:index")


def test_a_clerk_registers_a_site_with_a_room_and_its_hours(client, clerk) -> None:
    response = client.post(reverse("sites:add"), site_form(), follow=True)
    site = AcademySite.objects.get()
    html = response.content.decode()
    assert "还没有登记教室（至少要 100 平方米）" in html
    assert "现场照片：没有照片" in html
    assert sorted(site.facilities.values_list("facility", flat=True)) == ["lift", "toilet"]
    form = room_form(area="60", mine_1="09:00–11:00、14:00-16:00", others_1="18:00–20:00 读书会")
    html = client.post(reverse("sites:add_room", args=[site.pk]), form, follow=True).content.decode()
    assert "“101 教室”保存好了" in html
    assert "面积不够：60 平方米，还差 40 平方米" in html
    assert "星期一 09:00–11:00 学堂" in html
    assert "星期一 18:00–20:00 读书会" in html
    room = site.rooms.get()
    shown = client.get(reverse("sites:room", args=[site.pk, room.pk])).context["form"]
    assert (shown["mine_1"].value(), shown["others_1"].value()) == ("09:00–11:00、14:00–16:00", "18:00–20:00 读书会")
    client.post(reverse("sites:room", args=[site.pk, room.pk]), room_form(mine_1="14:00–16:00"))
    assert [str(slot) for slot in room.slots.all()] == ["星期一 14:00–16:00"]
    client.post(reverse("sites:edit", args=[site.pk]), site_form(facilities=["lift"], phone="0477-8123456"))
    site.refresh_from_db()
    assert (site.phone, site.facilities.count()) == ("0477-8123456", 1)
    html = client.post(reverse("sites:remove_room", args=[site.pk, room.pk]), follow=True).content.decode()
    assert "“101 教室”删除了" in html
    history = page(client, "sites:history", site.pk)
    assert "删除教室“101 教室”" in history
    assert "张干事" in history


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "station"}, "学习点（社区、嘎查村）要选嘎查村、社区"),
        ({"closed_on": "2025-03-01"}, "停用日期要在启用日期之后"),
        ({"latitude": "40"}, "纬度和经度要么都填，要么都空着"),
        ({"region": "999999"}, "请从名单里选一个地区"),
        ({"region": ""}, "请选一个地区"),
        ({"name": "已有的学堂"}, "已经有同名的站点"),
    ],
)
def test_a_site_that_cannot_be_is_refused_and_what_was_typed_stays(client, clerk, fields, sentence) -> None:
    AcademySiteFactory(name="已有的学堂")
    response = client.post(reverse("sites:add"), site_form(**fields))
    html = response.content.decode()
    assert sentence in html
    assert "树林召大街 1 号" in html
    assert AcademySite.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"mine_2": "上午"}, "不是时间段"),
        ({"others_2": "18:00–20:00"}, "谁在用"),
        ({"mine_2": "09:00–11:00", "others_2": "10:00–12:00 棋社"}, "时间重叠"),
        ({"area": "0"}, "0.01"),
        ({"name": "已有的教室"}, "已经有"),
    ],
)
def test_a_room_that_cannot_be_is_refused_and_what_was_typed_stays(client, clerk, fields, sentence) -> None:
    site = RoomFactory(name="已有的教室").site
    response = client.post(reverse("sites:add_room", args=[site.pk]), room_form(**fields))
    assert response.status_code == 422
    html = response.content.decode()
    assert sentence in html
    assert all(str(value) in html for value in fields.values())
    assert site.rooms.count() == 1


@time_machine.travel(dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC), tick=False)
def test_photographs_grow_old(client, clerk) -> None:
    site = AcademySiteFactory()
    picture = SiteImage.objects.create(title="门口", file=get_test_image_file(filename="a.png"))
    add = reverse("sites:add_evidence", args=[site.pk])
    form = {"picture": picture.pk, "kind": "front", "taken_on": "2026-11-02", "note": ""}
    response = client.post(add, form)
    assert response.status_code == 422
    assert "今天以前" in response.content.decode()
    html = client.post(add, form | {"taken_on": "2025-10-31"}, follow=True).content.decode()
    assert "2025-10-31，超过一年，请补拍" in html
    html = client.post(add, form | {"taken_on": "2026-11-01"}, follow=True).content.decode()
    assert "现场照片：2026-11-01。" in html
    old = SiteEvidence.objects.get(taken_on=dt.date(2025, 10, 31))
    client.post(reverse("sites:remove_evidence", args=[site.pk, old.pk]))
    assert site.evidence.count() == 1
    assert SiteImage.objects.filter(pk=picture.pk).exists()


def test_who_keeps_one_site_keeps_its_rooms_and_photographs_and_nothing_else(client) -> None:
    keeper, site, other = UserFactory(role=Role.SITE), AcademySiteFactory(name="我们的学堂"), AcademySiteFactory()
    RoleAssignment.objects.create(user=keeper, role=Role.SITE, site=site, valid_from=dt.date(2020, 1, 1))
    client.force_login(keeper)
    html = page(client, "sites:index")
    assert "我们的学堂" in html
    assert other.name not in html
    client.post(reverse("sites:add_room", args=[site.pk]), room_form())
    assert site.rooms.count() == 1
    client.post(reverse("sites:edit", args=[site.pk]), site_form(name="我们的学堂", phone="0477-8123456"))
    site.refresh_from_db()
    assert site.phone == "0477-8123456"
    assert "添加学堂站点" not in html
    assert client.get(reverse("sites:add")).status_code == 302
    chooser = client.get(reverse("wagtailimages_chooser:choose")).json()["html"]
    assert 'type="file"' in chooser
    assert client.get(reverse("imports:index")).status_code == 302


def test_a_region_is_added_renamed_and_merged_with_its_days(client, clerk) -> None:
    form = {"parent": region("展旦召苏木").pk, "name": "巴音嘎查", "kind": "嘎查", "short_name": "", "valid_from": ""}
    client.post(reverse("regions:add"), form)
    gacha = region("巴音嘎查")
    assert gacha.parent == region("展旦召苏木")
    html = client.post(reverse("regions:add"), form | {"kind": "镇"}).content.decode()
    assert "不能是“镇”" in html
    client.post(reverse("regions:edit", args=[gacha.pk]), {"short_name": "巴音", "valid_from": "2001-05-01"})
    gacha.refresh_from_db()
    assert (gacha.short_name, gacha.valid_from) == ("巴音", dt.date(2001, 5, 1))
    rename = {"name": "巴音村", "kind": "村", "on": "2020-01-01"}
    html = client.post(reverse("regions:rename", args=[gacha.pk]), rename, follow=True).content.decode()
    assert "2020 年 1 月 1 日，巴音嘎查改名为巴音村" in html
    response = client.post(reverse("regions:rename", args=[gacha.pk]), rename | {"name": "另一个", "on": "2019-01-01"})
    assert response.status_code == 422
    assert "新的日期要在它之后" in response.content.decode()
    merge = {"into": region("树林召镇").pk, "on": "2021-01-01"}
    html = client.post(reverse("regions:merge", args=[region("展旦召苏木").pk]), merge, follow=True).content.decode()
    assert "2021-01-01 并入树林召镇" in html
    gacha.refresh_from_db()
    assert gacha.parent == region("树林召镇")
    history = page(client, "regions:history", region("展旦召苏木").pk)
    assert "并入“树林召镇”" in history
    assert Region.objects.get(name="展旦召苏木").merged_into == region("树林召镇")


def test_organisations_are_kept(client, clerk) -> None:
    form = {
        "name": "旗图书馆",
        "kind": "library",
        "region": region("达拉特旗").pk,
        "address": "",
        "phone": "",
        "closed_on": "",
    }
    client.post(reverse("organisations:add"), form)
    organisation = Organisation.objects.get()
    client.post(reverse("organisations:edit", args=[organisation.pk]), form | {"phone": "0477-5212345"})
    organisation.refresh_from_db()
    assert organisation.phone == "0477-5212345"
    assert "已经有同名的单位" in client.post(reverse("organisations:add"), form).content.decode()


VILLAGES = "旗区|苏木乡镇|名称\n达旗|树林召|东海心村\n准旗|薛家湾|别处村\n乌有旗|某镇|某村"


def upload(client, text: str, kind: str = "regions"):
    file = SimpleUploadedFile("村.xlsx", workbook(table(text)))
    return client.post(reverse("imports:upload", args=[kind]), {"file": file}, follow=True)


def test_a_table_goes_through_the_pages_and_back(client, clerk) -> None:
    html = upload(client, VILLAGES).content.decode()
    batch = ImportBatch.objects.get()
    assert "这是预览，还什么都没有写进去" in html
    assert "有问题的 2 行不会导入" in html
    assert "薛家湾镇不在您负责的地区里" in html
    only = page(client, "imports:batch", batch.pk, show="added")
    assert "东海心村" in only
    assert "别处村" not in only
    template = client.get(reverse("imports:template", args=["regions"]))
    assert template.content.startswith(b"PK")
    problems = client.get(reverse("imports:problems", args=[batch.pk]))
    assert problems.content.startswith(b"PK")
    assert "no-store" in problems["Cache-Control"]
    assert "导入好了" in client.post(reverse("imports:confirm", args=[batch.pk]), follow=True).content.decode()
    assert "导入好了" in client.post(reverse("imports:confirm", args=[batch.pk]), follow=True).content.decode()
    assert Region.objects.filter(name="东海心村").count() == 1
    assert not Region.objects.filter(name="别处村").exists()
    assert "撤销好了" in client.post(reverse("imports:undo", args=[batch.pk]), follow=True).content.decode()
    assert not Region.objects.filter(name="东海心村").exists()
    listed = page(client, "imports:index")
    assert "张干事" in listed
    assert "已撤销" in listed


def test_a_file_that_is_none_is_refused_on_the_page(client, clerk) -> None:
    address = reverse("imports:upload", args=["sites"])
    response = client.post(address)
    assert response.status_code == 422
    assert "没有选文件" in response.content.decode()
    response = client.post(address, {"file": SimpleUploadedFile("a.xlsx", b"\x89PNG\x00")})
    assert "这不是表格文件" in response.content.decode()
    assert ImportBatch.objects.count() == 0


def test_one_sees_ones_own_tables_and_who_may_see_all_sees_all(client, clerk) -> None:
    upload(client, VILLAGES)
    batch = ImportBatch.objects.get()
    other = UserFactory(role=Role.EDITOR)
    other.user_permissions.add(Permission.objects.get(codename="add_region"))
    client.force_login(other)
    for name in ("batch", "problems"):
        assert client.get(reverse(f"imports:{name}", args=[batch.pk])).status_code == 404
    for name in ("confirm", "undo", "discard"):
        assert client.post(reverse(f"imports:{name}", args=[batch.pk])).status_code == 404
    assert client.get(reverse("imports:upload", args=["sites"])).status_code in (302, 403)
    assert client.get(reverse("imports:upload", args=["nothing"])).status_code == 404
    client.force_login(UserFactory(role=Role.ADMIN))
    assert "村.xlsx" in page(client, "imports:index")


def test_the_preview_of_many_rows_has_pages_and_few_queries(client, chief, django_assert_max_num_queries) -> None:
    rows = "\n".join(f"达旗|树林召|第{number}村" for number in range(120))
    upload(client, f"旗区|苏木乡镇|名称\n{rows}")
    batch = ImportBatch.objects.get()
    with django_assert_max_num_queries(20):
        html = page(client, "imports:batch", batch.pk)
    assert "第 1 页，共 2 页" in html
    assert "第119村" in page(client, "imports:batch", batch.pk, p=2)


def test_a_room_that_is_planned_for_stays(client, clerk, monkeypatch) -> None:
    slot = RoomSlotFactory(room__site=AcademySiteFactory())

    def refuse(self: Room, **_: object) -> None:
        raise ProtectedError("planned", {slot})

    monkeypatch.setattr(Room, "delete", refuse)
    address = reverse("sites:remove_room", args=[slot.room.site_id, slot.room_id])
    assert "已经安排了课或活动，不能删除" in client.post(address, follow=True).content.decode()
    assert Room.objects.filter(pk=slot.room_id).exists()
