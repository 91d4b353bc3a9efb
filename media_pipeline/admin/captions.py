"""Captions of an asset: the list of cues, a file instead, and what to do when two people wrote at once."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from core.errors import Refusal
from media_pipeline import webvtt
from media_pipeline.admin.detail import AssetView
from media_pipeline.links import playback
from media_pipeline.operations.captions import CaptionConflict, save_captions, upload_captions
from media_pipeline.queries.captions import DEFAULT_LANGUAGE, LANGUAGES, caption_history, current_caption
from media_pipeline.webvtt import Cue, WebVTTError

EMPTY = "WEBVTT\n\n"


class CaptionsView(AssetView):
    """The editor. Without JavaScript it is one text field that holds the WebVTT itself."""

    page_title = "字幕"
    header_icon = "openquote"
    template_name = "media_pipeline/desk/captions.html"

    @property
    def language(self) -> str:
        asked = self.request.GET.get("language", DEFAULT_LANGUAGE)
        return asked if asked in LANGUAGES else DEFAULT_LANGUAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        current = current_caption(self.asset, self.language)
        shown = {
            "text": current.text if current else EMPTY,
            "based_on": current.number if current else 0,
            "current": current,
            "language": self.language,
            "languages": LANGUAGES.items(),
            "history": caption_history(self.asset, self.language)[:10],
            "playback": playback(self.asset),
        }
        return super().get_context_data(**{**shown, **kwargs})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.demand("change")
        sent = request.POST.get("text", "")
        try:
            cues = read_cues(request.POST.get("cues", "")) if request.POST.get("cues") else webvtt.parse(sent)
            sent = webvtt.render(cues)
            save_captions(asset=self.asset, cues=cues, language=self.language, **self._base(request))
        except CaptionConflict as conflict:
            return self._again(sent, conflict.sentence, conflict.theirs.number, theirs=conflict.theirs)
        except (Refusal, WebVTTError) as error:
            return self._again(sent, f"{error.sentence} 没有保存，您写的都还在下面。", self._base(request)["based_on"])
        messages.success(request, "字幕保存好了。")
        return self._done()

    def _base(self, request: HttpRequest) -> dict[str, Any]:
        number = request.POST.get("based_on", "0")
        return {"author": request.user, "based_on": int(number) if number.isdecimal() and len(number) < 9 else 0}

    def _again(self, text: str, sentence: str, based_on: int, **more: Any) -> HttpResponse:
        raw_cues = self.request.POST.get("cues", "")
        context = self.get_context_data(text=text, fault=sentence, based_on=based_on, raw_cues=raw_cues, **more)
        return self.render_to_response(context, status=409 if more else 422)

    def _done(self) -> HttpResponse:
        address = reverse("media_library:captions", args=[self.asset.pk])
        return HttpResponseRedirect(f"{address}?language={self.language}")


class CaptionFileView(CaptionsView):
    """A WebVTT or SRT file in place of what is there."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.demand("change")
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, "还没有选字幕文件。")
            return self._done()
        try:
            data = file.read(webvtt.MAX_BYTES + 1)
            version = upload_captions(asset=self.asset, data=data, language=self.language, **self._base(request))
        except CaptionConflict as conflict:
            text = webvtt.render(webvtt.read_file(data))
            return self._again(text, conflict.sentence, conflict.theirs.number, theirs=conflict.theirs)
        except Refusal as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, f"字幕文件已保存为第 {version.number} 版，共 {version.text.count('-->')} 条。")
        return self._done()


def read_cues(raw: str) -> list[Cue]:
    """Cues from the editor's list: JSON, a list of [start, end, text], times as WebVTT writes them.

    Raises `WebVTTError` naming the row.
    """
    try:
        rows = [(str(start), str(end), str(text)) for start, end, text in json.loads(raw)]
    except (ValueError, TypeError) as error:
        raise WebVTTError("收到的字幕不完整，请刷新页面再试。") from error
    cues = []
    for number, (start, end, text) in enumerate(rows, start=1):
        try:
            cues.append(Cue(webvtt.parse_time(start), webvtt.parse_time(end), text))
        except WebVTTError as error:
            raise WebVTTError(f"第 {number} 条：{error.sentence}", number) from error
    return webvtt.check(cues)
