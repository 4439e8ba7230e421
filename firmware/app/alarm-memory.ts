import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import type { Ports } from '../ports.ts';

const storeKey = 'alarms';
/** Flash bears so many writes for decades, however a value flutters about its threshold. */
const writeEveryMs = 30_000;

/** Which alarm rules are on, for the next start: ids are of letters and digits, so blanks part them. */
export class AlarmMemory {
  readonly #ports: Pick<Ports, 'time' | 'store' | 'log'>;
  #isDue = false;
  #writtenTicks = Number.NEGATIVE_INFINITY;
  #written: string | undefined;

  constructor(ports: Pick<Ports, 'time' | 'store' | 'log'>) {
    this.#ports = ports;
  }

  read(): readonly string[] {
    try {
      const bytes = this.#ports.store.read(storeKey);
      const text = bytes === undefined ? '' : (decodeUtf8(bytes) ?? '');
      this.#written = text;
      return text === '' ? [] : text.split(' ');
    } catch {
      return [];
    }
  }

  changed(): void {
    this.#isDue = true;
  }

  /** Writes what changed, where the last write is long enough ago. */
  writeSoon(ids: () => readonly string[]): void {
    if (this.#isDue && this.#ports.time.ticksMs() - this.#writtenTicks >= writeEveryMs) this.write(ids());
  }

  write(ids: readonly string[]): void {
    const text = ids.join(' ');
    this.#isDue = false;
    this.#writtenTicks = this.#ports.time.ticksMs();
    if (text === (this.#written ?? '')) return;
    try {
      this.#ports.store.write(storeKey, encodeUtf8(text));
      this.#written = text;
    } catch (error) {
      this.#ports.log('error', `which alarms are on cannot be stored: ${String(error)}`);
    }
  }
}
