"""`python -m silicart` is the command line."""

from silicart.cli import main

if __name__ == "__main__":
    main()
