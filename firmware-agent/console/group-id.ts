import { readFileSync } from 'node:fs';

/** The number of the group called `name`, from a file like /etc/group; undefined where there is none. */
export function groupId(name: string, file = '/etc/group'): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // An appliance without the file has no groups: root alone may command, which is the safe side.
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return undefined;
}
