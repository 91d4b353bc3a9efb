from courses.models.calendar import ExamWeek, PublicHoliday
from courses.models.change import SessionChange
from courses.models.course import Course, CourseTag
from courses.models.enrolment import Enrolment
from courses.models.fee import TeacherFee
from courses.models.homework import Homework
from courses.models.lesson import Lesson
from courses.models.offering import Offering, Session
from courses.models.permission import TeacherPermission
from courses.models.position import WatchPosition
from courses.models.progress import LessonProgress, PlayedReport, StudyDay
from courses.models.quiz import QuizAttempt
from courses.models.teacher import Teacher

__all__ = [
    "Course",
    "CourseTag",
    "Enrolment",
    "ExamWeek",
    "Homework",
    "Lesson",
    "LessonProgress",
    "Offering",
    "PlayedReport",
    "PublicHoliday",
    "QuizAttempt",
    "Session",
    "SessionChange",
    "StudyDay",
    "Teacher",
    "TeacherFee",
    "TeacherPermission",
    "WatchPosition",
]
