"""What is true in the simulated city: people, legal entities, certificates, credit, places, economy, government."""
