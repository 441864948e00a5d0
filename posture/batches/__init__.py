"""A folder of clips, on the cores of this machine or on a cluster: another way to feed the pipeline."""
