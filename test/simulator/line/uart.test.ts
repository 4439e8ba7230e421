import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';
import { sumUp, Transmission } from '../../../simulator/line/transmission.ts';
import { bitMs, type Received, UartReceiver, type UartSettings } from '../../../simulator/line/uart.ts';

const uart = (baud: number, parity: UartSettings['parity'] = 'none', stopBits: 1 | 2 = 1): UartSettings => ({
  baud,
  parity,
  stopBits,
});

/** What a UART hears of bytes that another sent, and of the silence after them. */
function heardBy(receiver: UartSettings, sender: UartSettings, bytes: Uint8Array): Received[] {
  const received: Received[] = [];
  const sent = new Transmission(bytes, sender, 0);
  const endMs = sent.levels.length * bitMs(sender) + 50;
  const uartReceiver = new UartReceiver(receiver);
  for (const { level, fromTicks, toTicks } of sumUp([sent], 0, endMs)) {
    uartReceiver.push(level, fromTicks, toTicks, one => received.push(one));
  }
  return received;
}

const bytesOf = (received: readonly Received[]) => received.map(({ byte }) => byte);
const settings = fc.record({
  baud: fc.constantFrom(1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200),
  parity: fc.constantFrom('none', 'even', 'odd'),
  stopBits: fc.constantFrom(1, 2),
});

describe('a UART', () => {
  it('hears what was sent where both ends are set alike, and also at 3 % of difference in speed', () => {
    fc.assert(
      fc.property(
        settings,
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(0.97, 1, 1.03),
        (set, bytes, off) => {
          const heard = heardBy({ ...set, baud: set.baud * off }, set, bytes);
          expect(bytesOf(heard)).toEqual([...bytes]);
          expect(heard.every(({ hasError }) => !hasError)).toBe(true);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it('hears fewer bytes of a faster sender, more of a slower one, and errors of both', () => {
    const sent = Uint8Array.from({ length: 100 }, (_, index) => (index * 37) & 0xff);
    const faster = heardBy(uart(9600), uart(38_400), sent);
    const slower = heardBy(uart(38_400), uart(9600), sent);
    expect(faster.length).toBeLessThan(40);
    expect(slower.length).toBeGreaterThan(180);
    for (const heard of [faster, slower]) expect(heard.some(({ hasError }) => hasError)).toBe(true);
  });

  it('hears the bytes with a parity error where the other parity was sent', () => {
    const heard = heardBy(uart(9600, 'odd'), uart(9600, 'even'), Uint8Array.of(1, 2, 3));
    expect(heard).toEqual([1, 2, 3].map(byte => ({ byte, hasError: true })));
  });

  it('takes a parity bit that it does not expect for the stop bit', () => {
    // 1 has one bit: even parity is 1, as a stop bit is. 3 has two: parity 0 breaks the frame.
    expect(heardBy(uart(9600), uart(9600, 'even'), Uint8Array.of(1))).toEqual([{ byte: 1, hasError: false }]);
    expect(heardBy(uart(9600), uart(9600, 'even'), Uint8Array.of(3))).toEqual([{ byte: 3, hasError: true }]);
  });
});

describe('a line with faults', () => {
  const sent = Uint8Array.of(1, 4, 0, 0, 0, 2, 0x71, 0xcb);

  function heardOn(
    line: SerialLine,
    time: VirtualTime,
  ): { bytes: number[]; toSlave: number[]; errors: boolean[] } {
    const heard = { bytes: [] as number[], toSlave: [] as number[], errors: [] as boolean[] };
    const master = line.connect({ onBytes: bytes => heard.bytes.push(...bytes) });
    line.connect({
      onFrame: (frame, _, hasErrors) => {
        heard.toSlave.push(...frame);
        heard.errors.push(hasErrors);
      },
    });
    master.write(sent);
    time.advance(200);
    return heard;
  }

  const lineAt = (baud: number) => {
    const time = new VirtualTime();
    return { time, line: new SerialLine({ time, ...uart(baud), seed: 1 }) };
  };

  it('brings slaves of another speed garbage with errors', () => {
    const { time, line } = lineAt(9600);
    line.setFaults({ slaveUart: { baud: 19_200 } });
    const heard = heardOn(line, time);
    expect(heard.toSlave).not.toEqual([...sent]);
    expect(heard.errors).toContain(true);
  });

  it('with swapped wires is a break to the master whenever it does not send, and garbage to slaves', () => {
    const { time, line } = lineAt(9600);
    line.setFaults({ swappedWires: true });
    const heard = heardOn(line, time);
    expect(heard.bytes).toEqual([0]);
    expect(heard.toSlave).not.toEqual([...sent]);
    line.setFaults({ swappedWires: false });
    const after = heardOn(line, time);
    expect(after).toEqual({ bytes: [], toSlave: [...sent], errors: [false] });
  });

  it('goes back to plain bytes once a fault is gone, whatever it was', () => {
    const { time, line } = lineAt(9600);
    for (const fault of [
      { slaveUart: { baud: 1200 } },
      { slaveUart: { parity: 'even' } as const },
      { swappedWires: true },
      { bitErrorRate: 0.3 },
    ]) {
      line.setFaults(fault);
      heardOn(line, time);
      line.setFaults({ slaveUart: {}, swappedWires: false, bitErrorRate: 0 });
      heardOn(line, time);
      expect(heardOn(line, time)).toEqual({ bytes: [], toSlave: [...sent], errors: [false] });
    }
  });

  it('lets 0 win where two speak at once', () => {
    const { time, line } = lineAt(9600);
    const heard: number[] = [];
    line.connect({ onBytes: bytes => heard.push(...bytes) });
    const [a, b] = [line.connect({}), line.connect({})];
    a.write(Uint8Array.of(0xf3, 0xf3));
    b.write(Uint8Array.of(0x3f, 0x3f));
    time.advance(100);
    expect(heard).toEqual([0x33, 0x33]);
  });
});
