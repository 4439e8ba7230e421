import { Backoff } from '../core/backoff.ts';
import type { LineSettings } from '../core/wire/settings.ts';
import type { Cancel, Ports, SerialPort } from '../ports.ts';

/** Who hears what comes over a line. */
export interface LinkOwner {
  onBytes(bytes: Uint8Array): void;
  onClosed(): void;
}

type LinkPorts = Pick<Ports, 'time' | 'openSerial' | 'log'>;

const firstRetryMs = 1000;
const lastRetryMs = 30_000;
/** Nobody shares a line with this gateway, so tries need not be spread. */
const noJitter = () => 1;

/**
 * A serial port that is opened again when it cannot be opened or breaks: after 1 s, then twice as long each time up
 * to 30 s. The count begins anew when bytes come, as an adapter behind TCP opens long before it is reached.
 */
export class SerialLink {
  opens = 0;
  closes = 0;
  /** Why there is no port; undefined while there is one. */
  closedReason: 'notConfigured' | 'timeout' | undefined = 'notConfigured';
  /** What was wrong with the port last, until bytes come of it. */
  fault: string | undefined;
  readonly #ports: LinkPorts;
  readonly #settings: LineSettings;
  readonly #owner: LinkOwner;
  #port: SerialPort | undefined;
  readonly #backoff = new Backoff(firstRetryMs, lastRetryMs, noJitter);
  #cancelRetry: Cancel | undefined;
  #baud: number | undefined;
  /** Counts attempts: what an earlier port still says is not heard. */
  #attempt = 0;

  constructor(ports: LinkPorts, settings: LineSettings, owner: LinkOwner) {
    this.#ports = ports;
    this.#settings = settings;
    this.#owner = owner;
  }

  open(): void {
    const attempt = ++this.#attempt;
    this.#cancelRetry = undefined;
    this.closedReason = undefined;
    try {
      const port = this.#ports.openSerial(this.line, {
        onBytes: bytes => {
          if (attempt !== this.#attempt) return;
          this.#backoff.reset();
          this.fault = undefined;
          this.#owner.onBytes(bytes);
        },
        onClosed: why => {
          if (attempt === this.#attempt) this.lost('timeout', `was lost: ${why}`);
        },
      });
      // It may have closed during the call.
      if (attempt !== this.#attempt) return;
      this.#port = port;
      this.opens++;
    } catch (error) {
      this.lost(
        'notConfigured',
        `cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** Another speed from now on, as mode C of IEC 62056-21 changes it: the port, if there is one, is opened anew. */
  retune(baud: number): void {
    if (baud === this.line.baud) return;
    this.#baud = baud;
    const port = this.#port;
    if (port === undefined) return;
    this.#attempt++;
    this.#port = undefined;
    port.close();
    this.open();
    // It is the same port all the while.
    if (this.#port !== undefined) this.opens--;
  }

  private get line(): LineSettings {
    return this.#baud === undefined ? this.#settings : { ...this.#settings, baud: this.#baud };
  }

  close(): void {
    this.#attempt++;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.closedReason = 'notConfigured';
    this.#port?.close();
    this.#port = undefined;
  }

  /** A port that cannot be written to, as of an adapter just unplugged, is lost. */
  write(bytes: Uint8Array): void {
    const port = this.#port;
    try {
      port?.write(bytes);
    } catch (error) {
      this.lost('timeout', `cannot be written to: ${error instanceof Error ? error.message : String(error)}`);
      port?.close();
    }
  }

  private lost(reason: 'notConfigured' | 'timeout', what: string): void {
    const { time, log } = this.#ports;
    const { id, port } = this.#settings;
    this.#attempt++;
    this.#port = undefined;
    this.closedReason = reason;
    this.closes++;
    this.fault = `${port} ${what}`;
    const retryMs = this.#backoff.next();
    log('warn', `line ${id}: ${port} ${what}; next try in ${retryMs / 1000} s`);
    this.#cancelRetry = time.after(retryMs, () => this.open());
    this.#owner.onClosed();
  }
}
