"""What goes wrong with cells, rows, files and deliveries, each fault noted with what must happen to it."""
