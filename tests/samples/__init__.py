"""Files that the tests write: by hand, with faults at known lines."""
