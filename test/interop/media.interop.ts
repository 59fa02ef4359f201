import type { PairSettings } from '../../scripts/laboratory/settings.ts';
import { bothBoot, joins, losesPower, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

type Variant = readonly [media: PairSettings['media'], key: string, format: 'classic' | 'netstring'];

/** Every medium, every digest and both framings, each at least once. */
const VARIANTS: readonly Variant[] = [
  [['bcast'], 'crc', 'classic'],
  [['serial'], 'md5 laboratory', 'netstring'],
  [['ucast'], 'sha1 laboratory', 'netstring'],
  [['mcast'], 'md5 laboratory', 'classic'],
  [['serial', 'bcast'], 'crc', 'netstring'],
  [['serial'], 'crc', 'classic'],
];

for (const [media, key, format] of VARIANTS)
  tell({
    name: `${key.split(' ')[0]} ${format} ${media.join(' ')}`,
    settings: {
      ...TIMES,
      media,
      authkeys: `auth 1\n1 ${key}\n`,
      directives: [`msgfmt ${format}`],
    },
    steps: [bothBoot, losesPower('nodea'), joins('nodea')].map((step) => ({
      ...step,
      vague: format === 'netstring',
    })),
  });
