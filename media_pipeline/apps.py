from django.apps import AppConfig


class MediaPipelineConfig(AppConfig):
    name = "media_pipeline"
    verbose_name = "媒体"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.roles import grant

        # media_pipeline.policy reads these: `add` covers what one owns, `change` covers everything.
        room = self.name
        grant(Role.TEACHER, f"{room}.view_mediaasset")
        grant(Role.EDITOR, f"{room}.view_mediaasset", f"{room}.add_mediaasset")
        grant(Role.ADMIN, *(f"{room}.{verb}_mediaasset" for verb in ("view", "add", "change", "delete")))
