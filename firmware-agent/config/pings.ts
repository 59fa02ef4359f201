import type { PingConfig } from './config.ts';
import { type Directive, parseWord, refuse } from './directive.ts';
import type { Reading } from './draft.ts';
import { parseHost6, takeHost } from './hosts.ts';
import type { Word } from './source.ts';
import { isLinkLocal } from './values.ts';

/** The directives that name hosts to ping: witnesses of whether the network is there (spec ipfail.md 1). */
export const pingDirectives: readonly Directive[] = [
  { name: 'ping', usage: 'HOST', form: 'each', repeat: 'many', take: takePing },
  { name: 'ping6', usage: 'ADDRESS', form: 'each', repeat: 'many', take: takePing6 },
  { name: 'ping_group', usage: 'NAME HOST...', form: 'line', repeat: 'many', take: takePingGroup },
];

function takePing(word: Word, _rest: readonly Word[], reading: Reading): void {
  const address = takeHost('ping', word, reading);
  if (address === undefined) return;
  addPing({ name: word.text.toLowerCase(), kind: 'ping', hosts: [address] }, word, reading);
}

function takePing6(word: Word, _rest: readonly Word[], reading: Reading): void {
  const address = parseWord('ping6', word, parseHost6, reading);
  if (address === undefined) return;
  const name = word.text.toLowerCase();
  if (name !== word.text) {
    reading.findings.warning(
      word,
      `ping6 "${word.text}": a Heartbeat does not know a host with capital letters again: write ${name}`,
    );
  }
  if (isLinkLocal(address)) {
    reading.findings.warning(
      word,
      `ping6: ${address} is another host on every cable, and the kernel chooses one: write an address that the host has ` +
        'in the whole network, as in fd00::1',
    );
  }
  addPing({ name, kind: 'ping6', hosts: [address] }, word, reading);
}

function takePingGroup(word: Word, rest: readonly Word[], reading: Reading): void {
  if (rest.length === 0) {
    refuse(
      'ping_group',
      word,
      `ping_group "${word.text}" has no hosts: write "ping_group NAME HOST..."`,
      reading,
    );
    return;
  }
  const hosts = rest.flatMap((host) => takeHost('ping_group', host, reading) ?? []);
  addPing({ name: word.text.toLowerCase(), kind: 'ping_group', hosts }, word, reading);
}

function addPing(ping: PingConfig, at: Word, { draft, findings }: Reading): void {
  const earlier = draft.pings.find(({ value }) => value.name === ping.name);
  if (!earlier) {
    draft.pings.push({ value: ping, at });
  } else if (earlier.value.kind === ping.kind && ping.kind !== 'ping_group') {
    findings.warning(at, `${ping.name} is pinged by line ${earlier.at.line} already: delete this one`);
  } else {
    findings.error(
      at,
      `line ${earlier.at.line} has a ping node called ${ping.name}: give this one another name`,
    );
  }
}
