import type { Argument, Command, Option } from 'commander';

/** Completion for bash, without the package bash-completion: a small box has only bash. */
export function completion(tree: Command): string {
  const name = tree.name();
  return `# bash completion for ${name}
_${name}() {
    local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W '${[...tree.commands.map((each) => each.name()), '--help', '--version'].join(' ')}' -- "$current")
        return
    fi
    local words='' files=''
    case "$command $before" in
${tree.commands.flatMap(valueCases).join('\n')}
    *)
        case "$command" in
${tree.commands.map(commandCase).join('\n')}
        esac
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [ -n "$files" ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen "-$files" -- "$current")
    fi
}
complete -F _${name} ${name}
`;
}

/** What follows an option that takes a value. */
function valueCases(command: Command): string[] {
  return command.options
    .filter((option) => option.required || option.optional)
    .map((option) => `    '${command.name()} ${option.long}') ${completionOf(option)} ;;`);
}

function completionOf({ argChoices, flags }: Option): string {
  if (argChoices) return `words='${argChoices.join(' ')}'`;
  return flags.includes('<dir>') ? 'files=d' : ':';
}

function commandCase(command: Command): string {
  const options = [...command.options.map(({ long }) => long ?? ''), '--help'];
  const words = [...options, ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])];
  const files = command.registeredArguments.some(isFile) ? ' files=f' : '';
  return `        ${command.name()}) words='${words.join(' ')}'${files} ;;`;
}

function isFile(argument: Argument): boolean {
  return argument.name() === 'file';
}
