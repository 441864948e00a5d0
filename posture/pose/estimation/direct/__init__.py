"""The networks of a pose landmarker bundle driven one by one, without the graph of calculators around them."""
