import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { asRecorded } from './support/as-recorded.ts';
import { withoutPackage } from './support/named-node.ts';

enterLaboratory();

t.test(
  'every command under its old name says what the real one said',
  { skip: withoutPackage() ?? false },
  (t) => asRecorded(t, ['stopped', 'own', 'broken']),
);
