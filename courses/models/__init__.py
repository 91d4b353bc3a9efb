from courses.models.course import Course, CourseTag
from courses.models.lesson import Lesson
from courses.models.position import WatchPosition

__all__ = ["Course", "CourseTag", "Lesson", "WatchPosition"]
