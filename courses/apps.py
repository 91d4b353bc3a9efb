from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "课程"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import acts, sections
        from accounts.enums import Role
        from accounts.roles import grant
        from accounts.verbs import name_verbs
        from courses import receivers
        from courses.audit import name_actions
        from courses.desk_rights import grant_catalogue_rights, grant_desk_rights
        from courses.models import triggers
        from courses.queries.activities import at_site, my_activities
        from courses.queries.acts import activities_by_others, enrolments_by_others
        from courses.queries.enrolments import my_enrolments
        from courses.queries.homework import waiting_for
        from courses.queries.lessons import open_media
        from courses.queries.offerings import my_changes
        from courses.queries.positions import my_lessons
        from courses.queries.teams import my_teams
        from courses.queries.wishes import my_catalogue
        from media_pipeline import publicity
        from places import sections as site_sections

        for model in ("course", "lesson"):
            grant(Role.TEACHER, f"courses.add_{model}", f"courses.change_{model}")
            grant(Role.EDITOR, *(f"courses.{verb}_{model}" for verb in ("add", "change", "delete", "publish")))
            grant(
                Role.ADMIN,
                *(f"courses.{verb}_{model}" for verb in ("add", "change", "delete", "publish", "lock", "unlock")),
            )
        grant_desk_rights()
        grant_catalogue_rights()
        name_actions()
        sections.register("teams", sections.Section("courses/my_teams.html", my_teams))
        sections.register("activities", sections.Section("courses/my_activities.html", my_activities))
        sections.register("changes", sections.Section("courses/my_changes.html", my_changes))
        sections.register("catalogue", sections.Section("courses/my_catalogue.html", my_catalogue))
        sections.register("enrolments", sections.Section("courses/my_enrolments.html", my_enrolments))
        grant(Role.ADMIN, "courses.revoke_certificate")
        name_verbs({"certificate.issued": "领取证书", "certificate.revoked": "收回证书"})
        sections.register("courses", sections.Section("courses/my_lessons.html", my_lessons))
        sections.register("homework", sections.Section("courses/homework_section.html", waiting_for))
        site_sections.register("courses", site_sections.Section("courses/site_section.html", at_site))
        acts.register("activities", activities_by_others)
        acts.register("enrolments", enrolments_by_others)
        publicity.register("courses", open_media)
        receivers.connect()
        post_migrate.connect(_ensure_review_workflow, sender=self, dispatch_uid="courses.review_workflow")
        post_migrate.connect(_plant_holidays, sender=self, dispatch_uid="courses.plant_holidays")
        pre_migrate.connect(triggers.drop_triggers, sender=self, dispatch_uid="courses.drop_triggers")
        post_migrate.connect(triggers.write_triggers, sender=self, dispatch_uid="courses.write_triggers")


def _ensure_review_workflow(sender: AppConfig, **kwargs: Any) -> None:
    from courses.operations.review import ensure_review_workflow

    ensure_review_workflow()


def _plant_holidays(sender: AppConfig, **kwargs: Any) -> None:
    from courses.operations.calendar import plant_holidays

    plant_holidays()
