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


# A few words under the name of a category, so that nobody has to guess what is in it.
CATEGORY_HINTS: dict[str, str] = {
    Category.POLITICS: "时政、红色故事",
    Category.HEALTH: "太极、膳食、慢病",
    Category.DIGITAL: "手机、挂号、网购",
    Category.CULTURE: "书画、琴、戏曲",
    Category.LIFE: "心理、照护、预嘱",
    Category.FRAUD: "电话、短信、保健品",
    Category.GENERATIONS: "隔代、家风、陪伴",
}
