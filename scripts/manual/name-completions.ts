import { resourceSets } from '../../firmware-agent/console/control-protocol.ts';
import { clStatusUsage } from '../../firmware-agent/console/names/cl-status-usage.ts';
import { directoriesHelp } from '../../firmware-agent/console/names/directories.ts';
import { heartbeatHelp } from '../../firmware-agent/console/names/heartbeat-help.ts';

/** Completion for bash of the names by which Heartbeat's operators know the executable, by their files below dist/. */
export function nameCompletions(): Readonly<Record<string, string>> {
  const questions = clStatusQuestions();
  return {
    'completion/heartbeat': completion('heartbeat', [...optionsOf(heartbeatHelp), '--help']),
    'completion/cl_status': completion('cl_status', [...questions.keys(), '-h', '--help'], questions),
    'completion/hb_standby': completion('hb_standby', [...resourceSets, '--help']),
    'completion/hb_takeover': completion('hb_takeover', [...resourceSets, '--help']),
  };
}

/** The short options that a help lists, one a line. */
function optionsOf(help: readonly string[]): string[] {
  return help.flatMap((line) => /^\s+(-\w)\b/.exec(line)?.[1] ?? []);
}

/** Its sub-commands, with the options of each; `-m` goes with all of them, though the usage does not say so. */
function clStatusQuestions(): ReadonlyMap<string, readonly string[]> {
  const lines = clStatusUsage.slice(clStatusUsage.indexOf('Sub-commands:') + 1);
  const begins = lines.flatMap((line, index) => (/^[a-z]/.test(line) ? index : []));
  return new Map(
    begins.map((begin, index) => {
      const [first = '', ...more] = lines.slice(begin, begins[index + 1]);
      const [name = '', ...words] = first.split(' ');
      return [name, ['-m', ...optionsOf(more), ...words.filter((word) => /^-\w$/.test(word))]];
    }),
  );
}

/** `behind`: what may follow the first word instead of the words that may be the first. */
function completion(
  name: string,
  first: readonly string[],
  behind: ReadonlyMap<string, readonly string[]> = new Map(),
): string {
  const common = directoriesHelp.flatMap((line) => /^ +(--[\w-]+) (\w+)/.exec(line)?.slice(1, 3) ?? []);
  const options = common.filter((word) => word.startsWith('--'));
  const folders = options.filter((option) => common[common.indexOf(option) + 1] === 'DIR');
  const others = options.filter((option) => !folders.includes(option));
  const cases = [...behind]
    .map(([word, words]) => `        ${word}) words='${words.join(' ')}' ;;\n`)
    .join('');
  return `# bash completion for ${name}
_${name}() {
    local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words='${first.join(' ')}'
    COMPREPLY=()
    case "$before" in
    ${folders.join(' | ')})
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    ${others.join(' | ')}) return ;;
    esac
${cases === '' ? '' : `    if [ "$COMP_CWORD" -gt 1 ]; then\n        case "\${COMP_WORDS[1]}" in\n${cases}        esac\n    fi\n`}\
    mapfile -t COMPREPLY < <(compgen -W "$words ${options.join(' ')}" -- "$current")
}
complete -F _${name} ${name}
`;
}
