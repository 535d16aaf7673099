"""``python -m platingx``: the same as the command ``platingx``."""

from platingx.run.cli import main

if __name__ == "__main__":
    main()
