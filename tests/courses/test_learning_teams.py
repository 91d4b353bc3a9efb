"""学习团队: who is let in and by whom, meetings, roll call, and what is shared with members alone."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.acting import Acting
from accounts.enums import Role
from accounts.models import RoleAssignment, User
from core.errors import Refusal
from courses.enums import Mark, MemberState
from courses.models import LearningTeam, RollCall, TeamMaterial, TeamMember
from courses.operations.meetings import call_roll, cancel_meeting, plan_meeting, share_material, take_back_material
from courses.operations.teams import (
    TeamOutline,
    ask_to_join,
    close_team,
    decide_on_request,
    edit_team,
    found_team,
    leave_team,
)
from tests.accounts.factories import UserFactory
from tests.courses.content import photograph
from tests.courses.factories import (
    SHANGHAI,
    LearningTeamFactory,
    LessonFactory,
    TeamMeetingFactory,
    TeamMemberFactory,
)
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel(dt.datetime(2026, 2, 1, 8, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def team() -> LearningTeam:
    return LearningTeamFactory()


def staff_of(team: LearningTeam) -> User:
    user = UserFactory(role=Role.SITE)
    RoleAssignment.objects.create(user=user, role=Role.SITE, site=team.site, valid_from=dt.date(2026, 1, 1))
    return user


def for_self(person: User) -> Acting:
    return Acting(person=person, by=person)


def test_a_team_begins_with_its_leader_and_may_get_another():
    site, first, second = AcademySiteFactory(), UserFactory(), UserFactory()
    clerk = UserFactory(role=Role.SITE)
    outline = TeamOutline(name=" 书画组 ", about="", site=site, leader=first)
    team = found_team(outline=outline, by=clerk)
    assert (team.name, team.members.get().person) == ("书画组", first)
    with pytest.raises(Refusal, match="已经有叫“书画组”的团队"):
        found_team(outline=outline, by=clerk)
    edit_team(team=team, outline=TeamOutline(name="书画组", about="周一见", site=site, leader=second), by=clerk)
    assert set(team.members.filter(state=MemberState.MEMBER).values_list("person", flat=True)) == {first.pk, second.pk}
    close_team(team=team, reason="人少", by=clerk)
    assert found_team(outline=outline, by=clerk).pk != team.pk
    with pytest.raises(Refusal, match="已经解散"):
        ask_to_join(team=team, acting=for_self(UserFactory()))
    for name in ("", "长" * 41):
        with pytest.raises(Refusal, match="1 到 40 个字"):
            found_team(outline=TeamOutline(name=name, about="", site=site, leader=first), by=clerk)


def test_a_leader_or_staff_of_the_site_decides_once_and_nobody_else(team):
    person, helper = UserFactory(), UserFactory()
    request = ask_to_join(team=team, acting=Acting(person=person, by=helper))
    assert (request.state, request.acted_by) == (MemberState.ASKED, helper)
    assert ask_to_join(team=team, acting=for_self(person)) == request
    for stranger in (person, UserFactory(role=Role.SITE), TeamMemberFactory(team=team).person):
        with pytest.raises(Refusal, match="只有队长"):
            decide_on_request(member=request, accept=True, by=stranger)
    decide_on_request(member=request, accept=True, by=team.leader)
    with pytest.raises(Refusal, match="已经有人答复"):
        decide_on_request(member=request, accept=False, by=staff_of(team))
    other = ask_to_join(team=team, acting=for_self(UserFactory()))
    assert decide_on_request(member=other, accept=False, by=staff_of(team)).state == MemberState.DECLINED
    assert ask_to_join(team=team, acting=for_self(other.person)).pk != other.pk


def test_leaving_and_coming_back(team):
    member = TeamMemberFactory(team=team)
    leave_team(team=team, acting=for_self(member.person))
    with pytest.raises(Refusal, match="不在这个团队"):
        leave_team(team=team, acting=for_self(member.person))
    with pytest.raises(Refusal, match="您是队长"):
        leave_team(team=team, acting=for_self(team.leader))
    again = ask_to_join(team=team, acting=for_self(member.person))
    assert TeamMember.objects.filter(person=member.person).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMemberFactory(team=team, person=again.person)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"topic": " "}, "做什么"),
        ({"place": ""}, "在哪里"),
        ({"begins_at": NINE - dt.timedelta(days=60)}, "已经过去"),
        ({"ends_at": NINE}, "结束时间"),
        ({"ends_at": NINE + 13 * HOUR}, "最长 12 小时"),
    ],
)
def test_meetings_that_make_no_sense(team, change, words):
    given = {"topic": "临帖", "place": "一号教室", "begins_at": NINE, "ends_at": NINE + HOUR}
    with pytest.raises(Refusal, match=words):
        plan_meeting(team=team, by=team.leader, **given | change)
    with pytest.raises(Refusal, match="只有队长"):
        plan_meeting(team=team, by=TeamMemberFactory(team=team).person, **given)


def test_the_roll_is_called_whole_and_may_be_mended(team):
    meeting, member, away = TeamMeetingFactory(team=team), TeamMemberFactory(team=team), UserFactory()
    marks = {team.leader.pk: Mark.PRESENT, member.person.pk: Mark.ABSENT}
    with pytest.raises(Refusal, match="还没有开始"):
        call_roll(meeting=meeting, marks=marks, by=team.leader)
    with time_machine.travel(NINE + HOUR, tick=False):
        for wrong, words in (({away.pk: Mark.PRESENT}, "不在团队里"), ({member.person.pk: "溜了"}, "只能选")):
            with pytest.raises(Refusal, match=words):
                call_roll(meeting=meeting, marks={**marks, **wrong}, by=team.leader)
        assert not RollCall.objects.exists()
        assert call_roll(meeting=meeting, marks=marks, by=team.leader) == 2
        assert call_roll(meeting=meeting, marks=marks, by=team.leader) == 0
        clerk = staff_of(team)
        assert call_roll(meeting=meeting, marks={member.person.pk: Mark.EXCUSED}, by=clerk) == 1
        assert RollCall.objects.get(person=member.person).marked_by == clerk
        leave_team(team=team, acting=for_self(member.person))
        assert call_roll(meeting=meeting, marks={member.person.pk: Mark.PRESENT}, by=clerk) == 1
        with pytest.raises(Refusal, match="已经开始"):
            cancel_meeting(meeting=meeting, reason="晚了", by=team.leader)
    with time_machine.travel(NINE + dt.timedelta(days=32), tick=False), pytest.raises(Refusal, match="30 天"):
        call_roll(meeting=meeting, marks=marks, by=team.leader)


def test_a_cancelled_meeting_says_why_and_has_no_roll(team):
    meeting = TeamMeetingFactory(team=team)
    cancel_meeting(meeting=meeting, reason="停电", by=team.leader)
    with time_machine.travel(NINE + HOUR, tick=False), pytest.raises(Refusal, match="已经取消"):
        call_roll(meeting=meeting, marks={}, by=team.leader)


def test_what_members_share(team):
    member = TeamMemberFactory(team=team).person
    assert share_material(team=team, title="见面", text="带毛笔", by=member).pk
    lesson = LessonFactory()
    assert share_material(team=team, title="这一讲好", lesson=lesson, by=member).lesson == lesson
    photo = share_material(team=team, title="合影", file=SimpleUploadedFile("a.JPG", photograph().read()), by=member)
    assert photo.file.name.startswith("team-materials/")
    with photo.file.open("rb") as kept:
        assert b"PHONE-OF-WANG" not in kept.read()
    assert share_material(team=team, title="字帖", file=SimpleUploadedFile("a.pdf", b"%PDF-1.7"), by=member).file
    for wrong, words in (
        ({"title": ""}, "标题"),
        ({"title": "空的"}, "写几句话"),
        ({"title": "长", "text": "长" * 5001}, "5000"),
        ({"title": "假", "file": SimpleUploadedFile("a.pdf", b"<html>")}, "不是 PDF"),
        ({"title": "假", "file": SimpleUploadedFile("a.exe", b"MZ")}, "不是照片"),
        ({"title": "大", "file": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 10 * 1024 * 1024)}, "10 MB"),
    ):
        with pytest.raises(Refusal, match=words):
            share_material(team=team, by=member, **wrong)
    with pytest.raises(Refusal, match="只有队长"):
        share_material(team=team, title="广告", text="买药", by=UserFactory())
    with pytest.raises(Refusal, match="只有队长"):
        take_back_material(material=photo, by=TeamMemberFactory(team=team).person)
    take_back_material(material=photo, by=team.leader)
    assert TeamMaterial.objects.filter(taken_back_at__isnull=False).get() == photo


def test_members_read_what_others_do_not(client, team):
    member, asking = TeamMemberFactory(team=team).person, TeamMemberFactory(team=team, asking=True).person
    member.display_name = "李奶奶"
    member.save()
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 copybook")
    material = share_material(team=team, title="字帖", file=file, by=member)
    path = f"/courses/teams/{team.pk}/"
    file_path = f"{path}materials/{material.pk}/file/"
    assert "登录以后申请加入" in client.get(path).content.decode()
    assert client.get(file_path).status_code == 302
    for person in (asking, UserFactory()):
        client.force_login(person)
        html = client.get(path).content.decode()
        assert "李奶奶" not in html
        assert "字帖" not in html
        assert client.get(file_path).status_code == 404
    client.force_login(member)
    html = client.get(path).content.decode()
    assert "李奶奶" in html
    assert file_path in html
    read = client.get(file_path)
    assert b"".join(read.streaming_content) == b"%PDF-1.7 copybook"
    assert read["Content-Security-Policy"] == "sandbox"
    assert client.get(f"/files/{material.file.name}").status_code == 404
    client.post(f"{path}materials/{material.pk}/take-back/")
    assert client.get(file_path).status_code == 404


def test_from_asking_to_the_roll_on_the_pages(client, team):
    path = f"/courses/teams/{team.pk}/"
    person = UserFactory(role=Role.SENIOR, display_name="王阿姨")
    client.force_login(person)
    assert "您的申请交上去了" in client.post(f"{path}join/", follow=True).content.decode()
    request = TeamMember.objects.get(person=person)
    client.post(f"{path}decide/", {"member": request.pk, "answer": "yes"})
    request.refresh_from_db()
    assert request.state == MemberState.ASKED  # one doesn't let oneself in
    client.force_login(team.leader)
    assert "王阿姨" in client.get(path).content.decode()
    client.post(f"{path}decide/", {"member": request.pk, "answer": "yes"})
    plan = {"topic": "临帖", "place": "一号教室", "day": "2026-03-10", "begins": "09:00", "ends": "11:00"}
    refused = client.post(f"{path}plan/", plan | {"begins": "25:61"})
    assert refused.status_code == 422
    assert 'value="一号教室"' in refused.content.decode()
    client.post(f"{path}plan/", plan)
    meeting = team.meetings.get()
    assert meeting.begins_at == NINE
    client.force_login(person)
    assert "下次见面：3 月 10 日（星期二）09:00–11:00，临帖" in client.get("/account/me/").content.decode()
    roll = f"{path}meetings/{meeting.pk}/roll/"
    assert client.get(roll).status_code == 404
    with time_machine.travel(NINE + HOUR, tick=False):
        client.force_login(team.leader)
        assert "王阿姨" in client.get(roll).content.decode()
        assert client.post(roll, {f"mark-{person.pk}": "x"}).status_code == 422
        client.post(roll, {f"mark-{person.pk}": "present", "mark-": "present", "mark-abc": "present"})
        client.force_login(person)
        assert "您：到了" in client.get(path).content.decode()


@pytest.mark.parametrize("day", ["", "2026-02-30", "0001-01-01", "明天"])
def test_hostile_days_are_refused_with_words(client, team, day):
    client.force_login(team.leader)
    given = {"topic": "临帖", "place": "教室", "day": day, "begins": "09:00", "ends": "10:00"}
    assert "日期和时间要填全" in client.post(f"/courses/teams/{team.pk}/plan/", given).content.decode()


def test_a_closed_team_is_read_by_its_members_only(client, team):
    close_team(team=team, reason="人少", by=staff_of(team))
    path = f"/courses/teams/{team.pk}/"
    assert client.get(path).status_code == 404
    client.force_login(team.leader)
    html = client.get(path).content.decode()
    assert "这个团队已经解散。</b>原因：人少。" in html
    assert "我来分享" not in html
    assert "已经解散" in client.post(f"{path}share/", {"title": "x", "text": "y"}).content.decode()


def test_the_list_of_teams(client, django_assert_max_num_queries):
    here = LearningTeamFactory(name="达旗合唱队")
    LearningTeamFactory(name="乌审读书会", site=AcademySiteFactory(region=region("无定河镇")))
    client.get("/courses/teams/")  # content types are remembered from here on
    with django_assert_max_num_queries(9) as few:
        client.get("/courses/teams/")
    LearningTeamFactory.create_batch(3)
    with django_assert_max_num_queries(len(few)):
        html = client.get("/courses/teams/").content.decode()
    assert "达旗合唱队" in html
    assert "乌审读书会" in html
    html = client.get(f"/courses/teams/?banner={region('达拉特旗').pk}&page=x").content.decode()
    assert "乌审读书会" not in html
    client.force_login(here.leader)
    assert "您的团队" in client.get("/courses/teams/").content.decode()


def test_the_desk_founds_changes_and_closes(client, team):
    clerk = staff_of(team)
    client.force_login(clerk)
    UserFactory(username="zhang", display_name="张老师")
    given = {"name": "摄影组", "site": team.site.pk, "leader": "nobody", "about": ""}
    assert "没有这个会员号或登录名" in client.post("/admin/teams/new/", given).content.decode()
    client.post("/admin/teams/new/", given | {"leader": "zhang"})
    made = LearningTeam.objects.get(name="摄影组")
    page = f"/admin/teams/{made.pk}/"
    assert "张老师" in client.get(page).content.decode()
    assert 'value="zhang"' in client.get(f"{page}change/").content.decode()
    client.post(f"{page}change/", given | {"leader": "zhang", "about": "周三下午"})
    client.post(f"{page}close/", {"reason": "合并了"})
    made.refresh_from_db()
    assert (made.about, made.closed_reason) == ("周三下午", "合并了")
    html = client.get("/admin/teams/").content.decode()
    assert "已解散" in html
    elsewhere = LearningTeamFactory()
    assert elsewhere.name not in html
    for part in ("", "change/", "close/"):
        assert client.get(f"/admin/teams/{elsewhere.pk}/{part}").status_code == 404
    client.force_login(team.leader)
    assert client.get("/admin/teams/").status_code == 302
