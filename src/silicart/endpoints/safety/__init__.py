"""Side effects: consensus grades, and what a clinic writes down of them."""
