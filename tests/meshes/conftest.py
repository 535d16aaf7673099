"""Let the tests of this folder import their shared geometries."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
