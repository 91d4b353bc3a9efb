"""Addresses of courses and lessons. First parts of our own are in courses.slugs.RESERVED: no course takes them."""

from django.urls import path

from courses.enrolment_urls import enrolment_urls
from courses.views import activities, homework, lessons, offerings, progress, quiz, teams

app_name = "courses"
urlpatterns = [
    path("", lessons.course_list, name="list"),
    path("making/", lessons.making, name="making"),
    path("played/", progress.played, name="played"),
    path("homework/", homework.inbox, name="homework-inbox"),
    path("homework/<int:pk>/picture.jpg", homework.picture, name="homework-picture"),
    path("homework/<int:pk>/take-back/", homework.take_back, name="homework-take-back"),
    path("activities/", activities.activity_list, name="activities"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/come/", activities.come, name="activity-come"),
    path("activities/<int:pk>/stay-away/", activities.stay_away, name="activity-stay-away"),
    path("activities/<int:pk>/scan/<slug:token>/", activities.scan, name="activity-scan"),
    path("activities/<int:pk>/sign/", activities.sign, name="activity-sign"),
    path("activities/<int:pk>/screen/", activities.screen, name="activity-screen"),
    path("offerings/", offerings.offering_list, name="offerings"),
    path("offerings/<int:pk>/", offerings.offering, name="offering"),
    *enrolment_urls,
    path("teams/", teams.team_list, name="teams"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/join/", teams.join, name="team-join"),
    path("teams/<int:pk>/leave/", teams.leave, name="team-leave"),
    path("teams/<int:pk>/decide/", teams.decide, name="team-decide"),
    path("teams/<int:pk>/plan/", teams.plan, name="team-plan"),
    path("teams/<int:pk>/meetings/<int:meeting_pk>/call-off/", teams.call_off, name="team-call-off"),
    path("teams/<int:pk>/meetings/<int:meeting_pk>/roll/", teams.roll, name="team-roll"),
    path("teams/<int:pk>/share/", teams.share, name="team-share"),
    path("teams/<int:pk>/materials/<int:material_pk>/take-back/", teams.take_back, name="team-take-back"),
    path("teams/<int:pk>/materials/<int:material_pk>/file/", teams.shared_file, name="team-file"),
    path("<slug:slug>/", lessons.course, name="course"),
    path("<slug:slug>/<int:number>/", lessons.lesson, name="lesson"),
    path("<slug:slug>/<int:number>/quiz/", quiz.quiz, name="quiz"),
    path("<slug:slug>/<int:number>/quiz/result/", quiz.result, name="quiz-result"),
    path("<slug:slug>/<int:number>/homework/", homework.homework, name="homework"),
    path("<slug:slug>/<int:number>/read/", progress.read, name="read"),
]
