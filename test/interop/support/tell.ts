import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { type Daemon, layMixed, type MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { enterLaboratory } from '../../../scripts/laboratory/privilege.ts';
import { other, type PerSeat, perSeat, SEATS, type Seat } from '../../../scripts/laboratory/seat.ts';
import type { PairSettings } from '../../../scripts/laboratory/settings.ts';
import { play, type Step, type StepOutcome } from './play.ts';
import { keep, keepLog, type Row } from './report.ts';

export interface Story {
  /** For the table and for the names of files. */
  readonly name: string;
  readonly settings: Partial<PairSettings>;
  readonly steps: readonly Step[];
}

/** What two real Heartbeats did in one step, or in all of its title. */
interface Reference {
  /** Milliseconds without an answer, rounded. */
  readonly outage: number;
  /** Lines of level ERROR and CRIT that either logged, in the order of the alphabet. */
  readonly alarms: readonly string[];
}

/** Its scripts write into its FIFO piece by piece; two at a time garble each other, and both reports are lost (wire.md 11). */
const GARBLED = /Message with zero fields/;

const REFERENCES = new URL('../reference/', import.meta.url);
/** `INTEROP=record`: play the stories with two real ones and remember what they do. */
const recording = process.env.INTEROP === 'record';

/**
 * Test a story with ours on either seat; both have to come through it as two real ones do, without an alarm in either
 * log that those do not have.
 */
export function tell(story: Story): void {
  enterLaboratory();
  // Two at a time: pairs wait for their timers most of it.
  t.jobs = 2;
  if (recording) t.test(`${story.name}, two real ones`, { buffered: true }, (t) => record(t, story));
  else
    for (const seat of SEATS)
      t.test(`${story.name}, ours is ${seat}`, { buffered: true }, (t) => prove(t, story, seat));
}

async function prove(t: Test, story: Story, ours: Seat): Promise<void> {
  const reference = readReference(story);
  const daemons = { [ours]: 'twinbeat', [other(ours)]: 'heartbeat' } as PerSeat<Daemon>;
  const outcomes = await perform(t, story, daemons, `${slug(story)}-${ours}`);
  const rows = outcomes.map((outcome): Row => {
    const known = reference[outcome.title];
    const problems = [...outcome.problems, ...strange(outcome, known)];
    t.same(problems, [], outcome.title);
    return {
      scenario: story.name,
      step: outcome.title,
      seating: ours === 'nodea' ? 'the primary' : 'the standby',
      medium: (story.settings.media ?? ['serial', 'ucast']).join('+'),
      outage: outcome.outage,
      reference: known?.outage ?? null,
      problems,
    };
  });
  keep(`${slug(story)}-${ours}`, rows);
  t.equal(outcomes.length, story.steps.length, 'the whole story was played');
}

/** Alarms that two real ones do not raise. */
function strange({ alarms }: StepOutcome, known: Reference | undefined): string[] {
  const all = SEATS.flatMap((seat) => alarms[seat].map((text) => ({ seat, text })));
  return all
    .filter(({ text }) => !known?.alarms.includes(text))
    .map(({ seat, text }) => `${seat} logged: ${text}`);
}

/** What was recorded before stays: two real ones do not do everything every time. */
async function record(t: Test, story: Story): Promise<void> {
  const before = readReference(story);
  const outcomes = await perform(
    t,
    story,
    perSeat(() => 'heartbeat'),
    `${slug(story)}-reference`,
  );
  const found: Record<string, Reference> = {};
  for (const { title, outage, problems, alarms } of outcomes) {
    t.same(problems, [], title);
    // A story may have the same step twice.
    const earlier = found[title];
    const lines = new Set([
      ...(before[title]?.alarms ?? []),
      ...(earlier?.alarms ?? []),
      ...alarms.nodea,
      ...alarms.nodeb,
    ]);
    found[title] = {
      outage: Math.max(Math.round(outage), earlier?.outage ?? 0),
      alarms: [...lines].sort(),
    };
  }
  if (!t.passing()) return;
  const text = JSON.stringify(found, null, 2);
  mkdirSync(REFERENCES, { recursive: true });
  writeFileSync(referenceFile(story), `${text}\n`);
}

/**
 * Play a story. Where the real one lost a report of its own scripts in its FIFO, and did not come through for that, it is
 * played once more: a second time it counts.
 */
async function perform(
  t: Test,
  story: Story,
  daemons: PerSeat<Daemon>,
  name: string,
): Promise<StepOutcome[]> {
  const first = await performOnce(t, story, daemons, name);
  if (first.good || !first.garbled) return first.outcomes;
  t.comment('The real one garbled its own FIFO: the story is played once more.');
  return (await performOnce(t, story, daemons, name)).outcomes;
}

interface Performance {
  readonly outcomes: StepOutcome[];
  readonly good: boolean;
  /** A real one says that its FIFO held no message but pieces. */
  readonly garbled: boolean;
}

async function performOnce(
  t: Test,
  story: Story,
  daemons: PerSeat<Daemon>,
  name: string,
): Promise<Performance> {
  const pair: MixedPair = await layMixed(daemons, story.settings);
  try {
    const outcomes = await play(pair, story.steps);
    const good =
      outcomes.length === story.steps.length && outcomes.every(({ problems }) => problems.length === 0);
    for (const seat of SEATS) {
      keepLog(`${name}-on-${seat}`, pair.nodes[seat].log.path);
      if (!good) t.comment(`${seat}:\n${pair.nodes[seat].log.tail(40).join('\n')}`);
    }
    const garbled = SEATS.some(
      (seat) =>
        daemons[seat] === 'heartbeat' && pair.nodes[seat].log.since(0).some((line) => GARBLED.test(line)),
    );
    return { outcomes, good, garbled };
  } finally {
    await pair.close();
  }
}

function slug({ name }: Story): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function referenceFile(story: Story): string {
  return join(fileURLToPath(REFERENCES), `${slug(story)}.json`);
}

function readReference(story: Story): Record<string, Reference> {
  try {
    return JSON.parse(readFileSync(referenceFile(story), 'utf8')) as Record<string, Reference>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
