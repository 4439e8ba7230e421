import { createBusSource } from '#app/poller.ts';
import { answerBytes, requestBytes } from '#core/modbus/frame.ts';
import { planReads } from '#core/modbus/plan.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { Cancel, TimePort } from '#ports';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { SerialLine } from '../../simulator/line/serial-line.ts';
import { attachSlave } from '../../simulator/meters/modbus-slave.ts';

const turnaroundMs = 20;
const one: readonly number[] = [1];
const eight: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** The SDM630's 34 values from register 0 to 79, as its profile reads them: at once. */
const common: ModbusProfile = {
  ...eastronSdm630,
  registers: eastronSdm630.registers.filter(register => register.address < 80),
};
/** The same, one read a value, as many programs do. */
const single: ModbusProfile = { ...common, limits: { maxRegistersPerRead: 2, maxHoleRegisters: 0 } };

/** The wire is exact to microseconds: timers for the most of a wait, turns of the event loop for its last 2 ms. */
const exactTime: TimePort = {
  ...nodeTime,
  after: (delayMs: number, callback: () => void): Cancel => {
    const dueTicks = performance.now() + delayMs;
    let isCancelled = false;
    const spin = (): void => {
      if (isCancelled) return;
      if (performance.now() >= dueTicks) callback();
      else setImmediate(spin);
    };
    const timer = setTimeout(spin, Math.max(delayMs - 2, 0));
    return () => {
      isCancelled = true;
      clearTimeout(timer);
    };
  },
};

/** What all values take at the least: characters, turn-around and silence of every request. */
function limitMs(profile: ModbusProfile, line: SerialLine): number {
  return planReads(profile.registers, profile.limits).reduce((sum, { fc, start, count }) => {
    const characters = requestBytes + answerBytes({ address: 1, fc, start, count });
    return sum + characters * line.characterMs + turnaroundMs + line.gapMs;
  }, 0);
}

/** Each quantity has a value of its own, as in a meter under load. */
const valueOfEach = (profile: ModbusProfile) => {
  const places = new Map(profile.registers.map(({ quantity }, index) => [quantity, index / 100]));
  return (quantity: QuantityId): number => places.get(quantity) ?? 0;
};

/** Polls as fast as it goes for some time; the mean time for all values of a meter, and what it is at the least. */
async function pollFor(durationMs: number, baud: number, profile: ModbusProfile, addresses = one) {
  const line = new SerialLine({ time: exactTime, baud, parity: 'none', stopBits: 1, seed: 1 });
  const read = valueOfEach(profile);
  for (const address of addresses) attachSlave(line, { address, profile, read }, exactTime, turnaroundMs);
  let [firstTicks, lastTicks, values, failures] = [0, 0, 0, 0];
  const source = createBusSource({
    time: nodeTime,
    line: { id: 'bus', kind: 'rs485', port: 'simulated', baud },
    openSerial: (_, handlers) => line.connect({ onBytes: handlers.onBytes }),
    meters: addresses.map(address => ({
      settings: {
        id: `meter${address}`,
        name: 'Meter',
        profile: profile.id,
        line: 'bus',
        address,
        sampleMs: 1,
      },
      profile,
      sink: {
        samples: (ticksMs, samples) => {
          // Counted from the end of the first answer on.
          if (firstTicks === 0) firstTicks = ticksMs;
          else values += samples.length;
          lastTicks = ticksMs;
        },
        failed: () => failures++,
      },
    })),
    log: () => {},
  });
  source.start();
  await new Promise(resolve => setTimeout(resolve, durationMs));
  source.stop();
  if (values === 0) throw new Error(`polling at ${baud} baud gave nothing and ${failures} failures`);
  const roundMs = ((lastTicks - firstTicks) / values) * profile.registers.length;
  return { roundMs, limitMs: limitMs(profile, line), failures };
}

/**
 * How near polling an SDM630's 34 common values comes to what the line allows, and how many times longer one read a
 * value takes, at 9600 baud and a turn-around of 20 ms; with one meter on the line, and with eight. Reads fail only
 * where the machine has no time for its timers.
 */
export async function bench(): Promise<Record<string, number>> {
  const at9600 = await pollFor(5000, 9600, common);
  const at38400 = await pollFor(5000, 38_400, common);
  const eightAt9600 = await pollFor(5000, 9600, common, eight);
  const eightAt38400 = await pollFor(5000, 38_400, common, eight);
  const singleAt9600 = await pollFor(8000, 9600, single);
  const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
  return {
    share9600: rounded(at9600.limitMs / at9600.roundMs),
    share38400: rounded(at38400.limitMs / at38400.roundMs),
    shareOfEight9600: rounded(eightAt9600.limitMs / eightAt9600.roundMs),
    shareOfEight38400: rounded(eightAt38400.limitMs / eightAt38400.roundMs),
    singleReadRatio: rounded(singleAt9600.roundMs / at9600.roundMs),
    failures: [at9600, at38400, eightAt9600, eightAt38400, singleAt9600].reduce(
      (sum, run) => sum + run.failures,
      0,
    ),
    roundMs9600: rounded(at9600.roundMs),
    limitMs9600: rounded(at9600.limitMs),
    roundMs38400: rounded(at38400.roundMs),
    limitMs38400: rounded(at38400.limitMs),
  };
}
