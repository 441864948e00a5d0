"""Pictures as they come: from a source, through the estimator, to those who listen."""
