import { createGateway, type Gateway } from '#app/gateway.ts';
import { type LineSettings, settingsDefaults } from '#core/wire/settings.ts';
import type { Ports, SerialHandlers, SerialPort, StorePort } from '#ports';
import { BootedGateway, type BootedMachine } from '../gateway/booted-gateway.ts';
import type { CatchUpTime } from '../gateway/catch-up-time.ts';
import { DirectLines } from '../gateway/direct-lines.ts';
import { MqttValve } from '../gateway/mqtt-valve.ts';
import { nodeHttp } from '../gateway/node-http.ts';
import { type BrokerAddress, nodeMqtt } from '../gateway/node-mqtt.ts';
import { nodePorts, simulatorVersion } from '../gateway/node-ports.ts';
import { openNodeSerial } from '../gateway/node-serial.ts';
import { NorFlash } from '../gateway/nor-flash.ts';
import { simulatedImage } from '../gateway/simulated-image.ts';
import { TwoSlots } from '../gateway/two-slots.ts';
import { BrownOutFlash } from '../happenings/brown-out-flash.ts';
import { WrongClock } from '../happenings/wrong-clock.ts';
import type { GatewayShare } from '../scenario/gateways.ts';
import { shareSettings, type WiredSite } from '../scenario/wired-site.ts';

export interface DemoGatewayOptions {
  readonly id: string;
  readonly broker: BrokerAddress;
  /** Of the gateway: what it knew when it stopped. */
  readonly store: StorePort;
  /** Gives the gateway new settings by way of the host; gives their version. */
  readonly setSettings: (settings: ReturnType<typeof shareSettings>) => Promise<number>;
  readonly log: Ports['log'];
  /** Its firmware; without them it has one that nothing takes the place of. */
  readonly slots?: TwoSlots;
}

export interface Sampling {
  readonly windowS: number;
  readonly sampleMs: number;
}

/** The gateway's journal holds about an hour of the windows of a house. */
const fullShare = 0.85;
/** How long the end of the demo waits for the host. */
const lastWordsMs = 2000;
/** Of 4 kB: less than a device has, so that the host gets what was measured of the past while one watches. */
const flashBlocks = 24;

/**
 * One real gateway of a demo, with its share of the site's lines. While time runs fast its lines are direct and its way
 * to the broker opens now and then; live it measures over TCP.
 */
export class DemoGateway {
  readonly id: string;
  readonly share: GatewayShare;
  readonly clock: WrongClock;
  readonly #flash = new BrownOutFlash(new NorFlash({ blocks: flashBlocks }));
  readonly #options: DemoGatewayOptions;
  readonly #time: CatchUpTime;
  readonly #site: WiredSite;
  /** By the names of the lines' ports. */
  readonly #direct = new Map<string, DirectLines>();
  readonly #valve: MqttValve;
  readonly #machine: BootedGateway;
  /** Of the firmware that runs, or ran last. */
  #journal: Gateway['journal'];
  #starts = 0;

  constructor(site: WiredSite, share: GatewayShare, time: CatchUpTime, options: DemoGatewayOptions) {
    this.id = options.id;
    this.share = share;
    this.#options = options;
    this.#time = time;
    this.clock = new WrongClock(time);
    this.#site = site;
    for (const wired of site.lines) {
      const { kind, port } = wired;
      if (kind === 'rs485')
        this.#direct.set(port, new DirectLines({ time, rs485: { port, slaves: wired.slaves } }));
      if (kind === 'ir')
        this.#direct.set(port, new DirectLines({ time, ir: { port, head: wired.head, everyMs: 1000 } }));
    }
    this.#valve = new MqttValve(nodeMqtt(options.broker));
    const ports: Ports = {
      ...nodePorts({
        broker: options.broker,
        time: this.clock,
        flash: this.#flash,
        store: options.store,
        chips: site.chips,
        log: options.log,
        openSerial: (line, handlers) =>
          time.isLive ? this.#openLive(line, handlers) : this.#openDirect(line, handlers),
      }),
      mqtt: this.#valve.port,
    };
    const slots = options.slots ?? new TwoSlots(simulatedImage({ version: simulatorVersion }), { keys: [] });
    const make = ({ firmware, update, restart }: BootedMachine) => {
      const board = { ...ports.board, firmware: `${firmware.version} (simulator)`, restart };
      const http = nodeHttp(options.broker.host);
      this.#flash.powerOn();
      this.#starts++;
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

  /** Its journal has room for little more. */
  get isFull(): boolean {
    return this.#journal.bytes >= this.#journal.capacityBytes * fullShare;
  }

  get isDrained(): boolean {
    return this.#journal.oldest === this.#journal.next;
  }

  /** Shut: what is measured stays in the journal. */
  set isShut(isShut: boolean) {
    this.#valve.isShut = isShut;
  }

  /** Has it measure all of its meters so. @throws Error where it refuses. */
  async apply(sampling: Sampling): Promise<void> {
    const valve = this.#valve;
    for (const lines of this.#direct.values()) lines.telegramEveryMs = sampling.sampleMs;
    const version = await this.#options.setSettings(shareSettings(this.#site, this.share, sampling));
    await valve.until(
      `settings ${version} to run`,
      () => valve.settingsVersion === version || valve.refused.length > 0,
    );
    if (valve.settingsVersion === version) return;
    const mistakes = valve.refused.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Error(`the gateway ${this.id} refused its settings: ${mistakes}`);
  }

  /** Waits until the host has all that is in the journal, or nobody waits any more. */
  async drained(isOver: () => boolean): Promise<void> {
    await this.#valve.until('the host to acknowledge', () => this.isDrained || isOver());
  }

  /** Its lines lead over TCP from now on. */
  goLive(): void {
    for (const lines of this.#direct.values())
      lines.moveTo((line, handlers) => this.#openLive(line, handlers));
  }

  get isConnected(): boolean {
    return this.#valve.isConnected;
  }

  /** Records that the host has not acknowledged. */
  get waiting(): number {
    return this.#journal.next - this.#journal.oldest;
  }

  get starts(): number {
    return this.#starts;
  }

  /** It starts anew, as after a press of its button. */
  reboot(): void {
    this.#machine.reset();
  }

  /** Its supply fails in the middle of the next write to flash, and is back in a moment. */
  brownOut(seed: number): void {
    // The write does not come back before this; the machine is gone a moment later.
    this.#flash.failAtNextWrite(seed, () => void this.#time.after(0, () => this.#machine.reset()));
  }

  /** Lets the host have what was measured, and says good-bye. */
  async close(): Promise<void> {
    const isDone = () => this.isDrained || !this.#valve.isConnected;
    // What cannot be delivered any more is the end of a demo, not an error.
    if (this.#time.isLive) await this.#valve.until('the last records', isDone, lastWordsMs).catch(() => {});
    this.#valve.close();
    this.#machine.stop();
  }

  #openDirect(line: LineSettings, handlers: SerialHandlers): SerialPort {
    const lines = this.#direct.get(line.port);
    if (lines !== undefined) return lines.openSerial(line, handlers);
    throw new Error(`port ${JSON.stringify(line.port)} of line ${line.id} is not there`);
  }

  /** Over TCP. The converter takes over the speed that is asked of it, as those with RFC 2217 do. */
  #openLive(line: LineSettings, handlers: SerialHandlers): SerialPort {
    const wired = this.#site.lines.find(({ port }) => port === line.port);
    if (wired?.kind === 'rs485') {
      const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
      wired.server.line.setMasters({ baud, parity, stopBits: stopBits === 2 ? 2 : 1 });
    }
    return openNodeSerial(line, handlers);
  }
}
