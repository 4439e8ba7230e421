import type { Cancel, TimePort } from '#ports';
import { nodeTime } from './node-time.ts';
import { VirtualTime } from './virtual-time.ts';

interface Pending {
  readonly dueTicks: number;
  readonly callback: () => void;
  cancel: Cancel;
}

/**
 * Time that begins in the past, is let run fast until it has caught up, and then goes on as the machine's own. Who
 * measures by it sees one unbroken time: timers that are set when it goes live stay set.
 */
export class CatchUpTime implements TimePort {
  #virtual: VirtualTime | undefined;
  /** Of the live ticks against the machine's. */
  #offsetMs = 0;
  readonly #pending = new Set<Pending>();

  constructor(startWallMs: number) {
    this.#virtual = new VirtualTime({ wallMs: startWallMs });
  }

  get isLive(): boolean {
    return this.#virtual === undefined;
  }

  ticksMs(): number {
    return this.#virtual?.ticksMs() ?? nodeTime.ticksMs() + this.#offsetMs;
  }

  wallMs(): number {
    return this.#virtual?.wallMs() ?? Date.now();
  }

  after(delayMs: number, callback: () => void): Cancel {
    const pending: Pending = {
      dueTicks: this.ticksMs() + Math.max(delayMs, 0),
      callback: () => {
        this.#pending.delete(pending);
        callback();
      },
      cancel: () => {},
    };
    this.#pending.add(pending);
    pending.cancel = (this.#virtual ?? nodeTime).after(delayMs, pending.callback);
    return () => {
      this.#pending.delete(pending);
      pending.cancel();
    };
  }

  /** Runs all that falls due up to this wall time, at once. Live time is not to be pushed: it ignores this. */
  advanceTo(wallMs: number): void {
    const virtual = this.#virtual;
    if (virtual !== undefined) virtual.advance(Math.max(0, wallMs - this.wallMs()));
  }

  /** Catches up what is left and hands over to the machine's time. */
  goLive(): void {
    const virtual = this.#virtual;
    if (virtual === undefined) return;
    this.advanceTo(Date.now());
    this.#offsetMs = virtual.ticksMs() - nodeTime.ticksMs();
    this.#virtual = undefined;
    for (const pending of this.#pending) {
      pending.cancel();
      pending.cancel = nodeTime.after(pending.dueTicks - this.ticksMs(), pending.callback);
    }
  }
}
