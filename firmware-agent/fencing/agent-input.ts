/** What an agent may be asked for here: after any of these its box does no harm. `disable` is the old word of switches for storage. */
const fencingActions = ['off', 'reboot', 'disable'];
/** `option` is what `action` was called once, and `plug` is what `port` is called now. */
const actionNames = ['action', 'option'];
const portNames = ['port', 'plug'];
const secretNames = /pass|secret|token|key|community/i;

interface Option {
  readonly name: string;
  readonly value: string;
}

/** The lines for the agent's standard input: the options as written, and what they leave open. */
export function agentInput(options: readonly string[], peer: string): string {
  const given = options.map((option) => parse(option).name);
  const missing = (names: readonly string[]): boolean => !names.some((name) => given.includes(name));
  return [
    ...options,
    ...(missing(actionNames) ? ['action=reboot'] : []),
    ...(missing(['nodename']) ? [`nodename=${peer}`] : []),
    ...(missing(portNames) ? [`port=${peer}`] : []),
  ].join('\n');
}

/** Null: with these options a success means that the box was fenced; else what to write instead. */
export function optionProblem(options: readonly string[]): string | null {
  const parsed = options.map(parse);
  const torn = options.findIndex((option) => !/^[\w-]+=/.test(option));
  if (torn >= 0) return `option ${torn + 1} is not NAME=VALUE: write it without blanks before "="`;
  const idle = parsed.find(
    ({ name, value }) => actionNames.includes(name) && !fencingActions.includes(value.toLowerCase()),
  );
  if (idle === undefined) return null;
  return `${idle.name}=${idle.value} stops nothing: write action=off or action=reboot, or leave it out`;
}

/** The values that no log may show. */
export function optionSecrets(options: readonly string[]): readonly string[] {
  return options
    .map(parse)
    .filter(({ name }) => secretNames.test(name))
    .map(({ value }) => value.trim());
}

function parse(option: string): Option {
  const [name = '', ...value] = option.split('=');
  return { name, value: value.join('=') };
}
