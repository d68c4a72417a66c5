"""What each department writes down of the world: one `Export` a dataset, with the dirt of its own."""
