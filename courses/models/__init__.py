from courses.models.course import Course, CourseTag
from courses.models.enrolment import Enrolment
from courses.models.lesson import Lesson
from courses.models.offering import Offering, Session
from courses.models.position import WatchPosition
from courses.models.teacher import Teacher

__all__ = ["Course", "CourseTag", "Enrolment", "Lesson", "Offering", "Session", "Teacher", "WatchPosition"]
