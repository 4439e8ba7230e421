import type { MeterSink, Sample } from '#app/source.ts';
import type { Reason } from '#core/wire/reasons.ts';
import type { MeterSettings } from '#core/wire/settings.ts';
import type { Ports } from '#ports';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';
import { attachSlave, type ModbusSlave } from '../../../simulator/meters/modbus-slave.ts';

/** A simulated line with slaves, in virtual time, and a port to it. */
export function lineRig(slaves: readonly ModbusSlave[], { baud = 9600, turnaroundMs = 20, seed = 1 } = {}) {
  const time = new VirtualTime();
  const line = new SerialLine({ time, baud, parity: 'none', stopBits: 1, seed });
  for (const slave of slaves) attachSlave(line, slave, time, turnaroundMs);
  const openSerial: Ports['openSerial'] = (_, handlers) => line.connect({ onBytes: handlers.onBytes });
  return { time, line, openSerial, settings: { id: 'bus', kind: 'rs485', port: 'simulated', baud } as const };
}

/** A sink that keeps all it is given. */
export function recordingSink() {
  const samples: { ticksMs: number; values: Partial<Record<string, number>> }[] = [];
  const failures: { ticksMs: number; reason: Reason }[] = [];
  const sink: MeterSink = {
    samples: (ticksMs, given: readonly Sample[]) => {
      samples.push({
        ticksMs,
        values: Object.fromEntries(given.map(({ quantity, value }) => [quantity, value])),
      });
    },
    failed: (ticksMs, reason) => failures.push({ ticksMs, reason }),
  };
  return { sink, samples, failures };
}

export const meterSettings = (
  id: string,
  address: number,
  rest: Partial<MeterSettings> = {},
): MeterSettings => ({
  id,
  name: id,
  profile: 'any',
  line: 'bus',
  address,
  ...rest,
});

export const noLog: Ports['log'] = () => {};
