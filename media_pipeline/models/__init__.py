from media_pipeline.models.asset import MediaAsset, Notice
from media_pipeline.models.caption import CaptionTrack, CaptionVersion
from media_pipeline.models.rendition import Part, Rendition
from media_pipeline.models.source import Source
from media_pipeline.models.step import Step
from media_pipeline.models.upload import Upload

__all__ = [
    "CaptionTrack",
    "CaptionVersion",
    "MediaAsset",
    "Notice",
    "Part",
    "Rendition",
    "Source",
    "Step",
    "Upload",
]
