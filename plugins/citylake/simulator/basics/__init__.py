"""What everything simulated is drawn with: random streams, days, identifiers, coordinates."""
