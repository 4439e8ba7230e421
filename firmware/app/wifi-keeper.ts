import { Backoff } from '../core/backoff.ts';
import type { Cancel, Ports, RandomPort, TimePort } from '../ports.ts';

/** What a station of WiFi is told and tells. */
export interface WifiStation {
  /** Begins to join. Throws an Error where that cannot be begun. */
  connect(): void;
  disconnect(): void;
  /** `joined`: without an address yet. */
  state(): 'away' | 'joining' | 'joined' | 'up';
}

const firstWaitMs = 1000;
const mostWaitMs = 60_000;
/** From the first try to an address; a driver that forgets an attempt must not end it for good. */
const attemptMs = 30_000;

/** A network that is kept up: joined again after 1 to 60 s when it is lost or refused. Says why, as far as is known. */
export class WifiKeeper {
  isUp = false;
  /** Times that the network came. */
  joins = 0;
  readonly #name: string;
  readonly #station: WifiStation;
  readonly #time: Pick<TimePort, 'after'>;
  readonly #log: Ports['log'];
  readonly #changed: (isUp: boolean, why?: string) => void;
  readonly #backoff: Backoff;
  #state: 'stopped' | 'trying' | 'up' | 'resting' = 'stopped';
  #cancel: Cancel | undefined;
  #hasJoined = false;

  constructor(
    name: string,
    station: WifiStation,
    ports: Pick<Ports, 'log'> & { readonly time: Pick<TimePort, 'after'>; readonly random: RandomPort },
    changed: (isUp: boolean, why?: string) => void,
  ) {
    this.#name = name;
    this.#station = station;
    this.#time = ports.time;
    this.#log = ports.log;
    this.#changed = changed;
    this.#backoff = new Backoff(firstWaitMs, mostWaitMs, () => ports.random.unit());
  }

  start(): void {
    if (this.#state === 'stopped') this.try();
  }

  stop(): void {
    this.#cancel?.();
    this.#state = 'stopped';
    this.isUp = false;
    this.#station.disconnect();
  }

  /** The station's state is another. */
  noticed(): void {
    const now = this.#station.state();
    if (now === 'joined') this.#hasJoined = true;
    // An attempt that was given up may still have come through.
    if ((this.#state === 'trying' || this.#state === 'resting') && now === 'up') this.came();
    else if (this.#state === 'up' && now !== 'up') this.rest('it was lost');
    else if (this.#state === 'trying' && now === 'away') this.rest(this.whyRefused());
  }

  private try(): void {
    this.#state = 'trying';
    this.#hasJoined = false;
    this.#cancel = this.#time.after(attemptMs, () => {
      const why = this.#hasJoined ? 'it gives no address' : 'no answer';
      this.rest(`${why} for ${attemptMs / 1000} s`);
    });
    try {
      this.#station.connect();
    } catch (error) {
      this.rest(String(error));
    }
  }

  private came(): void {
    this.#cancel?.();
    this.#state = 'up';
    this.isUp = true;
    this.joins++;
    this.#backoff.reset();
    this.#log('info', `WiFi ${this.#name} is up`);
    this.#changed(true);
  }

  private rest(why: string): void {
    this.#cancel?.();
    const wasUp = this.isUp;
    this.#state = 'resting';
    this.isUp = false;
    const waitMs = this.#backoff.next();
    this.#log('warn', `WiFi ${this.#name}: ${why}; next try in ${Math.ceil(waitMs / 1000)} s`);
    this.#cancel = this.#time.after(waitMs, () => {
      // An attempt that hangs is given up first: the driver takes no second one.
      if (this.#station.state() !== 'away') this.#station.disconnect();
      this.try();
    });
    if (wasUp) this.#changed(false, why);
  }

  /** The driver gives no reason; how far it came narrows it down. */
  private whyRefused(): string {
    return this.#hasJoined
      ? 'it was left before it gave an address'
      : 'it is not there, too weak, or refused the password';
  }
}
