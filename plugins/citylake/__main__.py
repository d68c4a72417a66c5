"""`python -m citylake COMMAND`."""

import sys

from citylake.cli import main

if __name__ == "__main__":
    sys.exit(main())
