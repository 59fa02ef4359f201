import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { LogFile } from '../../scripts/laboratory/log-file.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { settingsOf } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { NamedNode, withoutPackage } from './support/named-node.ts';
import { PATIENCE, TIMES } from './support/running-pair.ts';

enterLaboratory();

/** Where cluster-glue looks for plug-ins that are scripts. */
const plugins = '/usr/lib/stonith/plugins/external';

/** A power switch whose sockets are named like the nodes; what it does is written to a file. */
const plugin = (shots: string) => `#!/bin/sh
case $1 in
gethosts) echo $hostlist ;;
getconfignames) echo hostlist word ;;
reset) echo "$1 $2 $word" >>${shots} ;;
status|getinfo-dev*) echo laboratory ;;
getinfo-xml) echo '<parameters></parameters>' ;;
*) exit 1 ;;
esac
`;

const skip =
  withoutPackage() ?? (existsSync(plugins) ? false : `there is no ${plugins} (package cluster-glue)`);

t.test(
  'a plug-in of cluster-glue resets the box of the dead peer before it is taken over',
  { skip },
  async (t) => {
    const stonith = 'stonith_host nodea external/laboratory nodeb quite-secret';
    const settings = settingsOf({ ...TIMES, directives: [stonith] });
    const bench = await layBench(settings.baud);
    t.teardown(() => bench.close());
    const { directory } = bench.boxes.nodea;
    const from = join(directory, 'plugins');
    const shots = join(directory, 'shots');
    mkdirSync(from);
    writeFileSync(join(from, 'laboratory'), plugin(shots), { mode: 0o755 });
    const nodea = new NamedNode(bench.boxes.nodea, settings, [{ from, place: plugins }]);
    const nodeb = new NamedNode(bench.boxes.nodeb, settings);
    for (const node of [nodea, nodeb]) await node.boot();
    const holds = async (node: NamedNode) => (await node.ask('cl_status', 'rscstatus')).stdout.trim();
    await until(
      'both to rest',
      async () => (await holds(nodea)) === 'local' && (await holds(nodeb)) === 'local',
      PATIENCE,
    );
    t.notOk(existsSync(shots), 'nobody is shot at who lives');

    await nodeb.kill();
    await until('the takeover', async () => (await holds(nodea)) === 'all', PATIENCE);
    t.equal(readFileSync(shots, 'utf8'), 'reset nodeb quite-secret\n');
    const lines = new LogFile(join(directory, 'ha-log')).since(0);
    const place = (words: string) => lines.findIndex((line) => line.includes(words));
    t.ok(place('nodeb is fenced') > place('node nodeb: is dead'));
    t.ok(place('Resources being acquired from nodeb') > place('nodeb is fenced'), 'in this order');
    t.equal(place('quite-secret'), -1);
  },
);
