"""`text-recognizer completion`: prints what makes a shell complete the command."""

import argparse
from collections.abc import Iterable

from text_recognizer.cli.reporting import OK, emit
from text_recognizer.cli.shell.parser_tree import Command, Option, commands_of

EXAMPLES = """\
examples:
  text-recognizer completion bash > ~/.local/share/bash-completion/completions/text-recognizer
  text-recognizer completion zsh > ~/.zfunc/_text-recognizer   (with ~/.zfunc in fpath)
  text-recognizer completion fish > ~/.config/fish/completions/text-recognizer.fish
"""
_PROGRAM = "text-recognizer"
_BASH = """\
_text_recognizer() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  local options='' words=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '{names} --help --version' -- "$current"))
    return
  fi
  case "${{COMP_WORDS[1]}} $previous" in
{values}
  esac
  case "${{COMP_WORDS[1]}}" in
{options}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif ((COMP_CWORD == 2)) && [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}}
complete -o default -F _text_recognizer text-recognizer
"""
_ZSH = """\
#compdef text-recognizer
_text_recognizer() {{
  local -a commands=(
{names}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
{options}
  esac
}}
_text_recognizer "$@"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand."""
    parser.description = "Print what makes a shell complete this command, its options and their values."
    parser.epilog = f"{EXAMPLES}\n{parser.epilog}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


def run(args: argparse.Namespace) -> int:
    """Print the completions; return the exit status."""
    make = {"bash": bash, "zsh": zsh, "fish": fish}[args.shell]
    emit(make(commands_of(args.root)).rstrip("\n"))
    return OK


def bash(commands: Iterable[Command]) -> str:
    """Return a script for bash."""
    commands = tuple(commands)
    values = [
        f"    '{command.name} {flag}')\n"
        f"""      COMPREPLY=($(compgen -W '{" ".join(option.choices)}' -- "$current"))\n"""
        "      return ;;"
        for command in commands
        for option in command.options
        if option.choices
        for flag in option.flags
    ]
    flags = {command.name: [flag for each in command.options for flag in each.flags] for command in commands}
    words = {command.name: " ".join(_words(command)) for command in commands}
    options = [
        f"    {name}) options='{' '.join(names)}' words='{words[name]}' ;;" for name, names in flags.items()
    ]
    names = " ".join(command.name for command in commands)
    return _BASH.format(names=names, values="\n".join(values), options="\n".join(options))


def zsh(commands: Iterable[Command]) -> str:
    """Return a script for zsh."""
    commands = tuple(commands)
    names = [f"    {_quoted(f'{command.name}:{command.help}')}" for command in commands]
    options = [
        "\n".join(
            [
                f"    {command.name})",
                "      _arguments \\",
                *(f"        {spec} \\" for option in command.options for spec in _zsh_specs(option)),
                *(f"        '1:word:({' '.join(words)})' \\" for words in [_words(command)] if words),
                "        '*:file:_files' ;;",
            ]
        )
        for command in commands
    ]
    return _ZSH.format(names="\n".join(names), options="\n".join(options))


def _zsh_specs(option: Option) -> list[str]:
    """Return what `_arguments` is told of an option: a text for each of its flags."""
    text = option.help.replace("[", "(").replace("]", ")").replace(":", r"\:")
    values = f"({' '.join(option.choices)})" if option.choices else "_files"
    value = f":{option.value.replace(':', ' ')}:{values}" if option.value else ""
    return [_quoted(f"{flag}[{text}]{value}") for flag in option.flags]


def fish(commands: Iterable[Command]) -> str:
    """Return a script for fish."""
    lines: list[str] = []
    for command in commands:
        lines.append(
            f"complete -c {_PROGRAM} -n __fish_use_subcommand -f -a {command.name} -d {_quoted(command.help)}"
        )
        condition = f"-n '__fish_seen_subcommand_from {command.name}'"
        if words := _words(command):
            lines.append(f"complete -c {_PROGRAM} {condition} -f -a {_quoted(' '.join(words))}")
        for option in command.options:
            flags = [f"-{'l' if flag.startswith('--') else 's'} {flag.lstrip('-')}" for flag in option.flags]
            if flags:
                given = ["-r"] if option.value else []
                given += [f"-f -a {_quoted(' '.join(option.choices))}"] if option.choices else []
                parts = [f"complete -c {_PROGRAM}", condition, *flags, *given, f"-d {_quoted(option.help)}"]
                lines.append(" ".join(parts))
    return "\n".join(lines)


def _words(command: Command) -> tuple[str, ...]:
    """Return the words that may follow a command: a shell's name, or what is to be done."""
    return next((each.choices for each in command.options if not each.flags and each.choices), ())


def _quoted(text: str) -> str:
    """Return a text as one word of a shell."""
    return "'" + text.replace("\\", "\\\\").replace("'", "’") + "'"
