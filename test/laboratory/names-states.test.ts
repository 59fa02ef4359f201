import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { asRecorded } from './support/as-recorded.ts';
import { withoutPackage } from './support/named-node.ts';

enterLaboratory();

t.test(
  'the commands say what the real ones said while resources move, and without the peer',
  { skip: withoutPackage() ?? false },
  (t) => asRecorded(t, ['none', 'all', 'dead', 'lone', 'misconfigured']),
);
