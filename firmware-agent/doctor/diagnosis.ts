import type { Findings, Followers } from './examination.ts';
import type { Patient } from './patient.ts';
import { carries, errors, hears, quality, tooFast } from './quality.ts';
import { kind, loops, type Pair, type Wire, wiresOf } from './wiring.ts';

/** What is found, the sentence that matters first. */
export function diagnose(findings: Findings, patient: Patient): string[] {
  return [...ratesDiffer(patient), ...cable(findings, patient)];
}

/** The files of the two nodes do not agree: no cable helps. */
function ratesDiffer({ self, peer, rates: { ours, theirs } }: Patient): string[] {
  if (theirs === null || theirs === ours) return [];
  return [
    `The rates differ: \`baud ${ours}\` in ha.cf of ${self}, \`baud ${theirs}\` in that of ${peer}: no heartbeat passes.`,
  ];
}

function cable(findings: Findings, patient: Patient): string[] {
  const { echo, pair } = findings;
  const plug = loops(findings.own);
  if (hears(echo)) {
    const lines = plug.length > 0 ? `, and so are ${plug.join(' and ')}` : '';
    return [
      `A loopback plug, or a short: TXD and RXD of this port are joined${lines}; ${errors(echo)}. No cable to ${patient.peer} can be judged while it is in.`,
    ];
  }
  if (pair === null) return alone(findings, patient, plug);
  const wires = wiresOf(pair, patient);
  const unseen =
    wires === null ? ['Whether the modem lines are wired cannot be known: a port of the two has none.'] : [];
  if (!pair.trials.some(carries)) return [withoutData(pair, patient, wires), ...unseen];
  return [
    `${kind(pair, wires)}${quality(pair.trials, patient)}.`,
    ...unseen,
    ...tooFast(pair.trials, patient),
    ...remarks(pair, patient, plug),
  ];
}

function withoutData(pair: Pair, { peer }: Patient, wires: readonly Wire[] | null): string {
  const anyWire = wires?.some(({ whole }) => whole) ?? false;
  if (pair.trials.every(({ out, back }) => out === null || back === null))
    return `The port of an end cannot do ${pair.trials[0]?.baud} baud.`;
  if (anyWire)
    return 'The modem lines are wired, but no data passes: TXD (3) and RXD (2) are open or not crossed, or GND (5) is open.';
  const seen = wires === null ? 'No data passes' : 'Nothing comes through on any wire';
  return `${seen}, although ${peer} has its port open: the cable is out at one end, or it is a straight-through cable (an extension), where a null modem is needed.`;
}

function remarks({ out, back }: Pair, { self, peer }: Patient, plug: readonly string[]): string[] {
  const crossed = (from: string, followers: Followers | null) =>
    followers?.DTR.includes('CTS') || followers?.RTS.includes('DSR')
      ? [`RTS and DTR of ${from} are exchanged in this cable.`]
      : [];
  const joined = plug.length > 0 ? [`In the plug at this end ${plug.join(' and ')} are joined.`] : [];
  return [...joined, ...crossed(self, out), ...crossed(peer, back)];
}

function alone(findings: Findings, { peer, alone: why }: Patient, plug: readonly string[]): string[] {
  return [
    `${seenAlone(findings, plug)}. More cannot be known from one end: ${why}.`,
    `Plug the cable to ${peer} in, or a loopback plug, and try again.`,
  ];
}

function seenAlone({ own, lit }: Findings, plug: readonly string[]): string {
  if (own === null || lit === null) return 'This port has no modem lines';
  const joined =
    plug.length > 0
      ? `In the plug at this end ${plug.join(' and ')} are joined; no data comes back`
      : 'No pins are joined in the plug at this end';
  return lit.length > 0
    ? `${lit.join(', ')} on: the cable is in, and its other end has its port open. ${joined}`
    : `${joined}, and the other end drives none of its lines: it is closed, the cable is out, or has three wires`;
}
