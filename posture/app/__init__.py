"""The program as a web application on this machine: clips go in by drag and drop, jobs are a batch's, pages reports."""
