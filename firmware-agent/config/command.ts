import type { Probe } from './probe.ts';
import { Problem } from './values.ts';

/** A command that cannot run is found out too late, so what can be known of a line for the shell is checked now. */
export function commandProblem(command: string, probe: Probe): Problem | undefined {
  if (/["']/.test(command.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/g, ''))) {
    return new Problem(
      'this command has a quote that is not closed ("#" ends a line, in quotes too): close it, or put the command ' +
        'into a script',
    );
  }
  // What the shell would expand is not judged, and what it finds by itself is not known here.
  const program = /^\/[\w./+:@%,=-]+(?=$|[\s;&|<>])/.exec(command)?.[0];
  if (program === undefined || probe.isExecutable(program)) return undefined;
  return new Problem(
    probe.exists(program)
      ? `${program} cannot be run: "chmod +x" it, or name a program`
      : `there is no ${program} on this machine: install it, or write where it is`,
  );
}
