import t from 'tap';
import { parseAdvertisement, unsolicitedAdvertisement } from '../../hw/advertisement-frame.ts';
import { arpProbe, gratuitousArp, parseArp } from '../../hw/arp-frame.ts';
import { echoRequest, parseEchoReply } from '../../hw/echo.ts';
import { createFaultTeller } from '../../hw/fault.ts';
import { FrameQueue } from '../../hw/frame-queue.ts';

const mac = '02:00:00:00:00:07';

t.test('a gratuitous request is what the standards say', async (t) => {
  const expected =
    'ffffffffffff 020000000007 0806 0001 0800 06 04 0001 020000000007 0a000064 000000000000 0a000064';
  t.equal(
    Buffer.from(gratuitousArp('request', '10.0.0.100', mac)).toString('hex'),
    expected.replaceAll(' ', ''),
  );
});

t.test('a gratuitous reply repeats the hardware address', async (t) => {
  const expected =
    'ffffffffffff 020000000007 0806 0001 0800 06 04 0002 020000000007 0a000064 020000000007 0a000064';
  t.equal(
    Buffer.from(gratuitousArp('reply', '10.0.0.100', mac)).toString('hex'),
    expected.replaceAll(' ', ''),
  );
});

t.test('a probe is what RFC 5227 says: no sender address, nobody\u2019s hardware address', async (t) => {
  const expected =
    'ffffffffffff 020000000007 0806 0001 0800 06 04 0001 020000000007 00000000 000000000000 0a000064';
  t.equal(Buffer.from(arpProbe('10.0.0.100', mac)).toString('hex'), expected.replaceAll(' ', ''));
});

t.test('an unsolicited neighbour advertisement is what RFC 4861 says', async (t) => {
  const ethernet = '333300000001 020000000007 86dd';
  const addresses = '20010db8000000000000000000000064 ff020000000000000000000000000001';
  const ip = `60000000 0020 3a ff ${addresses}`;
  // The checksum was made by another implementation.
  const host = `88 00 f85e 20000000 20010db8000000000000000000000064 02 01 020000000007`;
  const frame = unsolicitedAdvertisement('2001:db8::64', mac, false);
  t.equal(Buffer.from(frame).toString('hex'), `${ethernet}${ip}${host}`.replaceAll(' ', ''));
  const router = unsolicitedAdvertisement('2001:db8:0:0:0:0:0:64', mac, true);
  t.equal(router[58], 0xa0, 'router, override');
  t.throws(() => unsolicitedAdvertisement('10.0.0.100', mac, false), RangeError);
});

t.test('a neighbour advertisement is read back', async (t) => {
  for (const address of ['2001:db8::64', 'fe80::1', '2001:db8:1:2:3:4:5:6', '2001:db8:0:1:1:1:1:0', '1::']) {
    t.same(parseAdvertisement(unsolicitedAdvertisement(address, mac, true)), { address, mac }, address);
  }
  const frame = unsolicitedAdvertisement('2001:db8::64', mac, false);
  const nonce = [14, 1, 0, 0, 0, 0, 0, 0];
  const withOther = Uint8Array.from([...frame.slice(0, 78), ...nonce, ...frame.slice(78)]);
  t.same(parseAdvertisement(withOther), { address: '2001:db8::64', mac }, 'after another option');
});

t.test('what is no neighbour advertisement, or does not tell the hardware address', async (t) => {
  const frame = unsolicitedAdvertisement('2001:db8::64', mac, false);
  for (const [name, at, value] of [
    ['not IPv6', 12, 0x08],
    ['not ICMPv6', 20, 17],
    ['from beyond a router', 21, 254],
    ['a solicitation', 54, 135],
    ['an unknown code', 55, 1],
    ['another option only', 78, 1],
    ['an option without length', 79, 0],
    ['an option of an odd length', 79, 2],
  ] as const) {
    const other = Uint8Array.from(frame);
    other[at] = value;
    t.equal(parseAdvertisement(other), null, name);
  }
  for (const length of [0, 14, 60, 77, 78, 85]) t.equal(parseAdvertisement(frame.subarray(0, length)), null);
});

t.test('a probe is read back, and claims nothing', async (t) => {
  const probe = arpProbe('10.0.0.100', mac);
  t.same(parseArp(probe), { address: '10.0.0.100', mac, kind: 'probe' });
  t.equal(parseArp(arpProbe('0.0.0.0', mac)), null, 'it asks for nothing');
  const answer = Uint8Array.from(probe);
  answer[21] = 2;
  t.equal(parseArp(answer), null, 'an answer without an address');
});

t.test('what answers a probe is a claim, though it is for one host and that has no address', async (t) => {
  const answer =
    '020000000008 020000000007 0806 0001 0800 06 04 0002 020000000007 0a000064 020000000008 00000000';
  const frame = Buffer.from(answer.replaceAll(' ', ''), 'hex');
  t.same(parseArp(frame), { address: '10.0.0.100', mac, kind: 'reply' });
});

t.test('a claim is read back, and only a claim', async (t) => {
  const frame = gratuitousArp('reply', '10.0.0.100', mac);
  t.same(parseArp(frame), { address: '10.0.0.100', mac, kind: 'reply' });
  t.same(parseArp(new Uint8Array([...frame, ...new Uint8Array(18)]))?.mac, mac, 'padding of short frames');
  t.equal(parseArp(frame.subarray(0, 41)), null);
  t.equal(parseArp(new Uint8Array(0)), null);
  t.equal(parseArp(gratuitousArp('request', '0.0.0.0', mac)), null, 'no address is nobody\u2019s');
  for (const [at, value] of [
    [13, 0x00], // another protocol
    [15, 0x06], // another kind of network
    [16, 0x86], // another kind of address
    [18, 0x08], // another address length
    [21, 0x03], // another operation
  ] as const) {
    const other = Uint8Array.from(frame);
    other[at] = value;
    t.equal(parseArp(other), null, `byte ${at}`);
  }
});

/** What a raw socket gives for this ICMP message: an IPv4 header of `words` 32-bit words before it. */
function received(icmp: Uint8Array, words = 5, protocol = 1): Uint8Array {
  const header = new Uint8Array(words * 4);
  header[0] = 0x40 + words;
  header[9] = protocol;
  return new Uint8Array([...header, ...icmp]);
}

t.test('an echo request comes back as its answer', async (t) => {
  const request = echoRequest('ipv4', 0xbeef, 513, Buffer.from('payload'));
  t.equal(request[0], 8);
  t.equal(new Uint16Array(request.buffer.slice(request.byteOffset + 4, request.byteOffset + 6))[0], 0xbeef);
  t.equal(request.readUInt16BE(6), 513);
  const answer = Uint8Array.from(request);
  answer[0] = 0;
  const { payload, ...numbers } = parseEchoReply('ipv4', received(answer)) ?? { payload: [] };
  t.same(numbers, { identifier: 0xbeef, sequence: 513 });
  t.equal(Buffer.from(payload).toString(), 'payload');
  t.equal(parseEchoReply('ipv4', received(answer, 6))?.sequence, 513, 'with IP options');
});

t.test('what is no echo reply is refused', async (t) => {
  const reply = Uint8Array.from(echoRequest('ipv4', 1, 2, Buffer.from('x')));
  t.equal(parseEchoReply('ipv4', received(reply)), null, 'a request');
  reply[0] = 0;
  t.ok(parseEchoReply('ipv4', received(reply)));
  t.equal(parseEchoReply('ipv4', received(reply, 5, 17)), null, 'another protocol');
  t.equal(parseEchoReply('ipv4', received(reply, 4)), null, 'a header that is too short');
  t.equal(parseEchoReply('ipv4', received(reply).subarray(0, 27)), null, 'cut short');
  t.equal(parseEchoReply('ipv4', new Uint8Array(0)), null);
});

t.test('ICMPv6 has other types, and no header before it', async (t) => {
  const packet = echoRequest('ipv6', 0xbeef, 513, Buffer.from('payload'));
  t.equal(packet[0], 128);
  t.equal(parseEchoReply('ipv6', packet), null, 'a request');
  packet[0] = 129;
  t.match(parseEchoReply('ipv6', packet), {
    identifier: 0xbeef,
    sequence: 513,
    payload: Buffer.from('payload'),
  });
  t.equal(parseEchoReply('ipv6', packet.subarray(0, 7)), null, 'cut short');
  packet[1] = 1;
  t.equal(parseEchoReply('ipv6', packet), null, 'another code');
});

t.test('a queue keeps order, replaces by slot and drops the oldest', async (t) => {
  const queue = new FrameQueue(3);
  const all = () => {
    const texts: string[] = [];
    for (let frame = queue.shift(); frame; frame = queue.shift()) texts.push(Buffer.from(frame).toString());
    return texts;
  };
  queue.push(Buffer.from('a1'), 'a');
  queue.push(Buffer.from('x'));
  queue.push(Buffer.from('a2'), 'a');
  queue.push(Buffer.from('b'), 'b');
  t.same([queue.length, queue.dropped], [3, 0]);
  queue.push(Buffer.from('y'));
  t.equal(queue.dropped, 1);
  t.same(all(), ['x', 'b', 'y']);
  queue.push(Buffer.from('z'));
  queue.clear();
  t.same([queue.length, queue.dropped], [0, 2]);
});

t.test('faults are told as changes, and never at once', async (t) => {
  const told: (string | null)[] = [];
  const fault = createFaultTeller((text) => told.push(text));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  fault.set(null);
  await turn();
  t.same(told, [], 'working is what it starts with');
  fault.set('one');
  t.same(told, [], 'not from inside the call');
  await turn();
  fault.set('one');
  await turn();
  t.same(told, ['one']);
  fault.set(null);
  fault.set('one');
  await turn();
  t.same(told, ['one'], 'what is over within a turn is not told');
  fault.set('two');
  await turn();
  fault.set(null);
  await turn();
  t.same(told, ['one', 'two', null]);
  fault.set('three');
  fault.close();
  await turn();
  t.equal(told.length, 3, 'nothing after close');
});
