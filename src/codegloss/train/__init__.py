"""Training encoders with many exits: recipes, models, losses, the loop, and the way out to other tools."""
