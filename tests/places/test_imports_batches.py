"""Preview, error file, confirm, undo: on tables of places."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from core.actors import Actor
from core.enums import BatchState, RowOutcome
from core.errors import Refusal
from core.models import ImportBatch
from core.operations.forgetting import forget_old_tables
from core.operations.imports import confirm_batch, discard_batch, open_batch, undo_batch
from core.queries.imports import error_file, tallies_of
from places.models import AcademySite, Organisation, Region, RegionRecord, Room, RoomSlot, SiteFacility
from places.operations.regions import rename_region
from tests.core.sheets import table, workbook
from tests.places.factories import AcademySiteFactory, OrganisationFactory, RoomFactory, region

pytestmark = pytest.mark.django_db
CLERK = Actor(7, "张干事")
CHIEF = Actor(8, "李科长")

VILLAGES = """
旗区|苏木乡镇|名称|类型|简称|设立日期
达旗|树林召|东海心村|||
达拉特旗|树林召镇|园林社区|社区||2019-05-01
达拉特旗|展旦召苏木|巴音嘎查|嘎查|巴音|
达拉特旗|树林召镇|东海心村|||
乌有旗|树林召镇|某村|||
达拉特旗||风水梁镇|乡||
达拉特旗|树林召镇|没有类型|||
"""
SITES = """
旗区|苏木乡镇|站点名称|地址|启用日期|设施|教室|面积|座位数|学堂使用时段|共享单位
达拉特旗|树林召镇|树林召镇银发学堂|树林召大街 1 号|2025-03-01|电梯、卫生间|101|60|30|周一至周五 09:00–11:00|
达拉特旗|树林召镇|树林召镇银发学堂||||102|45.5|20||达拉特旗图书馆
"""


def opened(text: str, kind: str = "regions", **changes: object) -> ImportBatch:
    return open_batch(kind=kind, data=workbook(table(text)), file_name="名单.xlsx", actor=CLERK, **changes)  # type: ignore[arg-type]


def state_of_places() -> dict[str, list[dict[str, object]]]:
    """Everything that imports may touch, without the times of saving."""
    models = (Region, RegionRecord, Organisation, AcademySite, SiteFacility, Room, RoomSlot)
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key not in ("updated_at", "created_at")}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


def test_a_preview_shows_every_row_and_writes_nothing() -> None:
    before, logged = state_of_places(), ModelLogEntry.objects.count()
    batch = opened(VILLAGES)
    assert [(row.number, row.outcome) for row in batch.rows.all()] == [
        (2, "added"), (3, "added"), (4, "added"), (5, "unchanged"), (6, "refused"), (7, "refused"), (8, "refused"),
    ]  # fmt: skip
    said = {row.number: row.sentence for row in batch.rows.all()}
    assert said[2] == "新增地区“东海心村”"
    assert said[5] == ""
    assert said[6] == "没有找到地区“乌有旗”。"
    assert "风水梁镇登记的类型是“镇”" in said[7]
    assert "看不出“没有类型”的类型" in said[8]
    assert (state_of_places(), ModelLogEntry.objects.count()) == (before, logged)
    assert (batch.state, batch.made_by_name) == (BatchState.PREVIEWED, "张干事")


def test_confirming_writes_the_good_rows_once_however_often_it_is_pressed() -> None:
    batch = opened(VILLAGES)
    confirmed = confirm_batch(batch=batch, actor=CHIEF)
    assert (confirmed.state, confirmed.confirmed_by_name, confirmed.made_by_name) == ("confirmed", "李科长", "张干事")
    village = region("园林社区")
    assert (village.kind, village.parent, village.valid_from) == ("社区", region("树林召镇"), dt.date(2019, 5, 1))
    assert village.path.startswith(region("树林召镇").path)
    after = state_of_places()
    assert confirm_batch(batch=batch, actor=CLERK).confirmed_by_name == "李科长"
    assert state_of_places() == after
    with pytest.raises(Refusal, match="撤销导入"):
        discard_batch(batch=batch)


def test_the_error_file_has_the_refused_rows_as_uploaded_and_can_be_mended_and_sent_again() -> None:
    batch = opened(VILLAGES)
    confirm_batch(batch=batch, actor=CLERK)
    sheet = openpyxl.load_workbook(io.BytesIO(error_file(batch))).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["旗区", "苏木乡镇", "名称", "类型", "简称", "设立日期", "问题"]
    assert rows[1][:3] == ["乌有旗", "树林召镇", "某村"]
    assert rows[1][-1] == "没有找到地区“乌有旗”。"
    assert len(rows) == 4
    mended = [rows[0], ["达拉特旗", *rows[1][1:]]]
    again = open_batch(kind="regions", data=workbook(mended), file_name="改好.xlsx", actor=CLERK)
    assert [(row.outcome, row.sentence) for row in again.rows.all()] == [("added", "新增地区“某村”")]
    assert again.notice == ""


def test_an_error_file_never_calculates() -> None:
    batch = opened('旗区|苏木乡镇|名称\n达旗|树林召|=HYPERLINK("http://x")村')
    sheet = openpyxl.load_workbook(io.BytesIO(error_file(batch))).worksheets[0]
    cell = sheet["C2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")村')


def test_a_table_that_changes_nothing_says_so() -> None:
    confirm_batch(batch=opened("旗区|苏木乡镇|名称\n达旗|树林召|东海心村"), actor=CLERK)
    batch = opened("旗区|苏木乡镇|名称|简称\n达旗|树林召|东海心村|\n达旗||树林召镇|")
    assert {row.outcome for row in batch.rows.all()} == {RowOutcome.UNCHANGED}


def test_rows_about_one_thing_twice_are_refused_with_the_first_ones_number() -> None:
    batch = opened("旗区|苏木乡镇|名称\n达旗|树林召|东海心村\n达旗|树林召|东海心村")
    assert [row.sentence for row in batch.rows.all()][1] == "和第 2 行重复了，请只留一行。"


def test_if_the_world_moved_since_the_preview_nothing_is_written_and_the_preview_is_new() -> None:
    batch = opened("旗区|苏木乡镇|名称|设立日期\n达旗|树林召|东海心村|\n达旗|树林召|园林社区|2019-05-01")
    confirm_batch(batch=opened("旗区|苏木乡镇|名称|设立日期\n达旗|树林召|园林社区|2018-01-01"), actor=CHIEF)
    before = state_of_places()
    with pytest.raises(Refusal, match="第 3 行的结果变了，没有导入"):
        confirm_batch(batch=batch, actor=CLERK)
    assert state_of_places() == before
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEWED
    assert [row.outcome for row in batch.rows.all()] == ["added", "refused"]
    confirm_batch(batch=batch, actor=CLERK)
    assert region("东海心村").parent == region("树林召镇")


def test_undo_puts_everything_back_exactly_and_a_second_press_does_nothing() -> None:
    OrganisationFactory(name="达拉特旗图书馆", region=region("达拉特旗"))
    site = AcademySiteFactory(name="树林召镇银发学堂", address="旧址")
    site.facilities.create(facility="heating")
    room = RoomFactory(site=site, name="101", area=50, seats=30)
    RoomSlot.objects.create(room=room, weekday=6, begins=0, ends=60)
    RoomSlot.objects.create(room=room, weekday=7, begins=0, ends=60, for_academy=False, user_name="棋社")
    before = state_of_places()
    batch = opened(SITES, kind="sites")
    assert [row.outcome for row in batch.rows.all()] == ["changed", "added"]
    said = batch.rows.first().sentence
    assert "学堂站点“树林召镇银发学堂”的地址由“旧址”改为“树林召大街 1 号”" in said
    assert "设施加上电梯、卫生间，去掉供暖" in said
    assert "教室“树林召镇银发学堂 101”的面积（平方米）由“50.00”改为“60.00”" in said
    confirm_batch(batch=batch, actor=CLERK)
    room.refresh_from_db()
    assert {str(slot) for slot in room.slots.filter(for_academy=True)} == {
        f"星期{day} 09:00–11:00" for day in "一二三四五"
    }
    assert room.slots.filter(user_name="棋社").exists()
    assert Room.objects.get(name="102").owner.name == "达拉特旗图书馆"
    undone = undo_batch(batch=batch, actor=CHIEF)
    assert (undone.state, undone.undone_by_name) == ("undone", "李科长")
    assert state_of_places() == before
    assert undo_batch(batch=batch, actor=CLERK).undone_by_name == "李科长"
    with pytest.raises(Refusal, match="已撤销，不能再导入"):
        confirm_batch(batch=batch, actor=CLERK)


def test_an_undo_leaves_all_as_it_is_if_one_row_was_changed_or_used_since() -> None:
    batch = confirm_batch(batch=opened(VILLAGES), actor=CLERK)
    AcademySiteFactory(kind="station", name="园林学习点", region=region("园林社区"))
    rename_region(region=region("东海心村"), name="东海村", kind="村", on=dt.date(2020, 1, 1))
    before = state_of_places()
    with pytest.raises(Refusal) as refused:
        undo_batch(batch=batch, actor=CLERK)
    assert "第 3 行 地区“园林社区”已经用在学堂站点“园林学习点”" in refused.value.sentence
    assert "第 2 行" in refused.value.sentence
    assert "巴音嘎查" not in refused.value.sentence
    assert state_of_places() == before
    batch.refresh_from_db()
    assert batch.state == BatchState.CONFIRMED


def test_only_what_was_imported_can_be_undone_and_a_given_up_table_can_not_be_imported() -> None:
    batch = opened(VILLAGES)
    with pytest.raises(Refusal, match="没有导入，不用撤销"):
        undo_batch(batch=batch, actor=CLERK)
    discard_batch(batch=batch)
    discard_batch(batch=batch)
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == (BatchState.DISCARDED, 0)
    with pytest.raises(Refusal, match="不能再导入"):
        confirm_batch(batch=batch, actor=CLERK)
    with pytest.raises(Refusal, match="不能导入“别的”"):
        opened(VILLAGES, kind="别的")


def test_tables_are_forgotten_in_time() -> None:
    start = dt.datetime(2026, 1, 5, 4, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as traveller:
        stale, kept = opened(VILLAGES), confirm_batch(batch=opened(VILLAGES), actor=CLERK)
        assert forget_old_tables() == {"previews": 0, "cells": 0, "changes": 0}
        traveller.move_to(start + dt.timedelta(days=8))
        assert forget_old_tables() == {"previews": 1, "cells": 0, "changes": 0}
        traveller.move_to(start + dt.timedelta(days=31))
        assert forget_old_tables() == {"previews": 0, "cells": 1, "changes": 0}
        kept.refresh_from_db()
        with pytest.raises(Refusal, match="已经清除"):
            error_file(kept)
        traveller.move_to(start + dt.timedelta(days=181))
        assert forget_old_tables() == {"previews": 0, "cells": 0, "changes": 1}
        with pytest.raises(Refusal, match="超过半年"):
            undo_batch(batch=kept, actor=CLERK)
    stale.refresh_from_db()
    assert (stale.state, stale.rows.count()) == (BatchState.DISCARDED, 0)
    assert all(row.cells == [] and row.changes == [] for row in kept.rows.all())


ORGANISATIONS = """
旗区|苏木乡镇|名称|类型|地址|电话
市本级||鄂尔多斯市图书馆|图书馆|康巴什|0477-8590000
达旗|树林召|树林召小学|学校||13900000000000000000000
准旗||准旗文化馆|剧院||
"""


def test_organisations_of_the_city_and_below() -> None:
    batch = confirm_batch(batch=opened(ORGANISATIONS, kind="organisations"), actor=CLERK)
    assert [row.outcome for row in batch.rows.all()] == ["added", "refused", "refused"]
    library = Organisation.objects.get()
    assert (library.region.name, library.kind, library.phone) == ("鄂尔多斯市", "library", "0477-8590000")
    again = opened("旗区|名称|类型|办公电话\n市本级|鄂尔多斯市图书馆|图书馆|0477-8591111", kind="organisations")
    assert again.rows.get().sentence == "单位“鄂尔多斯市图书馆”的办公电话由“0477-8590000”改为“0477-8591111”"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("达旗|树林召||甲学堂||2025-03-01|||", "要填：地址"),
        ("达旗|||甲学堂|某路|2025-03-01|||", "要选苏木乡镇"),
        ("达旗|树林召||甲学堂|某路|2025-03-01|101||", "要填：面积、座位数"),
        ("达旗|树林召||甲学堂|某路|2025-03-01||60|30", "没有写是哪间教室"),
        ("达旗||东海心村|甲学堂|某路|2025-03-01|||", "没有写它在哪个苏木乡镇"),
        ("达旗|树林召||甲学堂|某路|明天|101|0|0", "写的是“明天”.*“面积”.*“座位数”"),
    ],
)
def test_faults_of_sites_are_told_one_by_one(row: str, sentence: str) -> None:
    head = "旗区|苏木乡镇|嘎查村|站点名称|地址|启用日期|教室|面积|座位数\n"
    (found,) = opened(head + row, kind="sites").rows.all()
    assert found.outcome == RowOutcome.REFUSED
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(found.sentence)


def test_a_station_stands_in_a_village_that_an_earlier_table_brought() -> None:
    confirm_batch(batch=opened(VILLAGES), actor=CLERK)
    head = "旗区|苏木乡镇|嘎查村|站点名称|地址|启用日期|纬度|经度\n"
    text = head + "达旗|树林召|园林社区|园林学习点|园林路|2025-03-01|40.41|110.02"
    confirm_batch(batch=opened(text, kind="sites"), actor=CLERK)
    site = AcademySite.objects.get()
    assert (site.kind, site.region.name, site.latitude) == ("station", "园林社区", 40.41)
    assert opened(text, kind="sites").rows.get().outcome == RowOutcome.UNCHANGED


def test_a_row_more_costs_the_preview_a_bounded_number_of_queries(django_assert_max_num_queries) -> None:
    head = "旗区|苏木乡镇|名称|类型\n"
    text = head + "\n".join(f"达旗|树林召|第{number}村|村" for number in range(100))
    with django_assert_max_num_queries(100 * 23 + 40):
        batch = opened(text)
    assert {tally.value: tally.count for tally in tallies_of(batch)}["added"] == 100


def test_the_command_previews_confirms_and_undoes(tmp_path, capsys) -> None:
    path = tmp_path / "villages.csv"
    path.write_bytes("旗区,苏木乡镇,名称\n达旗,树林召,东海心村\n".encode("gb18030"))
    call_command("places", "import", "regions", str(path))
    assert "等待确认：有问题 0，新增 1" in capsys.readouterr().out
    assert not Region.objects.filter(name="东海心村").exists()
    call_command("places", "import", "regions", str(path), "--confirm", "--json")
    assert '"state": "confirmed"' in capsys.readouterr().out
    batch = ImportBatch.objects.first()
    assert batch.made_by_name == "命令行"
    assert Region.objects.filter(name="东海心村").exists()
    call_command("places", "undo", str(batch.pk))
    assert "已撤销" in capsys.readouterr().out
    assert not Region.objects.filter(name="东海心村").exists()
    path.write_bytes("旗区,苏木乡镇,名称\n乌有旗,树林召,东海心村\n".encode())
    with pytest.raises(CommandError, match="有 1 行有问题"):
        call_command("places", "import", "regions", str(path), "--confirm")
    assert "第 2 行 没有找到地区“乌有旗”。" in capsys.readouterr().out
    with pytest.raises(CommandError, match="打不开"):
        call_command("places", "import", "regions", str(tmp_path / "none.xlsx"))
    with pytest.raises(CommandError, match="没有编号"):
        call_command("places", "undo", "999999")
