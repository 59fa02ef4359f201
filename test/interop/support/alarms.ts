/** `... heartbeat: [12]: ERROR: text`, or a script's `NAME(default)[12]:    ERROR: text`. */
const ALARM = /\]:\s+((?:ERROR|CRIT|EMERG|ALERT): .*)$/;

/** About the machine that the tests run on, not about the pair. */
const OF_THE_MACHINE = [/Cannot lock ourselves into memory/, /realtime|real-time|scheduler/i];

/** Ours tells a person what a real one does not; what the real one says of it counts. */
const OF_OURS = /^CRIT: ALARM /;

/** Ours says behind a line of Heartbeat's what became of the input. */
const OF_OURS_BEHIND = / \(\w+ input on \S+ dropped.*\)$/;

/** What a real one's scripts told it was garbled on the way (wire.md 11); where it matters, the pair does not come to rest. */
const OF_ITS_FIFO = /Message with zero fields/;

/** A real one dumps every message that it cannot read, as half of one on a bad cable; what it must not do is give one up. */
export const UNREADABLE =
  /^ERROR: (?:MSG\[|(?!.*(?:Irretrievably|rexmit|queue|lost a lot|Both machines|No one owns|standby)))/;

/** A report that is lost, or that two partitioned nodes exchange before they give up, makes both seem to own the same. */
export const BOTH_OWN = /^ERROR: Both machines own (?:our|foreign) resources!/;

/** A report that was lost and comes after a newer one makes nobody seem to own it, until ours repeats the newest. */
export const NOBODY_OWNS = /^ERROR: No one owns (?:our local|foreign) resources!/;

export function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}

/** The lines of a log that should make somebody get up, without what differs between runs and between seats. */
export function alarms(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const text = ALARM.exec(line)?.[1];
    if (
      text === undefined ||
      OF_OURS.test(text) ||
      OF_ITS_FIFO.test(text) ||
      OF_THE_MACHINE.some((pattern) => pattern.test(text))
    )
      return [];
    const said = text.replace(OF_OURS_BEHIND, '');
    return [said.replaceAll(/\bnode[ab]\b/g, 'NODE').replaceAll(/\d+/g, 'N')];
  });
}
