"""Pages that editors write: the home page, 银龄故事, short videos."""
