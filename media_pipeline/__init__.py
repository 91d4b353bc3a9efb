"""Upload → probe → ladder → HLS. Knows nothing of courses or stories."""
