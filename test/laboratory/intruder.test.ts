import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { RejectKind, StatusReport } from '../../firmware-agent/console/report.ts';
import type { Laboratory } from '../../scripts/laboratory/laboratory.ts';
import { seeded } from '../../scripts/laboratory/line.ts';
import { CROSSOVER_ADDRESS } from '../../scripts/laboratory/network.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair, TIMES } from './support/running-pair.ts';

enterLaboratory();

/** The whole messages in what a serial line carried, the oldest first. */
function messages(tail: Uint8Array): string[] {
  return (
    Buffer.from(tail)
      .toString('latin1')
      .match(/>>>\n(?:(?!>>>).)*?<<<\n/gs) ?? []
  );
}

/** Send a datagram to nodeb's heartbeat port as if nodea did, from its box. */
async function sendAsNodea(lab: Laboratory, bytes: Buffer, times: number): Promise<void> {
  const script = `
    const socket = require('node:dgram').createSocket('udp4');
    const bytes = Buffer.from('${bytes.toString('hex')}', 'hex');
    let left = ${times};
    const send = () => left-- > 0 ? socket.send(bytes, 694, '${CROSSOVER_ADDRESS.nodeb}', send) : socket.close();
    send();`;
  const { code, stderr } = await lab.boxes.nodea.run([process.execPath, '-e', script]);
  if (code !== 0) throw new Error(stderr);
}

t.test('garbage, half, forged and replayed messages on either cable change nothing', async (t) => {
  const { lab, observer } = await runningPair(t);
  const enough = async (): Promise<boolean> => messages(await lab.serial.tail('nodea')).length >= 6;
  await until('six messages on the serial cable', enough, PATIENCE);

  const [oldest = ''] = messages(await lab.serial.tail('nodea'));
  const forged = oldest.replace(/^st=\w+$/m, 'st=dead').replace(/^seq=(\w+)$/m, 'seq=7fff');
  t.not(forged, oldest, 'a status message to forge');
  const random = seeded(3);
  const garbage = Buffer.from(Array.from({ length: 400 }, () => Math.floor(random() * 256)));
  const mark = lab.client.mark();
  const logged = lab.nodeb.log.mark();
  const before = (await lab.nodeb.status()) as StatusReport;

  const attacks: { kind: RejectKind; bytes: Buffer }[] = [
    { kind: 'garbage', bytes: garbage },
    { kind: 'garbage', bytes: Buffer.from(oldest.slice(0, oldest.length / 2), 'latin1') },
    { kind: 'forged', bytes: Buffer.from(forged, 'latin1') },
    { kind: 'replayed', bytes: Buffer.from(oldest, 'latin1') },
  ];
  for (const { kind, bytes } of attacks) {
    for (const medium of ['serial', 'ucast'] as const) {
      const count = async (): Promise<number> => {
        const report = await lab.nodeb.status();
        return report?.links.find((link) => link.medium === medium)?.rejected[kind] ?? 0;
      };
      const counted = await count();
      if (medium === 'ucast') await sendAsNodea(lab, bytes, 200);
      else for (let time = 0; time < 5; time++) await lab.serial.inject('nodea', bytes);
      await until(`${kind} on ${medium} to be counted`, async () => (await count()) > counted, PATIENCE);
      t.pass(`${kind} on ${medium} is counted`);
    }
  }

  await sleep(2 * TIMES.keepalive);
  await rest(lab, observer, 'nodea', PATIENCE);
  const after = (await lab.nodeb.status()) as StatusReport;
  t.same(after.peer.generation, before.peer.generation);
  t.same((await lab.client.since(mark)).answeredBy, ['nodea']);
  t.ok(after.rejected.forged > before.rejected.forged);
  const lines = lab.nodeb.log.since(logged).length;
  t.ok(lines < 200, `${lines} lines logged about more than 800 bad messages`);
  const links = after.links.map(({ state }) => state);
  t.same(links, ['up', 'up']);
});
