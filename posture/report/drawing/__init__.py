"""Drawing for every medium: marks on pictures, curves as coordinates, strips of a chart."""
