import { createGateway, type Gateway } from '#app/gateway.ts';
import { type LineSettings, settingsDefaults } from '#core/wire/settings.ts';
import type { Ports, SerialHandlers, SerialPort, StorePort } from '#ports';
import { BootedGateway, type BootedMachine } from '../gateway/booted-gateway.ts';
import { CatchUpTime } from '../gateway/catch-up-time.ts';
import { DirectLines } from '../gateway/direct-lines.ts';
import { MqttValve } from '../gateway/mqtt-valve.ts';
import { nodeHttp } from '../gateway/node-http.ts';
import { type BrokerAddress, nodeMqtt } from '../gateway/node-mqtt.ts';
import { nodePorts, simulatorVersion } from '../gateway/node-ports.ts';
import { openNodeSerial } from '../gateway/node-serial.ts';
import { simulatedImage } from '../gateway/simulated-image.ts';
import { TwoSlots } from '../gateway/two-slots.ts';
import type { House } from '../house/house.ts';
import type { LineFaults } from '../line/faults.ts';
import { plantMeters, siteMeters, siteSettings } from '../site.ts';
import { startWorld, type World } from '../world.ts';

export interface DemoGatewayOptions {
  readonly id: string;
  readonly house: House;
  readonly broker: BrokerAddress;
  /** Of the gateway: what it knew when it stopped. */
  readonly store: StorePort;
  /** Gives the gateway new settings by way of the host; gives their version. */
  readonly setSettings: (settings: ReturnType<typeof siteSettings>) => Promise<number>;
  readonly log: Ports['log'];
  /** Its firmware; without them it has one that nothing takes the place of. */
  readonly slots?: TwoSlots;
}

/** Windows of the past are longer, so that a day goes through in a few seconds. */
const past = { windowS: 60, sampleMs: 30_000 };
export const live = { windowS: 10, sampleMs: 1000 };

/** All that a household with PV and a battery has. */
export const demoMeters = Object.freeze([...siteMeters, ...plantMeters]);

const minuteMs = 60_000;
/** The gateway's journal holds about an hour of such windows. */
const fullShare = 0.85;
/** The gateway sends again what was not acknowledged for 10 s. */
const resendMs = 10_000;
/** Before a moment that may not be passed there is time for that. */
const nearMs = resendMs + 2000;
/** Less than this is measured with the live windows. */
export const shortPastMs = 2 * minuteMs;
/** How long the end of the demo waits for the host. */
const lastWordsMs = 2000;
/** How much at a time is run before others get their turn. */
const turnMs = 2 * minuteMs;

/**
 * The real gateway on a simulated site. It begins in the past: time runs fast, the lines are direct and the way to
 * the broker opens now and then, until the present is reached. From there on it measures over TCP as time goes by.
 * It is one gateway all along, with one journal, one connection and one house behind it.
 */
export class DemoGateway {
  readonly #options: DemoGatewayOptions;
  readonly #time: CatchUpTime;
  readonly #world: World;
  readonly #direct: DirectLines;
  readonly #valve: MqttValve;
  readonly #machine: BootedGateway;
  /** Of the gateway that runs, or ran last. */
  #journal: Gateway['journal'];
  #isClosed = false;

  private constructor(options: DemoGatewayOptions, time: CatchUpTime, world: World) {
    this.#options = options;
    this.#time = time;
    this.#world = world;
    this.#direct = new DirectLines({
      time,
      rs485: { slaves: world.slaves },
      ir: { head: world.head, everyMs: past.sampleMs },
    });
    this.#valve = new MqttValve(nodeMqtt(options.broker));
    const ports: Ports = {
      ...nodePorts({
        broker: options.broker,
        time,
        store: options.store,
        chips: world.chips,
        log: options.log,
        openSerial: (line, handlers) =>
          time.isLive ? this.#openLive(line, handlers) : this.#direct.openSerial(line, handlers),
      }),
      mqtt: this.#valve.port,
    };
    const slots = options.slots ?? new TwoSlots(simulatedImage({ version: simulatorVersion }), { keys: [] });
    const make = ({ firmware, update, restart }: BootedMachine) => {
      const board = { ...ports.board, firmware: `${firmware.version} (simulator)`, restart };
      const http = nodeHttp(options.broker.host);
      const gateway = createGateway({ id: options.id, ports: { ...ports, board, update, http } });
      this.#journal = gateway.journal;
      return gateway;
    };
    const log = (text: string) => options.log('info', text);
    this.#machine = new BootedGateway({ time, slots, make, log });
    this.#machine.start();
    const { gateway } = this.#machine;
    if (gateway === undefined) throw new Error('the first firmware of the demo does not run');
    this.#journal = gateway.journal;
  }

  /** Begins at the house's time. @throws Error where no TCP port is free. */
  static async start(options: DemoGatewayOptions): Promise<DemoGateway> {
    // Windows that begin with the house are whole: one that was open just before has ended by then.
    const time = new CatchUpTime(options.house.atMs - 1);
    const world = await startWorld({
      house: options.house,
      houseMs: () => time.wallMs(),
      meters: demoMeters,
    });
    return new DemoGateway(options, time, world);
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
    this.#direct.moveTo((line, handlers) => this.#openLive(line, handlers));
  }

  /** Lets the host have what was measured, says good-bye and takes the house off its wires. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const journal = this.#journal;
    const isDone = () => journal.oldest === journal.next || !this.#valve.isConnected;
    // What cannot be delivered any more is the end of a demo, not an error.
    if (this.#time.isLive) await this.#valve.until('the last records', isDone, lastWordsMs).catch(() => {});
    this.#machine.stop();
    await this.#world.close();
  }

  /** The house with its meters and wires. */
  get world(): World {
    return this.#world;
  }

  /** Something goes wrong with the bus, or is mended, while the gateway measures live. */
  setBusFaults(faults: Partial<LineFaults>): void {
    this.#world.rs485.line.setFaults(faults);
  }

  /** Over TCP. The converter takes over the speed that is asked of it, as those with RFC 2217 do. */
  #openLive(line: LineSettings, handlers: SerialHandlers): SerialPort {
    if (line.kind === 'rs485') {
      const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
      this.#world.rs485.line.setMasters({ baud, parity, stopBits: stopBits === 2 ? 2 : 1 });
    }
    return openNodeSerial(line, handlers);
  }

  async #apply(sampling: { windowS: number; sampleMs: number }): Promise<void> {
    const valve = this.#valve;
    this.#direct.telegramEveryMs = sampling.sampleMs;
    const version = await this.#options.setSettings(siteSettings(this.#world.ports, sampling, demoMeters));
    await valve.until(
      `settings ${version} to run`,
      () => valve.settingsVersion === version || valve.refused.length > 0,
    );
    if (valve.settingsVersion === version) return;
    const mistakes = valve.refused.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Error(`the gateway refused its settings: ${mistakes}`);
  }

  /**
   * Lets time run with the broker out of reach, until then or until the journal is nearly full: what is measured
   * stays in it.
   */
  async #run(untilMs: number): Promise<void> {
    const time = this.#time;
    const journal = this.#journal;
    this.#valve.isShut = true;
    while (time.wallMs() < untilMs && journal.bytes < journal.capacityBytes * fullShare && !this.#isClosed) {
      time.advanceTo(Math.min(time.wallMs() + turnMs, untilMs));
      await new Promise(resolve => setImmediate(resolve));
    }
    this.#valve.isShut = false;
  }

  /** Time stands still until the host has all that is in the journal. */
  async #drain(): Promise<void> {
    const journal = this.#journal;
    if (journal.oldest === journal.next) return;
    // The gateway has given up on what it sent to a shut valve, and sends it again.
    this.#time.advanceTo(this.#time.wallMs() + resendMs);
    await this.#valve.until(
      'the host to acknowledge',
      () => journal.oldest === journal.next || this.#isClosed,
    );
  }
}
