import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodePorts, simulatorVersion } from '../../../simulator/gateway/node-ports.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';

const broker = { host: '127.0.0.1', port: 1, username: 'g', password: 'p' };
const handlers = { onBytes: () => {}, onClosed: () => {} };
const line = (port: string) => ({ id: 'line-1', kind: 'rs485', port }) as const;

test('what the caller does with stored bytes afterwards changes nothing, and what is kept comes back', () => {
  const store = memoryStore();
  const bytes = Uint8Array.of(1);
  store.write('key', bytes);
  bytes[0] = 9;
  const read = store.read('key');
  expect(read).toEqual(Uint8Array.of(1));
  (read as Uint8Array)[0] = 9;
  expect(store.read('key')).toEqual(Uint8Array.of(1));
  expect(memoryStore(store.save()).read('key')).toEqual(Uint8Array.of(1));
  expect(memoryStore(store.save()).read('other')).toBeUndefined();
});

test('seeded randomness is the same in every run, and spreads evenly', () => {
  expect(seededRandom(42).bytes(16)).toEqual(seededRandom(42).bytes(16));
  expect(seededRandom(42).bytes(16)).not.toEqual(seededRandom(43).bytes(16));
  const random = seededRandom(1);
  const tenths = new Array(10).fill(0);
  for (let draw = 0; draw < 10_000; draw++) tenths[Math.floor(random.unit() * 10)]++;
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

describe('lines that are not there are named, with what is allowed', () => {
  const ports = nodePorts({
    broker,
    chips: new Map([
      ['sim://ina219-1', new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 12, currentA: () => 1 })],
    ]),
  });

  test.each([
    ['uart1', /"uart1" of line line-1 is not known here; tcp:\/\/host:port and \/dev\/… are allowed/],
    ['tcp://localhost', /"tcp:\/\/localhost" of line line-1: tcp:\/\/host:port with a port from 1 to 65535/],
    ['tcp://localhost:0', /port from 1 to 65535/],
    ['tcp://localhost:99999', /port from 1 to 65535/],
    ['tcp://:502', /port from 1 to 65535/],
    [
      '/dev/joulegate-none',
      /\/dev\/joulegate-none of line line-1 cannot be set to 9600 baud: .*(No such|cannot)/,
    ],
  ])('%s', (port, message) => {
    expect(() => ports.openSerial(line(port), handlers)).toThrow(message);
  });

  test('an I2C line without a chip', () => {
    expect(() => ports.openI2c({ id: 'i2c-1', kind: 'i2c', port: 'sim://other' }, 0x40)).toThrow(
      '"sim://other" of line i2c-1 is not there; chips: sim://ina219-1',
    );
  });
});

test('a simulated chip answers after the time that its word takes, and not once closed', () => {
  const time = new VirtualTime();
  const chip = new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 12, currentA: () => 1 });
  const ports = nodePorts({ broker, time, chips: new Map([['sim://a', chip]]) });
  const port = ports.openI2c({ id: 'i2c-1', kind: 'i2c', port: 'sim://a' }, 0x40);
  const heard: unknown[] = [];
  port.readWord(0, value => heard.push(value));
  expect(heard).toEqual([]);
  time.advance(1);
  port.writeWord(5, 4096, ok => heard.push(ok));
  time.advance(1);
  port.readWord(5, value => heard.push(value));
  time.advance(1);
  chip.isPresent = false;
  port.readWord(5, value => heard.push(value));
  port.writeWord(5, 0, ok => heard.push(ok));
  time.advance(1);
  expect(heard).toEqual([0x399f, true, 4096, undefined, false]);
  port.readWord(0, value => heard.push(value));
  port.close();
  time.advance(10);
  expect(heard).toHaveLength(5);
});

test('the simulator says the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(simulatorVersion).toBe(version);
  expect(nodePorts({ broker }).board.firmware).toContain(version);
});
