import { deepFreeze } from '../freeze.ts';

/** Where a map may begin (SunSpec Device Information Model Specification 1.1, 6.2), the usual place first. */
const bases: readonly number[] = deepFreeze([40_000, 50_000, 0]);
/** "SunS" */
const marker = 0x53756e53;
const commonModel = 1;
const endModel = 0xffff;
/** Of the common model: manufacturer and serial number, from its first register. */
const manufacturerAt = 2;
const manufacturerWords = 16;
/** A device has a handful; a chain that goes on for ever is none. */
const mostModels = 32;

/** A model of a device: its number, the register its header begins at, and how many registers follow the header. */
export interface SunspecModel {
  readonly id: number;
  readonly start: number;
  readonly length: number;
  /** Which device it belongs to, from 0: each common model begins another (an inverter, the meter behind it). */
  readonly device: number;
}

/** What a device says it is: who made it, and its models, the common ones among them. */
export interface SunspecMap {
  readonly manufacturer: string;
  readonly models: readonly SunspecModel[];
}

/** Holding registers to be read next. */
export interface SunspecRead {
  readonly start: number;
  readonly count: number;
}

/**
 * The search for a SunSpec map: `next` says what to read, `take` takes its data, or undefined where the device
 * refuses or does not answer. `base`: looks for the marker; `header`: goes along the chain of models (number, length)
 * to 0xFFFF; `manufacturer`: reads who made it. A chain that breaks off is kept as far as it came, as some devices
 * serve a part of theirs. It ends as `found` or `absent`, after 100 reads at most.
 */
export class SunspecSearch {
  state: 'base' | 'header' | 'manufacturer' | 'found' | 'absent' = 'base';
  #base = 0;
  /** Where the next header is. */
  #start = 0;
  #device = -1;
  #manufacturer = '';
  #headers = 0;
  readonly #models: SunspecModel[] = [];

  next(): SunspecRead | undefined {
    switch (this.state) {
      case 'base':
        return { start: bases[this.#base] as number, count: 2 };
      case 'header':
        return { start: this.#start, count: 2 };
      case 'manufacturer':
        return { start: (this.#models[0]?.start ?? 0) + manufacturerAt, count: manufacturerWords };
      default:
        return undefined;
    }
  }

  take(data: Uint8Array | undefined): void {
    switch (this.state) {
      case 'base':
        this.takeBase(data);
        break;
      case 'header':
        this.takeHeader(data);
        break;
      case 'manufacturer':
        if (data !== undefined) this.#manufacturer = textOf(data);
        this.state = 'header';
    }
  }

  /** What was found, once the state says so. */
  get map(): SunspecMap | undefined {
    return this.state === 'found' ? { manufacturer: this.#manufacturer, models: this.#models } : undefined;
  }

  private takeBase(data: Uint8Array | undefined): void {
    if (data !== undefined && wordAt(data, 0) * 0x1_0000 + wordAt(data, 1) === marker) {
      this.#start = (bases[this.#base] as number) + 2;
      this.state = 'header';
    } else if (++this.#base >= bases.length) this.state = 'absent';
  }

  private takeHeader(data: Uint8Array | undefined): void {
    const id = data === undefined ? endModel : wordAt(data, 0);
    const length = data === undefined ? 0 : wordAt(data, 1);
    const end = this.#start + 2 + length;
    // Zeros are no header, and behind a model past the last register there is nothing.
    if (id === endModel || id === 0 || end > 0xffff || ++this.#headers > mostModels) {
      this.state = this.#models.length > 0 ? 'found' : 'absent';
      return;
    }
    const start = this.#start;
    this.#start = end;
    // A header alone has nothing to read; the chain goes on behind it.
    if (length === 0) return;
    if (id === commonModel) this.#device++;
    this.#models.push({ id, start, length, device: Math.max(this.#device, 0) });
    if (this.#models.length === 1 && id === commonModel) this.state = 'manufacturer';
  }
}

/** The word at that place; 0xFFFF, which SunSpec has for "not implemented", where the data is too short. */
function wordAt(data: Uint8Array, index: number): number {
  const [high, low] = [data[index * 2], data[index * 2 + 1]];
  return high === undefined || low === undefined ? 0xffff : high * 256 + low;
}

/** Printable ASCII up to the first zero. */
function textOf(data: Uint8Array): string {
  let text = '';
  for (const byte of data) {
    if (byte === 0) break;
    if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
  }
  return text.trim();
}
