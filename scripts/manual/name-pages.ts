import { resourceSets } from '../../firmware-agent/console/control-protocol.ts';
import { clStatusUsage } from '../../firmware-agent/console/names/cl-status-usage.ts';
import { heartbeatHelp } from '../../firmware-agent/console/names/heartbeat-help.ts';
import { bold, example, marked, paragraph, plain, section, title } from './roff.ts';

/** The pages of the names by which Heartbeat's operators know the executable, by their files below dist/. */
export function namePages(): Readonly<Record<string, string>> {
  return {
    'man/heartbeat.8': page('heartbeat', 8, 'start, stop and ask the agent', example(heartbeatHelp)),
    'man/cl_status.1': page('cl_status', 1, 'ask the agent, as Heartbeat has it', example(clStatusUsage)),
    'man/hb_standby.1': movePage('hb_standby', 'hand resources over to the other node'),
    'man/hb_takeover.1': movePage('hb_takeover', 'take resources over from the other node'),
  };
}

function movePage(name: string, about: string): string {
  return page(
    name,
    1,
    about,
    paragraph(`${bold(name)} [${bold(resourceSets.join('|'))}]`) + paragraph(marked(moves)),
  );
}

const moves =
  'The sets are those of this node: what prefers it is `local`. `all` unless said. Does not wait for the end of the move, as ' +
  '`twinbeat standby` and `twinbeat takeover` do: 0 once the agent has heard it, 1 for wrong words or where nobody hears.';

function page(name: string, number: number, about: string, usage: string): string {
  return [
    title(name, number, about),
    section('USAGE', usage),
    section('DESCRIPTION', paragraph(plain('One of the names of twinbeat, which is one executable.'))),
    section('SEE ALSO', paragraph(`${bold('twinbeat')}(8), ${bold('twinbeat.cf')}(5)`)),
  ].join('');
}
