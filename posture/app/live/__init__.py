"""Live on a page: the machine's own camera, the session of ``posture live``, its picture and its words in a browser."""
