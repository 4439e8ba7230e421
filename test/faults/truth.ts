import { type QuantityId, quantities } from '#core/quantities.ts';
import type { WindowRecord, WindowValue } from '#core/wire/records.ts';
import { type MeterProfile, type ModbusProfile, profileQuantities } from '#profiles/profile.ts';
import { findProfile } from '#profiles/registry.ts';
import { follows } from '../../simulator/meters/follows.ts';
import { pointReader } from '../../simulator/scenario/meter-reading.ts';
import { usualShuntOhm } from '../../simulator/scenario/wired-site.ts';
import { siteMeters, sitePlant } from '../site.ts';

/** Half a step of what a smart meter sends, by unit. */
const smlHalfSteps: Readonly<Record<string, number>> = { W: 0.05, V: 0.05, A: 0.005, Hz: 0.05, '°': 0.5 };
/** The chip's bus voltage has steps of 4 mV, its shunt's of 0.1 mA. */
const chipSlack: Partial<Record<QuantityId, number>> = {
  voltageV: 0.002,
  currentA: 0.0002,
  shuntVoltageV: 0.000_02,
  // 20 steps of current cut off, and half a step of voltage at 2 A.
  powerW: 0.01,
};

/** A held sample takes part in the window after its own for up to three intervals. */
const heldS = 4;

/**
 * What was true at the site with this seed, second by second, computed apart from the gateway and its wires: a second
 * plant, the same for the same seed.
 */
export class Truth {
  readonly #startS: number;
  readonly #values = new Map<string, Float64Array>();
  readonly #battery: { readonly import: Float64Array; readonly export: Float64Array };

  /** From the plant's start until `endMs`. */
  constructor({ seed, startMs, endMs }: { seed: number; startMs: number; endMs: number }) {
    const plant = sitePlant(seed, startMs);
    this.#startS = startMs / 1000;
    const seconds = (endMs - startMs) / 1000 + 1;
    this.#battery = { import: new Float64Array(seconds), export: new Float64Array(seconds) };
    const battery = plant.tree.findIndex(({ id }) => id === 'battery-12v');
    const [on = 0] = plant.tree[battery]?.phases ?? [];
    const readers = siteMeters.flatMap(meter => {
      const profile = findProfile(meter.profile);
      const atPoint = pointReader(plant, meter, () => plant.atMs);
      return profile === undefined
        ? []
        : profileQuantities(profile).map(quantity => {
            const values = new Float64Array(seconds).fill(Number.NaN);
            this.#values.set(`${meter.id} ${quantity}`, values);
            return [values, shownBy(profile, quantity, atPoint)] as const;
          });
    });
    for (let second = 0; second < seconds; second++) {
      plant.advanceTo(startMs + second * 1000);
      this.#battery.import[second] = plant.counters.ofPhase('import', battery, on);
      this.#battery.export[second] = plant.counters.ofPhase('export', battery, on);
      for (const [values, read] of readers) values[second] = read() ?? Number.NaN;
    }
  }

  /** What the site had in the second that begins then. */
  at(meter: string, quantity: QuantityId, atMs: number): number {
    const value = this.#values.get(`${meter} ${quantity}`)?.[Math.floor(atMs / 1000) - this.#startS];
    if (value === undefined || Number.isNaN(value))
      throw new Error(`no truth for ${meter} ${quantity} at ${atMs}`);
    return value;
  }

  /** What the battery took or gave between two instants, Wh. */
  batteryWh(direction: 'import' | 'export', fromMs: number, toMs: number): number {
    const values = this.#battery[direction];
    const at = (ms: number) => values[ms / 1000 - this.#startS] ?? Number.NaN;
    return (at(toMs) - at(fromMs)) / 3_600_000;
  }

  /**
   * Why a value cannot be true: the site had nothing like it in its window, or `skewS` after, where two clocks
   * measure. Undefined where it can.
   */
  falsehood({ meter, startMs, windowS }: WindowRecord, value: WindowValue, skewS = 0): string | undefined {
    const { quantity } = value;
    const what = `${meter} ${quantity} at ${new Date(startMs).toISOString()}`;
    const truths: number[] = [];
    for (let second = -heldS; second < windowS + skewS; second++) {
      const atMs = startMs + second * 1000;
      if (atMs / 1000 >= this.#startS) truths.push(this.at(meter, quantity, atMs));
    }
    if (!('mean' in value)) {
      const isShown = truths.some(truth => Math.abs(truth - value.last) <= slackOf(meter, quantity, truth));
      return isShown ? undefined : `${what}: the counter never showed ${value.last}`;
    }
    const [least, most] = [Math.min(...truths), Math.max(...truths)];
    const slack = slackOf(meter, quantity, Math.max(Math.abs(least), Math.abs(most)));
    const isWithin = [value.min, value.mean, value.max, value.last].every(
      number => number >= least - slack && number <= most + slack,
    );
    if (isWithin) return undefined;
    return `${what}: ${value.min} ${value.mean} ${value.max} ${value.last} in ${least} to ${most}`;
  }
}

/** What a meter of this profile shows of a quantity: a counter cut to the meter's own steps, a gauge as it is. */
function shownBy(
  profile: MeterProfile,
  quantity: QuantityId,
  atPoint: (quantity: QuantityId) => number | undefined,
): () => number | undefined {
  if (profile.kind === 'ina219' && quantity === 'shuntVoltageV')
    return () => (atPoint('currentA') ?? 0) * usualShuntOhm;
  if (profile.kind !== 'modbus') return () => atPoint(quantity);
  const read = (id: QuantityId): number => atPoint(id) ?? follows(id, read);
  const { resolution } = registerOf(profile, quantity) ?? {};
  if (quantities[quantity].kind !== 'counter' || resolution === undefined) return () => read(quantity);
  const power = 10 ** quantities[quantity].decimals;
  return () => Math.round(Math.floor(read(quantity) / resolution + 1e-9) * resolution * power) / power;
}

const registerOf = (profile: ModbusProfile, quantity: QuantityId) =>
  profile.registers.find(found => found.quantity === quantity);

/** How far what a meter shows may be from what is: its steps, its float's digits, and the wire's last decimal. */
function slackOf(meter: string, quantity: QuantityId, value: number): number {
  const { decimals, unit, kind } = quantities[quantity];
  const lastDecimal = 0.51 * 10 ** -decimals;
  const profile = findProfile(siteMeters.find(({ id }) => id === meter)?.profile ?? '');
  if (profile?.kind === 'ina219') return lastDecimal + (chipSlack[quantity] ?? 0);
  if (profile?.kind !== 'modbus') return lastDecimal + (kind === 'counter' ? 0 : (smlHalfSteps[unit] ?? 0));
  const register = registerOf(profile, quantity);
  if (register?.type === 'float32') {
    const float = Math.abs(value) * 2 ** -24;
    // A float that cannot tell its last step apart is rounded to one; below that it is exact.
    if (register.resolution === undefined) return lastDecimal + float;
    return lastDecimal + (float < register.resolution / 2 ? 0 : float + register.resolution);
  }
  return lastDecimal + (kind === 'counter' ? 0 : (register?.scale ?? 0) / 2);
}
