"""States and kinds. The Chinese label is what an editor reads."""

from django.db.models import TextChoices


class SourceState(TextChoices):
    """Where one set of bytes stands. Never goes back from PLAYABLE or READY to something that doesn't play."""

    RECEIVED = "received", "正在检查"
    REFUSED = "refused", "不能使用"
    PROCESSING = "processing", "正在制作"
    PLAYABLE = "playable", "可以观看，清晰版本制作中"
    READY = "ready", "已完成"
    FAILED = "failed", "制作失败"


class MediaKind(TextChoices):
    VIDEO = "video", "视频"
    AUDIO = "audio", "音频"


class StepKind(TextChoices):
    """Kinds of work. steps/plan.py says which need which."""

    PROBE = "probe", "检查文件"
    AUDIO = "audio", "制作声音"
    COPY = "copy", "整理原画面"
    OPENING = "opening", "制作流畅版"
    ENCODE = "encode", "制作清晰版"
    POSTER = "poster", "截取封面"
    SPRITE = "sprite", "制作进度预览图"
    WAVEFORM = "waveform", "绘制声波图"
    DOWNLOAD = "download", "制作单文件版"
    FINISH = "finish", "核对成品"


class StepState(TextChoices):
    WAITING = "waiting", "等前一步"
    READY = "ready", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"


class Queue(TextChoices):
    """`play`: verdict and first playable, never behind a ladder. `bulk`: everything else."""

    PLAY = "play", "优先"
    BULK = "bulk", "普通"


class RenditionKind(TextChoices):
    VIDEO = "video", "画面"
    AUDIO = "audio", "声音"
    FILE = "file", "单文件"


class UploadState(TextChoices):
    RECEIVING = "receiving", "接收中"
    FINISHED = "finished", "已收完"
    TERMINATED = "terminated", "已取消"
    EXPIRED = "expired", "已过期"


class CaptionOrigin(TextChoices):
    MACHINE = "machine", "机器草稿"
    HUMAN = "human", "人工核对"


class NoticeKind(TextChoices):
    READY = "ready", "已完成"
    FAILED = "failed", "制作失败"
    REFUSED = "refused", "不能使用"
