import { fromHex } from '../core/bytes.ts';
import type { Ruled } from '../core/rules.ts';
import { compareVersions, isVersion, updateText, versionOf } from '../core/update.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import type { updateOrder } from '../core/wire/life.ts';
import type { Message } from '../core/wire/messages.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import type { Ports, UpdatePort } from '../ports.ts';
import { ImageFetch } from './image-fetch.ts';
import type { Journal } from './journal.ts';
import { readUpdateRecord, type UpdateRecord, writeUpdateRecord } from './update-record.ts';
import { UpdateTrial } from './update-trial.ts';

export interface UpdateOptions {
  readonly ports: Pick<Ports, 'time' | 'random' | 'crypto' | 'store' | 'board' | 'update' | 'http' | 'log'>;
  readonly journal: Pick<Journal, 'epoch' | 'next'>;
  readonly settings: () => GatewaySettings;
  /** Says a message where there is a connection. */
  readonly publish: (channel: 'update', message: Message<'update'>) => void;
  /** Restarts as soon as the host has what the journal holds, or a little later. */
  readonly restartSoon: () => void;
  /** Ends the gateway, which starts no more in this life. */
  readonly stop: () => void;
  readonly onConfirmed: () => void;
}

type Order = Ruled<typeof updateOrder>;

/**
 * `idle`: nothing is under way. `verifying`: whose order it is. `fetching`: the image comes. `activated`: the next start
 * tries the image. `trial`: this firmware is not confirmed yet.
 */
type State = 'idle' | 'verifying' | 'fetching' | 'activated' | 'trial' | 'stopped';

/** Said each time so much more of the image has come. */
const tellPercent = 5;

/**
 * Another firmware, from the host's order to its confirmation. Nothing is activated that is not signed by a key this
 * firmware knows, made for this chip and board, later than what runs, whole and the very image that was signed. The new one is
 * confirmed when the host has acknowledged a record of its own, and gives way to the one before otherwise. While all of
 * this goes on the gateway measures as ever.
 */
export class Update {
  readonly #options: UpdateOptions;
  /** Of a firmware on trial alone. */
  #trial: UpdateTrial | undefined;
  #state: State = 'idle';
  /** The newest update there was: told at each connection, as the host may not have heard of it. */
  #record: UpdateRecord | undefined;
  #fetch: ImageFetch | undefined;
  #toldPercent = 0;
  /** Counts orders: a verification that ends late is of no account. */
  #order = 0;

  constructor(options: UpdateOptions) {
    this.#options = options;
  }

  get isOnTrial(): boolean {
    return this.#state === 'trial';
  }

  /** Finds out what became of an update before this start. */
  start(): void {
    const { update, store, log } = this.#options.ports;
    if (update === undefined) return;
    this.#state = 'idle';
    this.#record = readUpdateRecord(store);
    const isOnTrial = update.isOnTrial();
    const record = this.#record;
    if (record !== undefined) {
      const state = stateAfterStart(record, update, isOnTrial);
      const message = messageAfterStart(record, state);
      if (state !== record.state || message !== record.message) this.keep(state, message);
    }
    if (!isOnTrial) return;
    this.#state = 'trial';
    log('info', 'this firmware is on trial until the host acknowledges a record of it');
    this.#trial ??= new UpdateTrial(this.#options, {
      confirmed: () => this.confirmed(),
      failed: why => this.rollBack(why),
    });
    this.#trial.start();
  }

  /** What is under way is given up; after a restart it says so. */
  stop(): void {
    this.#order++;
    this.#fetch?.cancel();
    this.#fetch = undefined;
    this.#trial?.stop();
    this.#state = 'stopped';
  }

  get isUnderWay(): boolean {
    return this.#state !== 'idle' && this.#state !== 'stopped';
  }

  connected(): void {
    if (this.#record !== undefined) this.tell(this.#record);
    if (this.#state === 'trial') this.#trial?.connected();
  }

  disconnected(): void {
    this.#trial?.disconnected();
  }

  /** The host has all records of this journal up to there. */
  acknowledged(ack: Message<'ack'>): void {
    if (this.#state === 'trial') this.#trial?.acknowledged(ack);
  }

  /** Takes an order. Gives what keeps it from being begun; what is found out later is told by messages. */
  take(id: string, order: Order | undefined): string | undefined {
    const { ports } = this.#options;
    if (order === undefined) return 'update: is missing; update needs the image to fetch';
    // QoS 1 may bring it twice, and a restart lies between.
    if (this.#record?.id === id) return undefined;
    const { update, http } = ports;
    if (update === undefined || http === undefined)
      return `${ports.board.name} has no second slot for a firmware: it is updated by cable`;
    if (this.#state !== 'idle') return busyText(this.#state, this.#record?.version);
    this.#record = {
      id,
      version: order.version,
      imageBytes: order.imageBytes,
      state: 'fetching',
      fromImage: update.runningImage(),
    };
    try {
      writeUpdateRecord(ports.store, this.#record);
    } catch (error) {
      const why = `the order cannot be stored: ${textOf(error)}`;
      this.#record = { ...this.#record, state: 'failed', message: why };
      return why;
    }
    ports.log('info', `update to ${order.version} ordered`);
    this.tell(this.#record);
    this.verify(order, update);
    return undefined;
  }

  /** Ends an update before its restart. Gives what keeps it from that. */
  cancel(): string | undefined {
    if (this.#state === 'idle' || this.#state === 'stopped') return 'no update is under way';
    if (this.#state === 'activated') return 'the new firmware is activated already and starts in a moment';
    if (this.#state === 'trial')
      return 'the new firmware runs on trial already; order another version instead';
    this.#order++;
    this.#fetch?.cancel();
    this.end('cancelled');
    return undefined;
  }

  /** Signature first: nothing is believed of an order before. */
  private verify(order: Order, update: UpdatePort): void {
    const { crypto } = this.#options.ports;
    const signature = fromHex(order.signature);
    const message = encodeUtf8(updateText(order));
    const number = ++this.#order;
    this.#state = 'verifying';
    if (signature === undefined || !isVersion(order.version)) {
      this.end(
        'refused',
        `version ${order.version} is none by semantic versioning, or the signature is no hex`,
      );
      return;
    }
    const tryKey = (index: number): void => {
      const key = update.keys[index];
      if (key === undefined) {
        const known = update.keys.length === 0 ? '; this firmware was built without a key' : '';
        this.end('refused', `the signature is not of a key that this firmware believes${known}`);
        return;
      }
      crypto.verifyEd25519(key, message, signature, isGood => {
        if (number !== this.#order) return;
        if (isGood) this.verified(order, update);
        else tryKey(index + 1);
      });
    };
    tryKey(0);
  }

  private verified(order: Order, update: UpdatePort): void {
    const { ports } = this.#options;
    const refusal = refusalOf(order, ports.board, update.slotBytes);
    if (refusal !== undefined) {
      this.end('refused', refusal);
      return;
    }
    const { http } = ports;
    if (http === undefined) return;
    this.#state = 'fetching';
    this.#toldPercent = 0;
    this.#fetch = new ImageFetch({
      ports,
      http,
      slot: update,
      image: order,
      onProgress: fetchedBytes => this.progress(fetchedBytes, order.imageBytes),
      onDone: fault => {
        if (fault === undefined) this.activate(update);
        else this.end('failed', fault);
      },
    });
    this.#fetch.start();
  }

  private progress(fetchedBytes: number, imageBytes: number): void {
    const percent = Math.floor((fetchedBytes * 100) / imageBytes);
    if (percent < this.#toldPercent + tellPercent || this.#record === undefined) return;
    this.#toldPercent = percent - (percent % tellPercent);
    this.tell(this.#record);
  }

  private activate(update: UpdatePort): void {
    if (this.#record === undefined) return;
    this.tell({ ...this.#record, state: 'checking' });
    try {
      // Before: who starts as the new one must find its order.
      this.#record = { ...this.#record, state: 'restarting' };
      writeUpdateRecord(this.#options.ports.store, this.#record);
      update.activate();
    } catch (error) {
      this.end('failed', `the image cannot be activated: ${textOf(error)}`);
      return;
    }
    this.#state = 'activated';
    this.tell(this.#record);
    this.#options.restartSoon();
  }

  private confirmed(): void {
    const { update, log } = this.#options.ports;
    if (this.#state !== 'trial' || update === undefined) return;
    try {
      update.confirm();
    } catch (error) {
      // The trial goes on, and with it the next acknowledgement's try.
      log('error', `this firmware cannot be confirmed: ${textOf(error)}`);
      return;
    }
    this.#trial?.stop();
    this.#state = 'idle';
    log('info', 'this firmware is confirmed');
    if (this.#record !== undefined) this.end('confirmed');
    this.#options.onConfirmed();
  }

  private rollBack(why: string): void {
    const { update, log } = this.#options.ports;
    if (this.#state !== 'trial' || update === undefined) return;
    log('error', `${why}: the firmware before is taken again`);
    // What is kept says why; that it happened is known by the firmware that runs then.
    if (this.#record !== undefined) this.keep('onTrial', why);
    this.#options.stop();
    try {
      update.rollBack();
    } catch (error) {
      log('error', `the firmware before cannot be taken again: ${textOf(error)}`);
      this.#options.ports.board.restart();
    }
  }

  private end(state: UpdateRecord['state'], message?: string): void {
    if (this.#state !== 'stopped') this.#state = 'idle';
    this.keep(state, message);
    if (this.#record !== undefined) this.tell(this.#record);
    this.#fetch = undefined;
  }

  /** In memory also where the store fails: then a restart says less than it could. */
  private keep(state: UpdateRecord['state'], message?: string): void {
    if (this.#record === undefined) return;
    const { store, log } = this.#options.ports;
    const { message: _before, ...record } = this.#record;
    this.#record = { ...record, state, ...(message === undefined ? {} : { message: message.slice(0, 256) }) };
    log(
      state === 'failed' || state === 'refused' || state === 'rolledBack' ? 'warn' : 'info',
      `update to ${record.version}: ${state}${message === undefined ? '' : `, ${message}`}`,
    );
    try {
      writeUpdateRecord(store, this.#record);
    } catch (error) {
      log('error', `the state of the update cannot be stored: ${textOf(error)}`);
    }
  }

  private tell({ id, version, state, imageBytes, message }: UpdateRecord): void {
    const isThere =
      state === 'checking' || state === 'restarting' || state === 'onTrial' || state === 'confirmed';
    const fetchedBytes = isThere ? imageBytes : (this.#fetch?.fetchedBytes ?? 0);
    this.#options.publish('update', {
      v: 1,
      id,
      version,
      state,
      fetchedBytes,
      imageBytes,
      ...(message === undefined ? {} : { message }),
    });
  }
}

/** Why an order is refused whose signature is right. */
function refusalOf(
  { version, chip, board: wanted, imageBytes, isAgain }: Order,
  board: Ports['board'],
  slotBytes: number,
): string | undefined {
  if (chip !== board.chip) return `the image is for ${chip}, this board has ${board.chip}`;
  if (wanted !== undefined && wanted !== board.name)
    return `the image is for the board ${wanted}, this one is ${board.name}`;
  const running = versionOf(board.firmware);
  const order = compareVersions(version, running);
  if (order < 0) return `version ${version} is older than ${running}, which runs; older ones are not taken`;
  if (order === 0 && isAgain !== true) return `version ${version} runs already`;
  if (imageBytes > slotBytes) return `the image has ${imageBytes} bytes, the slot takes ${slotBytes}`;
  return undefined;
}

/** What an update has become, by what runs now. */
function stateAfterStart(
  { state, fromImage }: UpdateRecord,
  update: UpdatePort,
  isOnTrial: boolean,
): UpdateRecord['state'] {
  if (isOnTrial) return 'onTrial';
  if (state === 'fetching' || state === 'checking') return 'failed';
  if (state !== 'restarting' && state !== 'onTrial') return state;
  return update.runningImage() === fromImage ? 'rolledBack' : 'confirmed';
}

function messageAfterStart(record: UpdateRecord, state: UpdateRecord['state']): string | undefined {
  if (state === record.state) return record.message;
  if (state === 'failed') return 'the gateway restarted while it fetched the image; order it again';
  if (state === 'rolledBack')
    return record.message ?? 'the new firmware did not come up, or restarted before it was confirmed';
  return undefined;
}

const busyText = (state: State, version: string | undefined): string =>
  state === 'trial'
    ? `version ${version ?? 'that runs'} is on trial; wait until it is confirmed or taken back`
    : `an update to ${version} is under way; wait for it, or cancel it`;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
