"""Objects get names that rows keep: originals move from their hash to a key, and files beside the renditions are noted."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import migrations, models


def note_what_is_there(apps, schema_editor):
    """Only ever on a folder of this machine: buckets came with this migration."""
    data = Path(settings.DATA_DIR)
    for source in apps.get_model("media_pipeline", "Source").objects.all():
        old = data / "sources" / source.sha256[:2] / source.sha256
        if old.is_file():
            source.original = f"sources/{source.key}"
            old.rename(data / source.original)
        folder = data / "streams" / source.key
        source.extras = {
            path.name: path.stat().st_size
            for pattern in ("poster.jpg", "sprite.vtt", "sprite-*.jpg", "waveform.png")
            for path in folder.glob(pattern)
        }
        source.save(update_fields=["original", "extras"])
        for rendition in source.renditions.exclude(kind="file"):
            init = folder / rendition.name / "init.mp4"
            if init.is_file():
                content = init.read_bytes()
                rendition.init_digest, rendition.init_size = hashlib.sha256(content).hexdigest(), len(content)
                rendition.save(update_fields=["init_digest", "init_size"])


class Migration(migrations.Migration):
    dependencies = [("media_pipeline", "0001_initial")]

    operations = [
        migrations.AddField("rendition", "init_digest", models.CharField(blank=True, max_length=64)),
        migrations.AddField("rendition", "init_size", models.PositiveIntegerField(default=0)),
        migrations.AddField("source", "extras", models.JSONField(default=dict, verbose_name="附带的文件")),
        migrations.AddField(
            "source",
            "original",
            models.CharField(
                blank=True,
                help_text="存储里的名字；不能用的原片已经删掉，这里是空的",
                max_length=60,
                verbose_name="原片存放处",
            ),
        ),
        migrations.RunPython(note_what_is_there, migrations.RunPython.noop, elidable=True),
    ]
