"""`python -m codegloss`: the command line, as `torchrun -m codegloss` needs it."""

from codegloss.cli import main

if __name__ == "__main__":
    main()
