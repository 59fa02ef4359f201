import type { EventReport } from '../report.ts';
import { type DatedLine, dayOf, timeOfDay } from '../text.ts';

const clock = String.raw`(?<clock>\d\d:\d\d:\d\d)`;
const stamp = String.raw`(?<day>\d{4}/\d\d/\d\d)_${clock}`;
const speaker = String.raw`(?<entity>[^\s:[(]+)(?:\(\w+\))?`;
const said = '(?<level>[A-Za-z]+): (?<text>.*)';

/** As the agent and Heartbeat write them to files: with a name, without one, and those of Heartbeat's scripts. */
const forms = [
  String.raw`(?<day>[A-Z][a-z]{2} \d\d) ${clock} \S+ ${speaker}: \[\d+\]: ${said}`,
  String.raw`${speaker}\[\d+\]:\s+${stamp}\s+${said}`,
  String.raw`${stamp}\s+${speaker}\[\d+\]:\s+${said}`,
].map((form) => new RegExp(`^${form}$`, 's'));

/** Without what is the same in almost all lines: node, program, process, `info`. A line of another form stays as it is. */
export function shortLine(line: string): DatedLine {
  for (const form of forms) {
    const { day, clock, entity, level, text } = form.exec(line)?.groups ?? {};
    if (day === undefined) continue;
    const words = [clock, level === 'info' ? '' : level, entity === 'heartbeat' ? '' : `${entity}:`, text];
    return { day: day.replaceAll('/', '-'), text: words.filter((word) => word !== '').join(' ') };
  }
  return rawLine(line);
}

export function rawLine(line: string): DatedLine {
  return { day: '', text: line };
}

/** Of the agent's own last lines, in the form of a file. */
export function shortEvent({ time, level, text }: EventReport): DatedLine {
  return { day: dayOf(time), text: `${timeOfDay(time)} ${level === 'info' ? '' : `${level} `}${text}` };
}

export function rawEvent({ time, level, text }: EventReport): DatedLine {
  return rawLine(`${dayOf(time)} ${timeOfDay(time)} ${level}: ${text}`);
}
