"""What `make bench-media` is made of: sources, rivals, our own way, quality, memory. docs/media.md says why."""
