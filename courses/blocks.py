"""What a lesson holds beside its video: text, pictures, documents; and the questions of its quiz."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from wagtail.blocks import BooleanBlock, CharBlock, ListBlock, RichTextBlock, StructBlock, TextBlock
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

FEWEST_CHOICES, MOST_CHOICES = 2, 4
MOST_QUESTIONS = 10


class ReadingBlock(StructBlock):
    """A document to take home, with a word on what it is."""

    document = DocumentChooserBlock(label="文件")
    words = CharBlock(label="这是什么", max_length=60, required=False, help_text="例如：八段锦口诀，一页，可以打印")

    class Meta:
        icon = "doc-full"
        label = "文件"


class ChoiceBlock(StructBlock):
    text = CharBlock(label="答案", max_length=40)
    is_right = BooleanBlock(label="这个是对的", required=False)


class QuestionBlock(StructBlock):
    """One question with two to four answers, one of which is right."""

    text = CharBlock(label="问题", max_length=80)
    picture = ImageBlock(label="图片", required=False)
    choices = ListBlock(ChoiceBlock(), label="答案", min_num=FEWEST_CHOICES, max_num=MOST_CHOICES)
    explanation = TextBlock(label="讲解", required=False, max_length=200, help_text="答完以后看到的一两句话")

    class Meta:
        icon = "help"
        label = "问题"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        right = sum(bool(choice["is_right"]) for choice in cleaned["choices"])
        if right != 1:
            words = "请标出哪个答案是对的。" if not right else "只能有一个答案是对的。"
            raise StructBlockValidationError(
                block_errors={"choices": ListBlockValidationError(non_block_errors=ErrorList([ValidationError(words)]))}
            )
        return cleaned


BODY = [
    ("text", RichTextBlock(label="文字", features=["h2", "h3", "bold", "ul", "ol", "link"])),
    ("picture", ImageBlock(label="图片")),
    ("document", ReadingBlock()),
]
QUIZ = [("question", QuestionBlock())]
