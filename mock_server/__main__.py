"""The command ``wan-mock`` as a process, also as ``python -m mock_server``."""

import gc


def main() -> None:
    """Run the command that this process was started for."""
    # What is loaded stays: looking for garbage in it time and again would be a twelfth of the start.
    gc.disable()
    from mock_server import cli  # noqa: PLC0415 - with it comes all that is loaded

    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
