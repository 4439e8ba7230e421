import { createGateway, type Gateway, type GatewayOptions } from '#app/gateway.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import { decodeMessage, encodeMessage, type JsonChannel, type Message } from '#core/wire/messages.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { topicOf } from '#core/wire/topics.ts';
import type { Cancel, Ports, TimePort } from '#ports';
import { noCrypto } from '../../../simulator/gateway/board.ts';
import { DirectLines } from '../../../simulator/gateway/direct-lines.ts';
import { MemoryBroker } from '../../../simulator/gateway/memory-mqtt.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { SimulatedBoard } from '../../../simulator/gateway/simulated-board.ts';
import { type MemoryStore, memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { HostModel, hear } from './host-model.ts';
import { epochMs, modbusProfile, siteSettings } from './test-site.ts';

/** Two Modbus meters and a head; no I2C. */
export const lifeSettings: GatewaySettings = {
  version: 1,
  lines: siteSettings.lines.filter(({ kind }) => kind !== 'i2c'),
  meters: siteSettings.meters.filter(({ line }) => line !== 'chips'),
};

export interface LifeRigOptions {
  readonly settings?: GatewaySettings;
  readonly store?: MemoryStore;
  readonly outputs?: readonly string[];
  readonly ports?: Partial<Ports>;
  readonly gateway?: Partial<GatewayOptions>;
}

/** Time as what runs on a board has it: with the board's reset all its timers are gone. */
class ScriptTime implements TimePort {
  /** While it is true no callback comes any more: the script hangs. */
  isFrozen = false;
  /** Asked of each callback that is due; true: it is lost. */
  loses: (callback: () => void) => boolean = () => false;
  readonly #time: VirtualTime;
  #isGone = false;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  ticksMs(): number {
    return this.#time.ticksMs();
  }

  wallMs(): number | undefined {
    return this.#time.wallMs();
  }

  after(delayMs: number, callback: () => void): Cancel {
    return this.#time.after(delayMs, () => {
      if (!this.#isGone && !this.isFrozen && !this.loses(callback)) callback();
    });
  }

  end(): void {
    this.#isGone = true;
  }
}

/** A gateway on a board that really restarts: what it keeps is its store, all else is made anew. */
export class LifeRig {
  readonly time = new VirtualTime({ wallMs: epochMs });
  readonly broker = new MemoryBroker(this.time);
  readonly host = new HostModel('gw', this.broker, this.time);
  readonly store: MemoryStore;
  readonly board: SimulatedBoard;
  readonly log: string[] = [];
  /** What the meters on the bus show as their power, W. */
  powerW = 460;
  script: ScriptTime;
  gateway: Gateway | undefined;
  /** Whether the meters answer. */
  isAnswering = true;
  readonly #options: LifeRigOptions;

  constructor(options: LifeRigOptions = {}) {
    this.#options = options;
    this.store = options.store ?? memoryStore();
    this.script = new ScriptTime(this.time);
    this.board = new SimulatedBoard({
      time: this.time,
      outputs: options.outputs ?? [],
      onReset: () => {
        this.end();
        // The boot loader takes a moment.
        this.time.after(500, () => this.start());
      },
    });
  }

  /** The power comes, or the board starts anew. */
  start(): void {
    this.script = new ScriptTime(this.time);
    const ports = this.ports();
    const { settings = lifeSettings, gateway } = this.#options;
    this.gateway = createGateway({ id: 'gw', ports, settings, ...gateway });
    this.gateway.start();
  }

  /** Whatever runs is gone at once, as when the power goes. */
  end(): void {
    this.script.end();
    this.gateway = undefined;
    this.broker.cutOff();
  }

  cutPower(): void {
    this.board.reset('powerOn');
  }

  ports(): Ports {
    const lines = new DirectLines({
      time: this.script,
      rs485: {
        port: 'bus',
        slaves: [1, 2].map(address => ({
          address,
          profile: modbusProfile(address === 1 ? 'eastron-sdm120' : 'peacefair-pzem-004t-v3'),
          read: quantity => (quantity === 'powerW' ? this.powerW : 1),
        })),
      },
      ir: { port: 'head', head: new SmlHead({ read: () => 1 }), everyMs: 1000 },
    });
    const { script } = this;
    return {
      time: script,
      random: seededRandom(this.time.ticksMs() + 1),
      mqtt: {
        connect: (options, handlers) => {
          const live =
            <A extends unknown[]>(handle: (...args: A) => void) =>
            (...args: A) => {
              if (script === this.script && !script.isFrozen) handle(...args);
            };
          return this.broker.port.connect(options, {
            onConnected: live(() => handlers.onConnected()),
            onMessage: live((topic: string, payload: Uint8Array) => handlers.onMessage(topic, payload)),
            onClosed: live((why: string) => handlers.onClosed(why)),
          });
        },
      },
      openSerial: (line, handlers) =>
        lines.openSerial(line, {
          ...handlers,
          onBytes: bytes => {
            if (this.isAnswering) handlers.onBytes(bytes);
          },
        }),
      openI2c: line => {
        throw new Error(`port ${line.port} is not there`);
      },
      store: this.store,
      crypto: noCrypto,
      board: this.board,
      log: (level, text) => this.log.push(`${level}: ${text}`),
      ...this.#options.ports,
    };
  }

  hear<C extends JsonChannel>(channel: C): Message<C>[] {
    return hear(this.broker, topicOf('gw', channel), payload => decodeMessage(channel, payload));
  }

  command(command: Omit<Message<'command'>, 'v'>): void {
    this.broker.publish(topicOf('gw', 'command'), encodeMessage('command', { v: 1, ...command }));
  }

  desire(settings: GatewaySettings): void {
    const message = encodeMessage('settings/desired', { v: 1, settings });
    this.broker.publish(topicOf('gw', 'settings/desired'), message, { retain: true });
  }

  keepIdentity(identity: object): void {
    this.store.write('identity', encodeUtf8(JSON.stringify(identity)));
  }

  get mode(): string | undefined {
    return this.gateway?.health().mode;
  }
}
