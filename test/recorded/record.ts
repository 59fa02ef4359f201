/** `node test/recorded/record.ts`, as root: ask the real Heartbeat anew and write heartbeat-3.0.6.jsonl. Takes two minutes. */
import { HeartbeatNode } from '../../scripts/laboratory/heartbeat-node.ts';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { perSeat } from '../../scripts/laboratory/seat.ts';
import { type CommandName, QUESTIONS, SERIAL, STATES, type StateName } from './questions.ts';
import { type Answer, normal, spoken, writeRecording } from './recording.ts';
import { type AskedNode, PAIR, playStates } from './states.ts';

const PLACES: Readonly<Record<CommandName, string>> = {
  heartbeat: '/usr/libexec/heartbeat/heartbeat',
  cl_status: '/usr/bin/cl_status',
  hb_standby: '/usr/share/heartbeat/hb_standby',
  hb_takeover: '/usr/share/heartbeat/hb_takeover',
};

class RecordedNode extends HeartbeatNode implements AskedNode {
  ask(name: CommandName, ...words: string[]) {
    return this.command(PLACES[name], ...words);
  }
}

enterLaboratory();
await using bench = await layBench(PAIR.baud);
const nodes = perSeat((seat) => new RecordedNode(bench.boxes[seat], PAIR));
const serial = bench.boxes.nodea.serial.ports.nodea;
const names = { [serial]: SERIAL, [bench.boxes.nodea.directory]: 'BOX' };
const recording: Partial<Record<StateName, Answer[]>> = {};
await playStates(nodes, STATES, async (state) => {
  const answers: Answer[] = [];
  for (const question of QUESTIONS[state]) {
    const outcome = await nodes.nodea.ask(question[0], ...spoken(question, serial));
    answers.push(normal(question, outcome, names));
  }
  recording[state] = answers;
  console.log(`${state}: ${answers.length} answers`);
});
writeRecording(recording as Record<StateName, Answer[]>);
