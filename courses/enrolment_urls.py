"""Addresses of enrolment, lotteries and the timetable, below /courses/."""

from django.urls import path

from courses.views import enrolling, lotteries, timetable

enrolment_urls = [
    path("offerings/<int:pk>/enrol/", enrolling.enrol, name="enrol"),
    path("offerings/<int:pk>/lottery/", lotteries.lottery, name="lottery"),
    path("offerings/<int:pk>/lottery.json", lotteries.lottery_file, name="lottery-file"),
    path("enrolments/seen/", enrolling.notices_seen, name="notices-seen"),
    path("enrolments/<int:pk>/", enrolling.enrolment, name="enrolment"),
    path("enrolments/<int:pk>/withdraw/", enrolling.withdraw, name="withdraw"),
    path("enrolments/<int:pk>/claim/", enrolling.claim, name="claim"),
    path("enrolments/<int:pk>/decline/", enrolling.decline, name="decline"),
    path("timetable/", timetable.timetable, name="timetable"),
    path("timetable/print/", timetable.timetable_print, name="timetable-print"),
    path("timetable/feed/renew/", timetable.feed_renew, name="feed-renew"),
    path("timetable/feed/revoke/", timetable.feed_revoke, name="feed-revoke"),
    path("timetable/<str:token>.ics", timetable.timetable_feed, name="timetable-feed"),
]
