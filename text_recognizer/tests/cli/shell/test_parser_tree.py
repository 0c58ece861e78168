import argparse

from text_recognizer.cli.shell.parser_tree import Option, commands_of


def test_a_parser_as_data() -> None:
    parser = argparse.ArgumentParser(prog="program")
    commands = parser.add_subparsers()
    child = commands.add_parser("read", help="reads files", epilog="the end")
    child.add_argument("paths", nargs="+", metavar="PATH", help="a file")
    child.add_argument("-j", "--jobs", type=int, default=3, help="how many (default: %(default)s)")
    child.add_argument("--kind", choices=("a", "b"), help="which")
    child.add_argument("--fast", action="store_true")
    (command,) = commands_of(parser)
    assert (command.name, command.help, command.epilog) == ("read", "reads files", "the end")
    assert command.usage.startswith("program read [-h]")
    assert command.options[1:] == (
        Option((), "PATH", "a file", ()),
        Option(("-j", "--jobs"), "JOBS", "how many (default: 3)", ()),
        Option(("--kind",), "a|b", "which", ("a", "b")),
        Option(("--fast",), "", "", ()),
    )
