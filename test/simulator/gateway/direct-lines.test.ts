import { expect, test } from 'vitest';
import { crc16Modbus } from '#core/crc.ts';
import { findProfile } from '#profiles/registry.ts';
import { DirectLines } from '../../../simulator/gateway/direct-lines.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';

const request = (...head: number[]): Uint8Array => {
  const crc = crc16Modbus(Uint8Array.from(head));
  return Uint8Array.from([...head, crc & 0xff, crc >> 8]);
};

function setUp() {
  const profile = findProfile('eastron-sdm120');
  if (profile?.kind !== 'modbus') throw new Error('no such profile');
  const time = new VirtualTime();
  const lines = new DirectLines({
    time,
    rs485: { port: 'bus', slaves: [{ address: 2, profile, read: () => 230 }] },
    ir: { port: 'head', head: new SmlHead({ read: () => 1 }), everyMs: 5000 },
  });
  const heard: number[][] = [];
  const closed: string[] = [];
  const open = (port: string) =>
    lines.openSerial(
      { id: 'line-1', kind: port === 'head' ? 'ir' : 'rs485', port },
      { onBytes: bytes => heard.push([...bytes]), onClosed: why => closed.push(why) },
    );
  return { time, lines, open, heard, closed };
}

test('a slave answers when the bytes would have come, and only the one that was asked', () => {
  const { time, open, heard } = setUp();
  const port = open('bus');
  port.write(request(2, 4, 0, 0, 0, 2));
  port.write(request(3, 4, 0, 0, 0, 2));
  time.advance(20);
  expect(heard).toEqual([]);
  time.advance(200);
  expect(heard).toEqual([[...request(2, 4, 4, 0x43, 0x66, 0, 0)]]);
});

test('a meter sends its telegrams by itself', () => {
  const { time, open, heard } = setUp();
  open('head').write(Uint8Array.of(1));
  time.advance(15_000);
  expect(heard).toHaveLength(3);
  for (const telegram of heard) expect(telegram.slice(0, 8)).toEqual([0x1b, 0x1b, 0x1b, 0x1b, 1, 1, 1, 1]);
});

test('lines that are led elsewhere go on there, and the gateway does not notice; a closed one is not', () => {
  const { time, lines, open, heard, closed } = setUp();
  const bus = open('bus');
  open('head');
  open('head').close();
  bus.write(request(2, 4, 0, 0, 0, 2));
  const there: { port: string; hear: (bytes: Uint8Array) => void; written: number[][] }[] = [];
  lines.moveTo(({ port }, { onBytes }) => {
    const written: number[][] = [];
    there.push({ port, hear: onBytes, written });
    return { write: bytes => written.push([...bytes]), close: () => {} };
  });
  time.advance(60_000);
  expect(heard.splice(0)).toEqual([[...request(2, 4, 4, 0x43, 0x66, 0, 0)]]);
  expect(there.map(({ port }) => port)).toEqual(['bus', 'head']);
  bus.write(Uint8Array.of(1, 2));
  there[0]?.hear(Uint8Array.of(3));
  expect(there[0]?.written).toEqual([[1, 2]]);
  expect(heard).toEqual([[3]]);
  expect(closed).toEqual([]);
});

test('a port that is not there is named', () => {
  expect(() => setUp().open('other')).toThrow('port "other" of line line-1 is not there');
});
