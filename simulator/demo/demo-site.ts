import { CatchUpTime } from '../gateway/catch-up-time.ts';
import type { LineFaults } from '../line/faults.ts';
import type { GatewayShare } from '../scenario/gateways.ts';
import type { RunningPlant, Scenario } from '../scenario/scenario.ts';
import { type WiredSite, wireSite } from '../scenario/wired-site.ts';
import { DemoGateway, type DemoGatewayOptions, type Sampling } from './demo-gateway.ts';

export interface DemoSiteOptions {
  readonly scenario: Scenario;
  readonly plant: RunningPlant;
  /** One for each share of the scenario's lines (`gatewaysOf`). */
  readonly gateways: readonly { readonly share: GatewayShare; readonly options: DemoGatewayOptions }[];
}

/** Windows of the past are longer, so that a day goes through in a few seconds. */
const past: Sampling = Object.freeze({ windowS: 60, sampleMs: 30_000 });
export const live: Sampling = Object.freeze({ windowS: 10, sampleMs: 1000 });

const minuteMs = 60_000;
/** A gateway sends again what was not acknowledged for 10 s. */
const resendMs = 10_000;
/** Before a moment that may not be passed there is time for that. */
const nearMs = resendMs + 2000;
/** Less than this is measured with the live windows. */
export const shortPastMs = 2 * minuteMs;
/** How much at a time is run before others get their turn: what so many meters measure fits in what is left of a journal. */
const turnMs = 2 * minuteMs;
const metersPerTurn = 8;

/**
 * The real gateways on a simulated site. They begin in the past: time runs fast, lines are direct and the way to the
 * broker opens now and then, until the present is reached. From there on they measure over TCP as time goes by. Each is
 * one gateway all along, with one journal, one connection and one site behind it.
 */
export class DemoSite {
  readonly site: WiredSite;
  readonly gateways: readonly DemoGateway[];
  readonly #time: CatchUpTime;
  readonly #turnMs: number;
  #isClosed = false;

  private constructor(site: WiredSite, time: CatchUpTime, gateways: readonly DemoGateway[]) {
    this.site = site;
    this.gateways = gateways;
    this.#time = time;
    const most = Math.max(...gateways.map(({ share }) => share.meters.length), metersPerTurn);
    this.#turnMs = Math.max(Math.floor((turnMs * metersPerTurn) / most / 1000) * 1000, 15_000);
  }

  /** Begins at the plant's time. @throws Error where no TCP port is free. */
  static async start({ scenario, plant, gateways }: DemoSiteOptions): Promise<DemoSite> {
    // Windows that begin with the plant are whole: one that was open just before has ended by then.
    const time = new CatchUpTime(plant.atMs - 1);
    const site = await wireSite({ scenario, plant, plantMs: () => time.wallMs() });
    const started = gateways.map(({ share, options }) => new DemoGateway(site, share, time, options));
    return new DemoSite(site, time, started);
  }

  /** Runs through the past, then goes live. `tell` hears how far it is, 0 to 1. */
  async catchUp(tell: (share: number) => void): Promise<void> {
    const time = this.#time;
    const startMs = time.wallMs();
    if (Date.now() - startMs >= shortPastMs) {
      await this.#apply(past);
      let borderMs: number;
      do {
        // So long ago that letting the host have all does not lead past the present: its clock would then go back.
        borderMs = Math.floor((Date.now() - nearMs) / minuteMs) * minuteMs - 1;
        await this.#run(borderMs - nearMs);
        await this.#drain();
        if (this.#isClosed) return;
        tell((time.wallMs() - startMs) / (Date.now() - startMs));
      } while (time.wallMs() < borderMs - nearMs);
      // Just before a window's end, so that it is whole and the next one begins with the new settings.
      await this.#run(borderMs);
    }
    await this.#apply(live);
    await this.#run(Date.now() - nearMs);
    await this.#drain();
    if (this.#isClosed) return;
    time.goLive();
    for (const gateway of this.gateways) gateway.goLive();
  }

  /** Something goes wrong with all buses, or is mended, while the gateways measure live. */
  setBusFaults(faults: Partial<LineFaults>): void {
    for (const wired of this.site.lines) if (wired.kind === 'rs485') wired.server.line.setFaults(faults);
  }

  /** Lets the host have what was measured, says good-bye and takes the site off its wires. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.gateways.map(gateway => gateway.close()));
    await this.site.close();
  }

  async #apply(sampling: Sampling): Promise<void> {
    await Promise.all(this.gateways.map(gateway => gateway.apply(sampling)));
  }

  /**
   * Lets time run with the broker out of reach, until then or until a journal is nearly full: what is measured stays
   * in it.
   */
  async #run(untilMs: number): Promise<void> {
    const time = this.#time;
    for (const gateway of this.gateways) gateway.isShut = true;
    while (time.wallMs() < untilMs && !this.gateways.some(({ isFull }) => isFull) && !this.#isClosed) {
      time.advanceTo(Math.min(time.wallMs() + this.#turnMs, untilMs));
      await new Promise(resolve => setImmediate(resolve));
    }
    for (const gateway of this.gateways) gateway.isShut = false;
  }

  /** Time stands still until the host has all that is in the journals. */
  async #drain(): Promise<void> {
    if (this.gateways.every(({ isDrained }) => isDrained)) return;
    // The gateways have given up on what they sent to a shut valve, and send it again.
    this.#time.advanceTo(this.#time.wallMs() + resendMs);
    await Promise.all(this.gateways.map(gateway => gateway.drained(() => this.#isClosed)));
  }
}
