import type { SunspecModel } from '#core/modbus/sunspec.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { sunspecProfile } from '#profiles/sunspec.ts';
import type { Span } from './register-values.ts';

/** Lengths of the models that are read (sunspec/models 7abdf89), as far as they are fixed. */
const lengths: Readonly<Record<number, number | undefined>> = Object.freeze({
  101: 50,
  102: 50,
  103: 50,
  111: 60,
  112: 60,
  113: 60,
  201: 105,
  202: 105,
  203: 105,
  204: 105,
  211: 124,
  212: 124,
  213: 124,
  214: 124,
});

/** Makers by whom registers are read otherwise; a trace does not say who made a device. */
const makers: readonly string[] = Object.freeze(['SolarEdge', 'KOSTAL']);

/**
 * What SunSpec devices say in what is read of them. Where their models lie is found by the gateway and not told, yet a
 * read begins with the header of its model. Two values might look like one by chance, so it has to come twice. What
 * depends on the maker, the sign of a meter's power, is left out.
 */
export class SunspecReads {
  readonly #seen = new Map<string, number>();

  /** The registers that a read has, or undefined while that is not certain. */
  profileOf(
    searched: ModbusProfile,
    address: number,
    { fc, start }: Span,
    data: Uint8Array,
  ): ModbusProfile | undefined {
    const id = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
    const length = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
    // A header that is read alone is a step of the search, and has no values behind it.
    if (fc !== 3 || data.length <= 4 || lengths[id] !== length) return undefined;
    const key = `${address} ${start} ${id}`;
    const times = (this.#seen.get(key) ?? 0) + 1;
    if (this.#seen.size < 64 || times > 1) this.#seen.set(key, times);
    if (times < 2) return undefined;
    const models: SunspecModel[] = [{ id, start, length, device: 0 }];
    const found = sunspecProfile(searched, { manufacturer: '', models });
    if (found === undefined) return undefined;
    const others = makers.map(manufacturer => sunspecProfile(searched, { manufacturer, models }));
    const registers = found.registers.filter((register, index) =>
      others.every(other => {
        const same = other?.registers[index];
        return same !== undefined && same.scale === register.scale && same.type === register.type;
      }),
    );
    return { ...found, registers };
  }
}
