"""Our own image, rendition and document models (ADR 0002): fields can be added later without moving data.

They hold no personal data of their own; a picture may show a person, whose consent is kept with the story.
"""

from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class SiteImage(AbstractImage):
    """A picture an editor uploaded."""

    credit = models.CharField("图片来源", max_length=120, blank=True, help_text="谁拍的、谁画的，例如：李长顺 摄")

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = "图片"
        verbose_name_plural = "图片"

    @property
    def default_alt_text(self) -> str:
        """A description if there is one, else nothing: a file name read aloud helps nobody."""
        return getattr(self, "description", "") or ""


class SiteImageRendition(AbstractRendition):
    """A resized copy of a picture."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="one_rendition_a_filter")
        ]


class SiteDocument(AbstractDocument):
    """A file an editor uploaded for readers to download."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = "文档"
        verbose_name_plural = "文档"
