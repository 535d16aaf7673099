"""``python -m platingx``: the same as the command ``platingx``."""

from platingx.cli.main import main

if __name__ == "__main__":
    main()
