import t from 'tap';
import { Cables } from '../../firmware-agent/cables.ts';
import type { Keyring } from '../../firmware-agent/wire/keyring.ts';
import { Message, textField } from '../../firmware-agent/wire/message.ts';
import type { Link } from '../../hw/link.ts';

const key = { index: 1, method: 'sha1', secret: 'x' } as const;
const keys: Keyring = { signing: key, keys: new Map([[1, key]]) };
const heartbeat = new Message([textField('t', 'status')]);

function cables(t: { teardown(end: () => Promise<void>): void }, openLink?: () => Link) {
  const media = [{ kind: 'serial', name: 'ttyX', path: '/dev/nowhere', baud: 9600 }] as const;
  const nothing = () => undefined;
  const listener = {
    received: nothing,
    refused: nothing,
    faulted: nothing,
    signalled: nothing,
    noted: nothing,
    overheard: nothing,
  };
  const all = new Cables(media, 'netstring', keys, listener, openLink);
  t.teardown(() => all.close());
  return all;
}

t.test('a port is lent to one at a time', async (t) => {
  const all = cables(t);
  t.equal(await all.rest('eth1', 'the menu'), null, 'no port');
  const giveBack = await all.rest('ttyX', 'the menu');
  await t.rejects(all.rest('ttyX', 'the cable doctor'), /^ttyX is not free: the menu has it$/);
  giveBack?.();
  const next = await all.rest('ttyX', 'the cable doctor');
  giveBack?.();
  await t.rejects(all.rest('ttyX', 'the menu'), /the cable doctor has it/, 'it is given back once');
  next?.();
});

t.test('a port that its link cannot let go of is lent to nobody', async (t) => {
  let rests = 0;
  const link: Link = {
    sent: 0,
    dropped: 0,
    send: () => undefined,
    rest: async () => {
      if (rests++ === 0) throw new Error('EIO');
      return () => undefined;
    },
    close: async () => undefined,
  };
  const all = cables(t, () => link);
  await t.rejects(all.rest('ttyX', 'the menu'), /^EIO$/);
  t.type(await all.rest('ttyX', 'the cable doctor'), 'function');
});

t.test('a node whose only port is lent is not mute', async (t) => {
  const all = cables(t);
  const giveBack = await all.rest('ttyX', 'the menu');
  const said = [all.written];
  for (let n = 0; n < 3; n += 1) {
    all.send(heartbeat, 'status');
    said.push(all.written);
  }
  giveBack?.();
  said.push(all.written);
  t.same(said, [0, 1, 2, 3, 4], 'until its first heartbeat may have left');
  all.send(heartbeat, 'status');
  t.equal(all.written, 4, 'what no port takes is not said');
});
