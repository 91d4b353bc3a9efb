from cms.models.home import HomePage
from cms.models.shorts import ShortIndexPage, ShortVideoPage
from cms.models.stories import StoryIndexPage, StoryPage

__all__ = ["HomePage", "ShortIndexPage", "ShortVideoPage", "StoryIndexPage", "StoryPage"]
