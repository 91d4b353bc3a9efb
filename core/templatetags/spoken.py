"""Numbers as a person says them: 3 分 20 秒, 第三讲."""

from __future__ import annotations

from django import template

register = template.Library()

DIGITS = "零一二三四五六七八九"


@register.filter
def spoken_duration(seconds: float | None) -> str:
    """Whole hours, minutes and seconds: 3 分 20 秒; from ten minutes on without seconds. Empty for nothing."""
    if seconds is None or seconds < 0:
        return ""
    total = round(seconds)
    hours, rest = divmod(total, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
    if minutes >= 10:
        return f"{minutes} 分钟"
    if minutes:
        return f"{minutes} 分 {left} 秒" if left else f"{minutes} 分钟"
    return f"{left} 秒"


@register.filter
def spoken_position(seconds: float | None) -> str:
    """A place in a video, always to the second: 11 分 40 秒."""
    total = int(seconds or 0)
    hours, rest = divmod(total, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours} 小时"] if hours else []
    if minutes or hours:
        parts.append(f"{minutes} 分")
    return " ".join([*parts, f"{left} 秒"])


@register.filter
def chinese_number(number: int) -> str:
    """1–99 in Chinese characters (三, 十二, 四十); anything else in digits."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")
