import { randomUUID } from 'node:crypto';
import { versionOf } from '#core/update.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Broker } from '../broker/broker.ts';
import type { Firmware } from '../firmware/firmware.ts';
import type { GatewayState } from '../fleet.ts';
import { alreadyThere, type Delivery, type DeliveryOptions, failed, type Outcome } from './delivery.ts';
import type { Member, RolloutWork } from './rollout.ts';

type FirmwareWork = Extract<RolloutWork, { kind: 'firmware' }>;

export interface FirmwareDeliveryOptions extends DeliveryOptions {
  readonly broker: Pick<Broker, 'send'>;
  readonly firmware: Firmware;
}

/** An order of which nothing is heard is sent again: the connection may have gone with it. The gateway knows its id. */
const againMs = 60_000;
/** Longer than a gateway may take to fetch and to try a firmware. */
const outcomeMs = 6 * 3_600_000;
const fails: ReadonlySet<string> = new Set(['refused', 'failed', 'cancelled', 'rolledBack']);

/** A firmware: ordered by a command, after which the gateway tells how far it is. */
export class FirmwareDelivery implements Delivery {
  readonly #work: FirmwareWork;
  readonly #options: FirmwareDeliveryOptions;

  constructor(work: FirmwareWork, options: FirmwareDeliveryOptions) {
    this.#work = work;
    this.#options = options;
  }

  async ask({ id, about }: GatewayState, member: Member): Promise<Outcome | undefined> {
    const { image, isAgain } = this.#work;
    const { firmware } = about ?? {};
    if (!isAgain && firmware !== undefined && versionOf(firmware) === image.version) return alreadyThere;
    const unfit = unfitText(image, about);
    if (unfit !== undefined) return failed(unfit);
    member.state = 'asked';
    member.orderId = randomUUID();
    return this.#order(id, member);
  }

  async outcome(gateway: GatewayState, member: Member): Promise<Outcome | undefined> {
    const nowMs = this.#options.nowMs();
    const isLate = nowMs - member.sinceMs > outcomeMs;
    const update = gateway.update?.id === member.orderId ? gateway.update : null;
    if (update === null) {
      if (isLate) return failed('nothing was heard of the update');
      return gateway.online && nowMs - member.sentMs >= againMs ? this.#order(gateway.id, member) : undefined;
    }
    const { state, message = null } = update;
    member.message = message;
    if (state === 'confirmed') return { state, message };
    if (fails.has(state)) return failed(message ?? state);
    return isLate ? failed(`still ${state}`) : undefined;
  }

  cancel(gateway: string): void {
    this.#options.broker.send(gateway, 'command', {
      v: protocolVersion,
      id: randomUUID(),
      name: 'cancelUpdate',
    });
  }

  /** The gateway went back by itself. */
  undo(): void {}

  async #order(gateway: string, member: Member): Promise<Outcome | undefined> {
    if (member.orderId === null) return undefined;
    const { firmware, broker, nowMs } = this.#options;
    const { image: wanted, isAgain } = this.#work;
    const image = await firmware.images.find(wanted.id);
    if (image?.isOrderable !== true)
      return failed(`image ${wanted.id} is not in the folder any more, or not signed`);
    const update = firmware.orderOf(image, isAgain);
    member.sentMs = nowMs();
    broker.send(gateway, 'command', { v: protocolVersion, id: member.orderId, name: 'update', update });
    return undefined;
  }
}

/** Why a gateway would refuse an image, where that is known before it is told: it is of another chip or board. */
function unfitText({ chip, board }: FirmwareWork['image'], about: GatewayState['about']): string | undefined {
  if (about === null) return undefined;
  if (about.chip !== undefined && about.chip !== chip)
    return `the image is for ${chip}, this gateway has ${about.chip}`;
  if (board !== undefined && about.board !== board)
    return `the image is for the board ${board}, this gateway is a ${about.board}`;
  return undefined;
}
