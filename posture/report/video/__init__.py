"""The annotated video and the frames that are kept of it."""
