import t from 'tap';
import type { Action } from '../../firmware-agent/core/action.ts';
import { coreSettings } from '../../firmware-agent/core-settings.ts';
import { load, valid } from './support/fake-probe.ts';
import { OppositeHeartbeat, said } from './support/opposite-heartbeat.ts';

const config = valid(load({ cf: 'node nodea nodeb\nauto_failback on\nbcast eth1\n' }));

function acknowledgements(actions: readonly Action[]): number {
  return said(actions).filter((words) => words.startsWith('t=NS_ackmsg ')).length;
}

t.test(
  'of the statuses with which a Heartbeat starts none is acknowledged, of ten messages one is',
  async (t) => {
    const started = new Set<number>();
    const inTen = new Set<number>();
    for (let life = 0; life < 200; life += 1) {
      const { ackResidue } = coreSettings(config, new Uint8Array(16), { number: 1, isNew: true });
      const heartbeat = new OppositeHeartbeat({ ackResidue });
      const status = (st: string): number => acknowledgements(heartbeat.hear({ t: 'status', st }));
      started.add(status('init') + status('up') + status('up'));
      let acknowledged = 0;
      for (let n = 0; n < 10; n += 1) acknowledged += status('active');
      inTen.add(acknowledged);
    }
    t.strictSame([...started], [0]);
    t.strictSame([...inTen], [1]);
  },
);
