import { createBusSource } from '#app/poller.ts';
import { CounterGuard } from '#core/aggregate/counter-guard.ts';
import { Window } from '#core/aggregate/window.ts';
import { fromHex, toHex } from '#core/bytes.ts';
import { crc16Modbus } from '#core/crc.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import { encodeRecord } from '#core/wire/records.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { VirtualTime } from '../../simulator/gateway/virtual-time.ts';

/** How a smart meter's bytes come in: what the infrared head delivers at once at 9600 baud. */
const smlPieceBytes = 32;

/** Decodes one stream of telegrams over and over in one decoder, in pieces; gives how many telegrams were good. */
export function decodeTelegrams(hex: string, count: number): number {
  const bytes = fromHex(hex) ?? new Uint8Array();
  const decoder = new SmlDecoder();
  let good = 0;
  const transport = new SmlTransport({
    onFrame: frame => {
      if (decoder.decode(frame.bytes, frame.start, frame.end).ok) good++;
    },
    onFault: () => {},
  });
  for (let telegram = 0; telegram < count; telegram++) {
    for (let from = 0; from < bytes.length; from += smlPieceBytes) {
      transport.push(bytes.subarray(from, from + smlPieceBytes));
    }
  }
  return good;
}

/** A slave that answers each read of input registers with floats of 230.5 after 100 ms: cheap, and always right. */
function answer(request: Uint8Array): Uint8Array {
  const byteCount = (request[5] as number) * 2;
  const frame = new Uint8Array(byteCount + 5);
  frame.set([request[0] as number, 4, byteCount]);
  // 0x43668000 is 230.5; a power factor of that is implausible, which costs a failure and no value.
  for (let at = 3; at < byteCount + 3; at += 4) frame.set([0x43, 0x66, 0x80, 0x00], at);
  const crc = crc16Modbus(frame, 0, byteCount + 3);
  frame.set([crc & 0xff, crc >> 8], byteCount + 3);
  return frame;
}

/**
 * Polls the 34 common quantities of an SDM630 once a second by the real bus master, in virtual time, into windows
 * of 10 s that are coded as records. Gives the samples and the last record. The slave's answer is made once.
 */
export function pollSdm630(polls: number): { samples: number; values: number; record: string } {
  const time = new VirtualTime({ wallMs: 1_795_000_000_000 });
  const answers = new Map<string, Uint8Array>();
  const window = new Window(3000, 0, new CounterGuard(10, { happened: () => {}, confirmed: () => {} }));
  const outcome = { samples: 0, values: 0, record: '' };
  const registers = eastronSdm630.registers.filter(({ everyMs }) => everyMs === undefined);
  const source = createBusSource({
    time,
    line: { id: 'bus', kind: 'rs485', port: 'uart1' },
    log: () => {},
    openSerial: (_line, { onBytes }) => ({
      write: bytes => {
        const key = toHex(bytes);
        const frame = answers.get(key) ?? answer(bytes);
        answers.set(key, frame);
        time.after(100, () => onBytes(frame));
      },
      close: () => {},
    }),
    meters: [
      {
        settings: { id: 'house', name: 'House', profile: 'eastron-sdm630', line: 'bus', address: 1 },
        profile: { ...eastronSdm630, registers },
        sink: {
          samples: (ticksMs, samples) => {
            outcome.samples++;
            outcome.values += samples.length;
            for (const { quantity, value } of samples) window.sample(quantity, value, ticksMs);
          },
          failed: () => {},
        },
      },
    ],
  });
  source.start();
  for (let poll = 1; poll <= polls; poll++) {
    time.advance(1000);
    if (poll % 10 !== 0) continue;
    const startMs = 1_795_000_000_000 + (poll - 10) * 1000;
    const content = window.close(time.ticksMs());
    outcome.record = toHex(
      encodeRecord({ meter: 'house', startMs, windowS: 10, clock: 'synced', ...content }),
    );
  }
  source.stop();
  return outcome;
}
