import { fileURLToPath } from 'node:url';
import t from 'tap';
import { EXECUTABLE } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { initPackages, withoutSystemRoot } from '../../scripts/laboratory/system-root.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE } from '../laboratory/support/running-pair.ts';
import { skipUnless } from './support/needs.ts';
import { System } from './support/system.ts';

enterLaboratory();

const script = fileURLToPath(new URL('../../scripts/init/openrc', import.meta.url));

/** Folders that OpenRC makes when it boots a machine. */
const STATES = ['starting', 'started', 'stopping', 'inactive', 'wasinactive', 'failed', 'hotplugged'];
const OTHERS = ['daemons', 'options', 'exclusive', 'scheduled', 'init.d', 'tmp'];

t.test(
  'OpenRC starts, watches, reloads and stops a node',
  { skip: skipUnless(withoutSystemRoot()) },
  async (t) => {
    const system = await System.boot(t);
    for (const deb of initPackages('openrc')) await system.unpack(deb);
    await system.must('mkdir', '-p', ...[...STATES, ...OTHERS].map((name) => `/run/openrc/${name}`));
    await system.must('touch', '/run/openrc/softlevel');
    await system.must('mkdir', '-p', '/usr/lib/twinbeat', '/etc/ha.d', '/var/lib/heartbeat');
    await system.bring(EXECUTABLE, '/usr/lib/twinbeat/heartbeat');
    await system.bring(script, '/etc/init.d/heartbeat');
    const service = (action: string) => system.run('rc-service', 'heartbeat', action);

    t.match(await service('start'), { code: 1, stderr: /not configured/ });
    await system.configure();
    t.equal((await service('start')).code, 0);
    const runs = (not: string | null) => async () => ![null, not].includes(await system.agent());
    await until('the agent', runs(null), PATIENCE);
    t.match(await service('status'), { code: 0, stdout: /started/ });
    t.equal((await service('reload')).code, 0);
    const first = await system.agent();
    await system.must('sh', '-c', `kill -KILL ${first}`);
    await until('another one, after a crash', runs(first), PATIENCE);
    t.equal((await service('stop')).code, 0);
    t.equal(await system.agent(), null);
    t.match(await system.must('cat', '/var/log/ha-log'), 'Heartbeat shutdown complete', 'it had its time');
    t.equal((await service('status')).code, 3);
  },
);
