import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { headFor } from '../../simulator/meters/telegram-head.ts';

/** A folder with smartmeter-obis in its node_modules: it is too old in its own dependencies to be one of ours. */
const peers = process.env.JOULEGATE_PEERS;
const folder = peers === undefined ? undefined : join(peers, 'node_modules', 'smartmeter-obis');
const hasPeer = folder !== undefined && existsSync(folder);
if (!hasPeer) {
  console.log(
    '  JOULEGATE_PEERS names no folder with smartmeter-obis in node_modules: its reading is not tested',
  );
}

interface Measurement {
  readonly valueToString: () => string;
  readonly getValue: (index: number) => { readonly value: unknown; readonly unit: string } | undefined;
}
interface Protocol {
  readonly checkMessage: (bytes: Buffer) => boolean;
  readonly handleMessage: (bytes: Buffer) => unknown;
}
type ProtocolClass = new (
  options: object,
  store: (error: unknown, result: Readonly<Record<string, Measurement>>) => void,
) => Protocol;

/** What smartmeter-obis makes of a telegram: number and unit by OBIS code. */
function peerReads(telegram: Uint8Array): Map<string, { readonly value: unknown; readonly unit: string }> {
  const protocol: ProtocolClass = createRequire(import.meta.url)(`${folder}/lib/protocols/SmlProtocol.js`);
  const found = new Map<string, { readonly value: unknown; readonly unit: string }>();
  const options = { debug: 0, protocolSmlInputEncoding: 'binary', logger: () => {} };
  const reader = new protocol(options, (_, result) => {
    for (const [code, measurement] of Object.entries(result)) {
      const first = measurement.getValue(0);
      if (first !== undefined) found.set(code, first);
    }
  });
  const bytes = Buffer.from(telegram);
  expect(reader.checkMessage(bytes), 'it is a telegram').toBeTruthy();
  reader.handleMessage(bytes);
  return found;
}

const shown: Partial<Record<QuantityId, number>> = {
  energyImportWh: 20_431_047.3,
  energyExportWh: 1234.5,
  powerW: -321.9,
  powerL1W: 12.5,
  powerL2W: -3000.1,
  voltageL1V: 230.4,
  currentL1A: -1.55,
  phaseAngleL1Degrees: -12,
  frequencyHz: 49.9,
};

/** Heads whose telegrams it can read: the plain one, and those whose quirk is within the standard. */
const heads: readonly (readonly [name: string, left: readonly QuantityId[]])[] = [
  ['sml', []],
  ['sml+narrow-numbers', []],
  ['sml+wide-numbers', []],
  ['sml+power-scaler-minus-2', []],
  ['sml+energy-scaler-minus-4', []],
  ['sml+edl-status', []],
  ['sml+no-status', []],
  ['sml+public-key+old-names', []],
  ['sml+time-stamp', []],
  ['sml+signatures', []],
  ['sml+list-order', []],
  ['sml-reduced', Object.keys(shown).filter(id => !id.startsWith('energy')) as QuantityId[]],
];

describe.skipIf(!hasPeer)('smartmeter-obis (needs JOULEGATE_PEERS)', () => {
  it.each(heads)('reads the telegrams of %s as they are', (name, left) => {
    const read = peerReads(headFor(name)(id => shown[id]).telegram(77));
    const told: string[] = [];
    for (const [id, value] of Object.entries(shown)) {
      if (left.includes(id as QuantityId)) continue;
      const { obis, unit } = quantities[id as QuantityId];
      const found = [...read].find(([code]) => code.startsWith(`${obis}`))?.[1];
      const step = name === 'sml-reduced' ? 1000 : 0.1;
      // It has kWh where the meter said Wh.
      const scale = found?.unit === 'kWh' ? 1000 : 1;
      expect(
        Math.abs(Number(found?.value) * scale - value),
        `${id} ${obis} ${JSON.stringify(found)}`,
      ).toBeLessThanOrEqual(step / 2 + 1e-6);
      expect(found?.unit.replace('kWh', 'Wh'), id).toBe(unit);
      told.push(id);
    }
    expect(told.length).toBe(Object.keys(shown).length - left.length);
  });
});
