import { demand, type Need } from '../build/demand.ts';

/** Drawn with DejaVu Sans Mono, the picture is alike wherever it is made. */
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';

/** What the laptop at the rack is made of, and the Debian package that brings it. */
const NEEDS: readonly Need[] = [
  { proof: ['which', 'Xvfb'], package: 'xvfb' },
  { proof: ['which', 'xterm'], package: 'xterm' },
  { proof: ['which', 'picocom'], package: 'picocom' },
  { proof: ['which', 'xdotool'], package: 'xdotool' },
  { proof: ['which', 'import'], package: 'imagemagick' },
  { proof: ['test', '-e', FONT], package: 'fonts-dejavu-core' },
];

/** Throws, with the command that mends it, unless a terminal can be run and pictured here. */
export async function demandTerminal(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('xterm hands its terminal to a group: run it as root (`sudo npm run recording`)');
  await demand(NEEDS);
}
