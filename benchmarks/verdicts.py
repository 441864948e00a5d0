"""How often the verdict is right: simulated runs of every shape, memory and length, and runs in which nothing happens.

``python -m benchmarks.verdicts shapes --strides 85 250 850`` prints, for each shape of a trunk lean, the share of runs
with each status; ``alarms`` how often something is found where there is nothing; ``onsets`` how often the interval of
an onset holds it.
"""
