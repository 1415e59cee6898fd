"""Open the course with `python start.py`; check everything in it with `python start.py test`.

The syntax of this file stays that of Python 2.7, so that a Python that is too old reads it and says so. The work is
done by helpers/start/launch.py, which needs no more than the standard library of Python 3.11.
"""

from __future__ import print_function

import os
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This course needs Python 3.11 or newer and this is Python %d.%d: install a newer one from "
        "https://www.python.org/downloads and run start.py with it." % sys.version_info[:2]
    )

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
    from helpers.start.launch import main

    sys.exit(main(sys.argv[1:]))
