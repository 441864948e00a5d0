"""What the pictures show of the camera: where it stands, how it is turned, how it moves."""
