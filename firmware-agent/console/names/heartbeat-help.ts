import { directoriesHelp } from './directories.ts';

/** As Heartbeat's, to the letter. */
export const heartbeatUsage: readonly string[] = [
  '',
  'Usage: heartbeat [-dDkMrRsvWlVf] [-C Current-resource-state]',
  '\t-C only valid with -R',
  '\t-r is mutually exclusive with -R',
];

export const heartbeatHelp: readonly string[] = [
  'Usage: heartbeat [OPTION]...',
  '',
  'Starts the agent as a daemon. With an option:',
  '  -f  stays in the foreground',
  '  -k  stops the agent and waits for its end',
  '  -s  says whether it runs (exit code 0: it does, 1: it ended unasked, 3: it does not)',
  '  -r  has it read its files again, or starts it',
  '  -V  prints the version',
  '  -D  lists the defaults of ha.cf; with -W for a wiki',
  '  -v  says what the configuration means before it starts',
  '  -d  one more than debug of ha.cf, again and again: 1 what scripts say, 2 every message',
  '  -l  changes nothing: nothing here needs real-time priority',
  '',
  'Exit codes: 0 done, 1 not done, 2 wrong words, 4 not allowed, 6 wrong configuration.',
  '',
  ...directoriesHelp,
];
