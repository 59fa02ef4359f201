import { isIPv6 } from 'node:net';
import { removed, type Secrets } from './secrets.ts';

/** Words that say so little that they stand in other texts for good reasons. */
const everyday = /^(true|false|yes|off|on|reboot|root|admin|heartbeat|start|stop)$/i;

/** Shorter words stand in every text. */
const shortest = 5;

/** Not every parameter is a secret: addresses, paths and everyday words stand in other texts for good reasons. */
export function addParameter(word: string, secrets: Secrets): void {
  // A password is one whatever it looks like.
  secrets.take(word);
  const value = word.replace(/^[\w-]+=/, '').replace(/^["']|["']$/g, '');
  const isHarmless = /^[\d.:]+$|^[-/]/.test(value) || everyday.test(value);
  if (value.length >= shortest && !isHarmless) secrets.add(value);
}

/** How many words behind a resource's name are known to be no secrets. */
const tellingWords: Readonly<Record<string, number>> = {
  OCF: 2,
  MailTo: 1,
  ...Object.fromEntries(
    'IPaddr IPaddr2 IPv6addr IPsrcaddr SendArp Delay systemd Filesystem LVM Raid1 drbddisk drbdupper portblock Xinetd'
      .split(' ')
      .map((name) => [name, Number.POSITIVE_INFINITY]),
  ),
};

/** In the words that no table knows: what a diagnosis wants. */
const wanted: readonly RegExp[] = [
  /^\d+(\.\d+)?$/,
  // An IPv4 address, with or without prefix and interface.
  /^\d+(\.\d+){3}([/:][\w./:]*)?$/,
  /^\//,
  // A mail address.
  /^[\w.+-]+@([\w-]+(\.[\w-]+)+|localhost)$/,
  // An interface.
  /^(lo|(eth|en[ops]|wlan|wl[ps]|ww[ps]|bond|br|vlan|team|dummy|tun|tap|ib|usb)\d[\dspfdu.:]*)$/,
  // What has a name is judged by the name.
  /^[\w.-]+=/,
  everyday,
];

/** The words of resources that nobody knows are taken out; those with a name, and what a diagnosis wants, stay. */
export function resourceLine(line: string, secrets: Secrets): string {
  const isComment = line.trimStart().startsWith('#');
  return line.replace(/[^\s\\#]+::[^\s\\#]+/g, (resource) => {
    if (isIPv6(resource.split('/')[0] ?? '')) return resource;
    const [name = '', ...words] = resource.split('::');
    const known = Object.hasOwn(tellingWords, name) ? (tellingWords[name] ?? 0) : 0;
    const clean = words.map((word, index) =>
      index < known || wanted.some((form) => form.test(word)) ? word : unknownWord(word, isComment, secrets),
    );
    return [name, ...clean].join('::');
  });
}

function unknownWord(word: string, isComment: boolean, secrets: Secrets): string {
  // Of an address in the web the path may be one.
  const [, before = '', value = ''] = /^(\w+:\/\/[^/]*\/?)?(.*)$/.exec(word) ?? [];
  // Comments are prose, too.
  if (!isComment || value.length > shortest) addParameter(value, secrets);
  return value === '' ? before : before + removed;
}
