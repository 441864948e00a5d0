import posture
from posture.settings import PoseSettings

if __name__ == "__main__":  # the clips are analysed in processes of their own
    settings = posture.Settings(pose=PoseSettings(model="lite"))
    for item in posture.batch("training", settings=settings, overlay=False, workers=1):
        if item.folder and not item.outcome.reason:
            print(item.name, len(posture.load_analysis(item.folder).strides), "strides")
        else:
            print(item.outcome.reason)
