"""Addresses of courses and lessons. First parts of our own are in courses.slugs.RESERVED: no course takes them."""

from django.urls import path

from courses.enrolment_urls import enrolment_urls
from courses.views import homework, lessons, offerings, progress, quiz

app_name = "courses"
urlpatterns = [
    path("", lessons.course_list, name="list"),
    path("making/", lessons.making, name="making"),
    path("played/", progress.played, name="played"),
    path("homework/", homework.inbox, name="homework-inbox"),
    path("homework/<int:pk>/picture.jpg", homework.picture, name="homework-picture"),
    path("homework/<int:pk>/take-back/", homework.take_back, name="homework-take-back"),
    path("offerings/", offerings.offering_list, name="offerings"),
    path("offerings/<int:pk>/", offerings.offering, name="offering"),
    *enrolment_urls,
    path("<slug:slug>/", lessons.course, name="course"),
    path("<slug:slug>/<int:number>/", lessons.lesson, name="lesson"),
    path("<slug:slug>/<int:number>/quiz/", quiz.quiz, name="quiz"),
    path("<slug:slug>/<int:number>/quiz/result/", quiz.result, name="quiz-result"),
    path("<slug:slug>/<int:number>/homework/", homework.homework, name="homework"),
    path("<slug:slug>/<int:number>/read/", progress.read, name="read"),
]
