"""A process of its own that opens workbooks, under a memory limit. It imports nothing of CityLake."""
