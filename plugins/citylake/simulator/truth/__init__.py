"""The truth beside the exports, from the world alone."""
