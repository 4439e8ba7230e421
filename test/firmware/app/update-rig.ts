import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Update } from '#app/update.ts';
import type { Ruled } from '#core/rules.ts';
import { updateText } from '#core/update.ts';
import type { updateOrder } from '#core/wire/life.ts';
import type { Message } from '#core/wire/messages.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { HttpPort } from '#ports';
import { bareBoard } from '../../../simulator/gateway/board.ts';
import { nodeCrypto } from '../../../simulator/gateway/node-crypto.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { simulatedImage } from '../../../simulator/gateway/simulated-image.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { PowerCut, TwoSlots } from '../../../simulator/gateway/two-slots.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

export type Order = Ruled<typeof updateOrder>;

export interface SigningKey {
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
}

export function newKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return { publicKey: new Uint8Array(spki.subarray(-32)), privateKey };
}

/** The order of an image as the host makes it. */
export function orderOf(image: Uint8Array, key: SigningKey, differs: Partial<Order> = {}): Order {
  const signed = {
    version: '0.2.0',
    chip: 'linux',
    imageBytes: image.length,
    sha256: createHash('sha256').update(image).digest('hex'),
    ...differs,
  } as const;
  const signature = sign(null, Buffer.from(updateText(signed)), key.privateKey).toString('hex');
  return { url: ':8080/image', ...signed, signature, ...differs };
}

export const oldImage = simulatedImage({ version: '0.1.0' }, 4096);
export const newImage = simulatedImage({ version: '0.2.0' }, 40_000);
export const key = newKey();

const meter = { id: 'kitchen', name: 'Kitchen', profile: 'eastron-sdm120', line: 'bus', address: 1 };
const oneMeter: GatewaySettings = {
  version: 1,
  lines: [{ id: 'bus', kind: 'rs485', port: 'bus' }],
  meters: [meter],
};

/** What the way to the host does to a piece, told by the bytes asked for; it serves them by default. */
export type Serve = (from: number, to: number) => Uint8Array | 'silent' | 'refused' | 'cut';

/**
 * A board that is updated: two slots, store and time of its own, the gateway's `Update` on it, and a host that
 * acknowledges the records that the firmware makes. Its supply can be cut before any step of flash or store.
 */
export class UpdateRig {
  time = new VirtualTime();
  readonly told: Message<'update'>[] = [];
  settings: GatewaySettings = oneMeter;
  /** Whether the host acknowledges what is measured. */
  isHostUp = true;
  serve: Serve = (from, to) => newImage.subarray(from, to + 1);
  update!: Update;
  version = '';
  restarts = 0;
  /** The sequence that the journal goes on with at each start. */
  journalBegins = 1;
  /** The host has sequences that the journal never gave: it begins anew. */
  renewJournal: () => void = () => {};
  readonly slots: TwoSlots;
  readonly #store = memoryStore();
  /** Steps of flash and store so far, and at which one the supply is cut. */
  steps = 0;
  cutAt = Number.POSITIVE_INFINITY;
  #isDead = false;
  #epochs = 0;

  constructor(keys: readonly Uint8Array[] = [key.publicKey], slotBytes = 100_000) {
    this.slots = new TwoSlots(oldImage, { keys, slotBytes, step: () => this.#step() });
    this.boot();
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get last(): Message<'update'> | undefined {
    return this.told.at(-1);
  }

  get states(): string[] {
    return this.told.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
  }

  /** Power comes. Gives false where it was cut again before the firmware ran. */
  boot(): boolean {
    this.time = new VirtualTime();
    this.#isDead = false;
    const time = this.time;
    try {
      const { version, fault } = this.slots.boot();
      this.version = version;
      if (fault === 'crash') return this.boot();
      const journal = { epoch: `${this.#epochs++}`.padStart(16, '0'), next: this.journalBegins };
      this.renewJournal = () => {
        journal.epoch = `${this.#epochs++}`.padStart(16, '0');
        journal.next = 1;
      };
      const restart = () => {
        if (this.#isDead || time !== this.time) return;
        time.after(1000, () => {
          if (this.#isDead || time !== this.time) return;
          this.restarts++;
          this.update.stop();
          this.boot();
        });
      };
      const update = new Update({
        ports: {
          time,
          random: seededRandom(7),
          crypto: nodeCrypto,
          store: {
            ...this.#store,
            write: (name, value) => {
              this.#step();
              this.#store.write(name, value);
            },
          },
          board: bareBoard({ firmware: `${version} (rig)`, restart }),
          update: this.slots.port(restart),
          http: this.#http(time),
          log: () => {},
        },
        journal,
        settings: () => this.settings,
        publish: (_channel, message) => {
          if (!this.#isDead) this.told.push(message);
        },
        restartSoon: restart,
        stop: () => update.stop(),
        onConfirmed: () => {},
      });
      this.update = update;
      update.start();
      if (this.#isDead) return false;
      update.connected();
      const measure = (): void => {
        journal.next++;
        if (this.isHostUp && fault !== 'mute')
          update.acknowledged({ v: 1, epoch: journal.epoch, sequence: journal.next - 1 });
        time.after(10_000, measure);
      };
      time.after(10_000, measure);
      return !this.#isDead;
    } catch (error) {
      if (error instanceof PowerCut) return false;
      throw error;
    }
  }

  /** Lets time go on through restarts, until this long has passed in one life or the supply is cut. */
  run(durationMs: number): void {
    let time: VirtualTime;
    do {
      time = this.time;
      for (let left = durationMs; left > 0 && time === this.time && !this.#isDead; left -= 1000) {
        try {
          time.advance(1000);
        } catch (error) {
          if (!(error instanceof PowerCut)) throw error;
        }
      }
    } while (time !== this.time && !this.#isDead);
  }

  #step(): void {
    this.steps++;
    if (this.steps >= this.cutAt) this.#isDead = true;
    if (this.#isDead) throw new PowerCut();
  }

  #http(time: VirtualTime): HttpPort {
    return {
      get: ({ from, to }, { onBytes, onDone }) => {
        let isOver = false;
        const say = (delayMs: number, what: () => void) =>
          time.after(delayMs, () => {
            if (!isOver && !this.#isDead && time === this.time) what();
          });
        const answer = this.serve(from, to);
        if (answer === 'refused') say(10, () => onDone('the answer is 403'));
        else if (answer === 'cut') {
          const some = newImage.subarray(from, from + 100);
          say(10, () => onBytes(some));
          say(20, () => onDone('connection lost'));
        } else if (answer !== 'silent') {
          for (let at = 0; at < answer.length; at += 4096) {
            say(10 + at / 100, () => onBytes(answer.subarray(at, at + 4096)));
          }
          say(20 + answer.length / 100, () => onDone(undefined));
        }
        return () => {
          isOver = true;
        };
      },
      post: () => () => {},
    };
  }
}
