"""What a live session makes of the strides: set-up check, personal baseline, changes, cues."""
