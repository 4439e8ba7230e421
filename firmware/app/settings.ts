import { deepFreeze } from '../core/freeze.ts';
import { jsonText } from '../core/json.ts';
import type { Mistake } from '../core/rules.ts';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import { decodeMessage, type Message } from '../core/wire/messages.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import type { Ports } from '../ports.ts';
import { outputMistakes } from '../profiles/alarm-check.ts';
import { checkSettings } from '../profiles/settings-check.ts';

const storeKey = 'settings';
/** A report has so many. */
const mostMistakes = 20;

const noSettings: GatewaySettings = deepFreeze({ version: 0, lines: [], meters: [] });

/**
 * The settings that run, kept in the store, and why newer ones do not. Settings that are refused, or cannot be
 * stored, change nothing.
 */
export class Settings {
  running: GatewaySettings;
  #refused: Message<'settings/reported'>['refused'];
  readonly #store: Ports['store'];
  readonly #log: Ports['log'];
  readonly #outputs: readonly string[];

  /** `initial` runs where the store has none. Throws an Error that names its mistakes where it has any. */
  constructor(
    { store, log, board }: Pick<Ports, 'store' | 'log' | 'board'>,
    initial: GatewaySettings = noSettings,
  ) {
    this.#store = store;
    this.#log = log;
    this.#outputs = board.outputs;
    const checked = checkSettings(initial);
    if ('mistakes' in checked) throw new Error(`settings given at the start: ${inOneLine(checked.mistakes)}`);
    this.running = checked.settings;
    this.restore();
  }

  /**
   * Takes a message of `settings/desired`. True where other settings run from now on. What counts is what they hold:
   * a host that began anew counts its versions from the start.
   */
  take(payload: Uint8Array): boolean {
    const message = decodeMessage('settings/desired', payload);
    if (!message.ok) return this.refuse(null, [{ field: '(all)', message: message.detail }]);
    const wanted = message.value.settings;
    const version = versionOf(wanted);
    const checked = checkSettings(wanted);
    if ('mistakes' in checked) return this.refuse(version, checked.mistakes);
    const absent = outputMistakes(checked.settings, this.#outputs);
    if (absent.length > 0) return this.refuse(version, absent);
    if (jsonText(checked.settings) === jsonText(this.running)) {
      this.#refused = undefined;
      return false;
    }
    try {
      this.#store.write(storeKey, encodeUtf8(JSON.stringify(checked.settings)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return this.refuse(version, [{ field: '(all)', message: `cannot be stored on the gateway: ${why}` }]);
    }
    this.running = checked.settings;
    this.#refused = undefined;
    this.#log('info', `settings ${version} run`);
    return true;
  }

  report(): Message<'settings/reported'> {
    const report = { v: 1, running: this.running };
    return this.#refused === undefined ? report : { ...report, refused: this.#refused };
  }

  private restore(): void {
    const bytes = this.read();
    if (bytes === undefined) return;
    let value: unknown;
    try {
      value = JSON.parse(decodeUtf8(bytes) ?? '');
    } catch {
      value = undefined;
    }
    const checked = checkSettings(value, 'kept');
    if ('settings' in checked) this.running = checked.settings;
    else {
      this.running = noSettings;
      const stored = {
        field: '(stored)',
        message: 'the settings stored on the gateway are damaged; send them again',
      };
      this.refuse(versionOf(value), [stored, ...checked.mistakes]);
    }
  }

  private read(): Uint8Array | undefined {
    try {
      return this.#store.read(storeKey);
    } catch (error) {
      this.#log(
        'error',
        `settings cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }

  private refuse(version: number | null, mistakes: readonly Mistake[]): false {
    // The report has to fit its own message's bounds, whatever stood in the settings.
    const bounded = mistakes.slice(0, mostMistakes).map(({ field, message }) => ({
      field: cut(field, 256),
      message: cut(message, 512),
    }));
    this.#refused = { version, mistakes: bounded };
    this.#log('error', `settings ${version ?? 'without a version'} refused: ${inOneLine(bounded)}`);
    return false;
  }
}

const inOneLine = (mistakes: readonly Mistake[]): string =>
  mistakes.map(({ field, message }) => `${field}: ${message}`).join('; ');

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('version' in value)) return null;
  const { version } = value;
  return typeof version === 'number' && Number.isInteger(version) && version >= 0 ? version : null;
}
