import type { ConsoleConfig, HeartbeatConsoleConfig } from './config.ts';
import { kernelConsoles, loginAt } from './consoles.ts';
import { type Directive, parseWord, refuse, refuseExtra, setting } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Word } from './source.ts';
import { didYouMean } from './suggest.ts';
import { type Parse, Problem, parseAbsolutePath, parseBaud, parseBoolean } from './values.ts';

/** As terminals are set when nobody set them. */
const DEFAULT_BAUD = 115_200;

/** `console PORT [BAUD] [login]` of twinbeat.cf: where a technician's laptop finds the menu. */
export const consoleDirective: Directive = {
  name: 'console',
  usage: 'PORT [BAUD] [login]',
  form: 'line',
  repeat: 'once',
  take: takeConsole,
};

const parseHeartbeatConsole: Parse<'on' | 'login' | 'off'> = (text) => {
  if (text === 'login') return text;
  const on = parseBoolean(text);
  if (!(on instanceof Problem)) return on ? 'on' : 'off';
  return new Problem(`write on, login or off${didYouMean(text, ['on', 'login', 'off'])}`);
};

/** `heartbeat-console on|login|off` of twinbeat.cf: whether the menu is on a heartbeat cable, too, that no peer is heard on. */
export const heartbeatConsoleDirective: Directive = setting(
  'heartbeat-console',
  'on|login|off',
  parseHeartbeatConsole,
);

function takeConsole(port: Word, rest: readonly Word[], reading: Reading): void {
  const path = parseWord('console', port, parseAbsolutePath, reading);
  const isRate = /^\d/.test(rest[0]?.text ?? '');
  const [first] = rest;
  const baud =
    first && isRate ? parseWord('console', first, parseBaud, reading, 'console rate') : DEFAULT_BAUD;
  const [login, ...extra] = isRate ? rest.slice(1) : rest;
  if (login && login.text !== 'login') {
    const meant = didYouMean(login.text, ['login']);
    refuse('console', login, `console: "${login.text}" is neither a rate nor "login"${meant}`, reading);
  }
  refuseExtra('console', extra, 'a port, a rate and "login"', reading);
  if (path === undefined || baud === undefined || reading.draft.refused.has('console')) return;
  reading.draft.console = { path, baud, login: login !== undefined, at: port };
}

/** Hold the console against the cables, the machine and the password. Null: there is none. */
export function settleConsole(reading: Reading): ConsoleConfig | null {
  const { draft, probe, findings } = reading;
  if (!draft.console || draft.refused.has('console')) return null;
  const { at, ...console } = draft.console;
  const { path } = console;
  const terminal = probe.realPath(path);
  const cable = draft.media.find((each) => each.kind === 'serial' && probe.realPath(each.path) === terminal);
  if (cable) {
    findings.error(
      at,
      `console: ${path} is the heartbeat cable in line ${cable.at.line} of ha.cf: the other node would read the menu, and ` +
        'the menu the heartbeats: use another port; three Enters bring the menu there while no heartbeat comes in',
    );
  } else if (!probe.exists(path)) {
    findings.warning(at, `console: there is no ${path} now: no menu is there until it comes`);
  } else if (!probe.isCharacterDevice(path)) {
    findings.error(at, `console: ${path} is not a serial port: write one, as in /dev/ttyS1`);
  } else {
    const trouble = troubleAt(terminal, probe);
    if (trouble !== undefined) findings.warning(at, `console: ${path} is ${trouble}`);
  }
  if (console.login) checkLogin('console', at, reading);
  return console;
}

/** Whoever has to log in at the console has to there, too. Null: it is off. */
export function settleHeartbeatConsole(reading: Reading): HeartbeatConsoleConfig | null {
  const { settings, console } = reading.draft;
  const { value, at } = settings['heartbeat-console'] ?? {};
  if (value === 'off') return null;
  if (at && value === 'login') checkLogin('heartbeat-console', at, reading);
  return { login: value === 'login' || console?.login === true };
}

function checkLogin(name: string, at: Word, { draft, findings }: Reading): void {
  if (draft.password || draft.refused.has('password')) return;
  findings.error(
    at,
    `${name}: login asks for a password and there is none: make one with \`twinbeat passwd\`, and put the line that it ` +
      'prints into this file',
  );
}

function troubleAt(terminal: string, probe: Reading['probe']): string | undefined {
  const name = terminal.slice('/dev/'.length);
  if (terminal === '/dev/console' || kernelConsoles(probe).includes(terminal))
    return `a console of the kernel, which speaks in between: remove "console=${name}" from the kernel's command line`;
  if (/^tty\d+$/.test(name))
    return 'a terminal of the screen, and no serial port: write one, as in /dev/ttyS1';
  const login = loginAt(name, probe);
  return login && `where a login waits, which takes half of what is typed: ${login}, or use another port`;
}
