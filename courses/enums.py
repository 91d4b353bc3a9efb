"""The seven categories of 鄂民发〔2024〕144号, in the order of that paper, and who may watch a lesson."""

from django.db.models import TextChoices


class Category(TextChoices):
    POLITICS = "politics", "思想政治"
    HEALTH = "health", "康养健身"
    DIGITAL = "digital", "智慧生活"
    CULTURE = "culture", "文化娱乐"
    LIFE = "life", "生命教育"
    FRAUD = "fraud", "防范诈骗"
    GENERATIONS = "generations", "代际沟通"


class Audience(TextChoices):
    PUBLIC = "public", "所有人"
    MEMBERS = "members", "登录的学员"
