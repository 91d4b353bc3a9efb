from courses.models.activity import Activity, ActivityCheck, ActivityPlace
from courses.models.attendance import Attendance, CodeAttempt
from courses.models.calendar import ExamWeek, PublicHoliday
from courses.models.calendar_feed import CalendarFeed
from courses.models.carrying import CarryOver, LearnerNotice
from courses.models.certificate import Certificate
from courses.models.change import SessionChange
from courses.models.course import Course, CourseTag
from courses.models.edition import CatalogueEdition, CatalogueManifest, EditionAct
from courses.models.enrolment import Enrolment, EnrolmentEvent, EnrolmentNotice, PassedSeat
from courses.models.enrolment_rule import EnrolmentRule, PriorityWeight
from courses.models.entry import CatalogueEntry, CatalogueLesson, CatalogueSite, CatalogueTeacher
from courses.models.fee import TeacherFee
from courses.models.flip import CatalogueFlip, CatalogueNow, Rollback, RollbackDecision
from courses.models.homework import Homework
from courses.models.lesson import Lesson
from courses.models.lottery import Lottery, LotteryTicket
from courses.models.offering import Offering, Session
from courses.models.permission import TeacherPermission
from courses.models.position import WatchPosition
from courses.models.progress import LessonProgress, PlayedReport, StudyDay
from courses.models.quiz import QuizAttempt
from courses.models.teacher import Teacher
from courses.models.team import LearningTeam, RollCall, TeamMaterial, TeamMeeting, TeamMember
from courses.models.wish import GapAnswer, Satisfaction, Wish

__all__ = [
    "Activity",
    "ActivityCheck",
    "ActivityPlace",
    "Attendance",
    "CalendarFeed",
    "CarryOver",
    "CatalogueEdition",
    "CatalogueEntry",
    "CatalogueFlip",
    "CatalogueLesson",
    "CatalogueManifest",
    "CatalogueNow",
    "CatalogueSite",
    "CatalogueTeacher",
    "Certificate",
    "CodeAttempt",
    "Course",
    "CourseTag",
    "EditionAct",
    "Enrolment",
    "EnrolmentEvent",
    "EnrolmentNotice",
    "EnrolmentRule",
    "ExamWeek",
    "GapAnswer",
    "Homework",
    "LearnerNotice",
    "LearningTeam",
    "Lesson",
    "LessonProgress",
    "Lottery",
    "LotteryTicket",
    "Offering",
    "PassedSeat",
    "PlayedReport",
    "PriorityWeight",
    "PublicHoliday",
    "QuizAttempt",
    "RollCall",
    "Rollback",
    "RollbackDecision",
    "Satisfaction",
    "Session",
    "SessionChange",
    "StudyDay",
    "Teacher",
    "TeacherFee",
    "TeacherPermission",
    "TeamMaterial",
    "TeamMeeting",
    "TeamMember",
    "WatchPosition",
    "Wish",
]
