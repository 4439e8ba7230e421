import { randomUUID } from 'node:crypto';
import { versionOf } from '#core/update.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Tables } from '../auth/tables.ts';
import type { Broker } from '../broker/broker.ts';
import type { Log } from '../engine.ts';
import type { Events } from '../events.ts';
import type { Firmware } from '../firmware/firmware.ts';
import type { Fleet, GatewayState } from '../fleet.ts';
import { isOpen, type Member, newMember, type Rollout, type RolloutWork } from './rollout.ts';
import { RolloutTable, rolloutsMost } from './rollout-table.ts';
import { withChange } from './settings-change.ts';
import { stagesOf } from './stages.ts';

export interface RolloutsOptions {
  readonly tables: Tables;
  readonly fleet: Fleet;
  readonly broker: Pick<Broker, 'send'>;
  readonly events: Events;
  readonly firmware: Firmware;
  readonly log: Log;
  readonly nowMs: () => number;
  /** How often it is looked at what has become due; 0: only when told. */
  readonly tickMs?: number;
}

export interface NewRollout {
  readonly by: string;
  readonly work: RolloutWork;
  readonly gateways: readonly string[];
  readonly shares: readonly number[];
  readonly healthyS: number;
}

/** An order of which nothing is heard is sent again: the connection may have gone with it. The gateway knows its id. */
const againMs = 60_000;
/** Longer than a gateway may take to fetch and to try a firmware. */
const outcomeMs = 6 * 3_600_000;
/** Settings run at once, or are refused. */
const settingsOutcomeMs = 15 * 60_000;
/** So much longer than `healthyS` a stage may take to be well again: meters come back one by one. */
const unwellMs = 10 * 60_000;

/**
 * What many gateways get one after the other: a firmware or settings. The next stage begins when all of the one before
 * have it and have been well for a while; the first that fails stops it. All of it is kept, so a host that was away
 * goes on where it was.
 */
export class Rollouts {
  readonly #options: RolloutsOptions;
  readonly #table: RolloutTable;
  readonly #rollouts = new Map<string, Rollout>();
  readonly #stopListening: () => void;
  readonly #timer: NodeJS.Timeout | undefined;
  /** One look at a time; whoever comes meanwhile has it done once more. */
  #work: Promise<void> | undefined;
  #isDue = false;
  #isClosed = false;

  private constructor(options: RolloutsOptions, table: RolloutTable, rollouts: readonly Rollout[]) {
    this.#options = options;
    this.#table = table;
    for (const rollout of rollouts) this.#rollouts.set(rollout.id, rollout);
    this.#stopListening = options.events.on(event => {
      if (event.type === 'gateway' && this.#concerns(event.gateway)) void this.look();
      if (event.type === 'result' && !event.message.ok)
        this.#refused(event.gateway, event.message.id, event.message.message);
    });
    const { tickMs = 1000 } = options;
    this.#timer = tickMs === 0 ? undefined : setInterval(() => void this.look(), tickMs).unref();
  }

  static async open(options: RolloutsOptions): Promise<Rollouts> {
    const { table, rollouts } = await RolloutTable.open(options.tables);
    return new Rollouts(options, table, rollouts);
  }

  /** The newest first. */
  list(): readonly Rollout[] {
    return [...this.#rollouts.values()].reverse();
  }

  get(id: string): Rollout | undefined {
    return this.#rollouts.get(id);
  }

  /** The roll-out under way that a gateway is part of; one that stopped gives way to another. */
  underWay(gateway: string): Rollout | undefined {
    return this.#of(gateway).find(({ state }) => state !== 'stopped');
  }

  /** All that still want something of a gateway, those that stopped among them. */
  openWith(gateway: string): readonly Rollout[] {
    return this.#of(gateway);
  }

  #of(gateway: string): Rollout[] {
    return [...this.#rollouts.values()].filter(
      rollout => isOpen(rollout) && Object.hasOwn(rollout.members, gateway),
    );
  }

  /** Begins one. Its gateways must be known, each named once, and in no other under way; those that stopped end. */
  async begin({ by, work, gateways, shares, healthyS }: NewRollout): Promise<Rollout> {
    const rollout: Rollout = {
      id: randomUUID(),
      by,
      createdMs: this.#options.nowMs(),
      work,
      healthyS,
      stages: stagesOf(gateways, shares),
      stage: 0,
      state: 'running',
      why: null,
      members: Object.fromEntries(gateways.map(id => [id, newMember()])),
    };
    for (const stopped of new Set(gateways.flatMap(id => this.#of(id)))) await this.cancel(stopped);
    this.#makeRoom();
    this.#rollouts.set(rollout.id, rollout);
    this.#options.log('info', `${by} began roll-out ${textOf(rollout)} to ${gateways.length} gateways`);
    await this.#changed(rollout);
    await this.look();
    return rollout;
  }

  /** Nobody new is asked until it goes on. */
  pause(rollout: Rollout): Promise<void> {
    return this.#set(rollout, 'paused', null);
  }

  /** Goes on; gateways that failed are asked once more. */
  async resume(rollout: Rollout): Promise<void> {
    for (const [id, member] of Object.entries(rollout.members))
      if (member.state === 'failed') rollout.members[id] = newMember();
    await this.#set(rollout, 'running', null);
    await this.look();
  }

  /** Ends it. Gateways that fetch stop; those that have it keep it. */
  async cancel(rollout: Rollout): Promise<void> {
    for (const [id, member] of Object.entries(rollout.members)) {
      if (member.state !== 'asked') continue;
      if (rollout.work.kind === 'firmware') {
        this.#options.broker.send(id, 'command', {
          v: protocolVersion,
          id: randomUUID(),
          name: 'cancelUpdate',
        });
      }
      member.state = 'failed';
      member.message = 'cancelled';
    }
    await this.#set(rollout, 'cancelled', null);
  }

  /** Does what is due now. */
  look(): Promise<void> {
    this.#isDue = true;
    this.#work ??= this.#lookAll();
    return this.#work;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    clearInterval(this.#timer);
    await this.#work;
    await this.#table.settled();
  }

  async #lookAll(): Promise<void> {
    // Never done within the call that begins it.
    await Promise.resolve();
    while (this.#isDue && !this.#isClosed) {
      this.#isDue = false;
      for (const rollout of this.#rollouts.values()) {
        if (!isOpen(rollout)) continue;
        try {
          await this.#lookAt(rollout);
        } catch (error) {
          // Nothing is lost: it is looked at again.
          this.#options.log('error', `roll-out ${rollout.id}: ${String(error)}`);
        }
      }
    }
    this.#work = undefined;
  }

  async #lookAt(rollout: Rollout): Promise<void> {
    const before = JSON.stringify(rollout);
    const ids = rollout.stages[rollout.stage] ?? [];
    for (const id of ids) {
      const member = rollout.members[id];
      const gateway = this.#options.fleet.gateway(id);
      if (member === undefined || gateway === undefined) continue;
      if (member.state === 'asked') await this.#outcome(rollout, gateway, member);
      if (member.state === 'waiting' && rollout.state === 'running' && gateway.online)
        await this.#ask(rollout, gateway, member);
    }
    this.#advance(rollout, ids);
    if (JSON.stringify(rollout) !== before) await this.#changed(rollout);
  }

  /** Tells a gateway what it shall have. */
  async #ask(rollout: Rollout, gateway: GatewayState, member: Member): Promise<void> {
    const { work } = rollout;
    member.metersWell = metersWell(gateway);
    member.sinceMs = this.#options.nowMs();
    member.message = null;
    if (work.kind === 'settings') {
      const wanted = wantedOf(work, gateway);
      if (wanted === 'same') {
        member.state = 'confirmed';
        member.message = 'has it already';
        return;
      }
      if (wanted === undefined) {
        this.#failed(rollout, gateway.id, member, 'it has no settings that could be changed');
        return;
      }
      member.before = gateway.desired ?? gateway.running;
      member.state = 'asked';
      const outcome = await this.#options.fleet.desire(gateway.id, wanted);
      if (outcome.ok) member.version = outcome.settings.version;
      else
        this.#failed(
          rollout,
          gateway.id,
          member,
          outcome.mistakes.map(one => `${one.field}: ${one.message}`).join('; '),
        );
      return;
    }
    const { firmware } = gateway.about ?? {};
    if (!work.isAgain && firmware !== undefined && versionOf(firmware) === work.image.version) {
      member.state = 'confirmed';
      member.message = 'has it already';
      return;
    }
    const unfit = unfitText(work.image, gateway.about);
    if (unfit !== undefined) {
      this.#failed(rollout, gateway.id, member, unfit);
      return;
    }
    member.state = 'asked';
    member.orderId = randomUUID();
    await this.#order(rollout, gateway.id, member);
  }

  async #order(rollout: Rollout, gateway: string, member: Member): Promise<void> {
    const { work } = rollout;
    if (work.kind !== 'firmware' || member.orderId === null) return;
    const { firmware, broker } = this.#options;
    const image = await firmware.images.find(work.image.id);
    if (image?.isOrderable !== true) {
      this.#failed(
        rollout,
        gateway,
        member,
        `image ${work.image.id} is not in the folder any more, or not signed`,
      );
      return;
    }
    const update = firmware.orderOf(image, work.isAgain);
    member.sentMs = this.#options.nowMs();
    broker.send(gateway, 'command', { v: protocolVersion, id: member.orderId, name: 'update', update });
  }

  /** What has become of what a gateway was told. */
  async #outcome(rollout: Rollout, gateway: GatewayState, member: Member): Promise<void> {
    const nowMs = this.#options.nowMs();
    const confirmed = () => {
      member.state = 'confirmed';
      member.sinceMs = nowMs;
    };
    const isLate = (mostMs: number) => nowMs - member.sinceMs > mostMs;
    if (rollout.work.kind === 'settings') {
      const { running, refused } = gateway;
      if (member.version !== null && running !== null && running.version >= member.version) confirmed();
      else if (refused.length > 0)
        this.#failed(
          rollout,
          gateway.id,
          member,
          refused.map(one => `${one.field}: ${one.message}`).join('; '),
        );
      else if (isLate(settingsOutcomeMs))
        this.#failed(rollout, gateway.id, member, 'it did not say that they run');
      return;
    }
    const update = gateway.update?.id === member.orderId ? gateway.update : null;
    if (update === null) {
      if (isLate(outcomeMs)) this.#failed(rollout, gateway.id, member, 'nothing was heard of the update');
      else if (gateway.online && nowMs - member.sentMs >= againMs)
        await this.#order(rollout, gateway.id, member);
      return;
    }
    member.message = update.message ?? null;
    if (update.state === 'confirmed') confirmed();
    else if (['refused', 'failed', 'cancelled', 'rolledBack'].includes(update.state))
      this.#failed(rollout, gateway.id, member, update.message ?? update.state);
    else if (isLate(outcomeMs)) this.#failed(rollout, gateway.id, member, `still ${update.state}`);
  }

  /** On to the next stage, where all of this one have it and have been well for long enough. */
  #advance(rollout: Rollout, ids: readonly string[]): void {
    if (rollout.state !== 'running') return;
    let sinceMs = rollout.createdMs;
    for (const id of ids) {
      const member = rollout.members[id];
      if (member?.state !== 'confirmed') return;
      sinceMs = Math.max(sinceMs, member.sinceMs);
    }
    const waitedMs = this.#options.nowMs() - sinceMs;
    if (waitedMs < rollout.healthyS * 1000) return;
    const unwell = ids.find(id => !isWell(this.#options.fleet.gateway(id), rollout.members[id]));
    if (unwell !== undefined) {
      if (waitedMs < 3 * rollout.healthyS * 1000 + unwellMs) return;
      rollout.state = 'stopped';
      rollout.why = `${unwell} is not as well as before: it is offline, or fewer of its meters answer`;
      this.#options.log('warn', `roll-out ${rollout.id} stopped: ${rollout.why}`);
      return;
    }
    if (rollout.stage + 1 < rollout.stages.length) {
      rollout.stage++;
      this.#isDue = true;
    } else {
      rollout.state = 'done';
      this.#options.log('info', `roll-out ${rollout.id} is done`);
    }
  }

  #failed(rollout: Rollout, gateway: string, member: Member, message: string): void {
    member.state = 'failed';
    member.message = message;
    rollout.state = 'stopped';
    rollout.why = `${gateway}: ${message}`;
    this.#options.log('warn', `roll-out ${rollout.id} stopped: ${rollout.why}`);
    // What a gateway does not run it shall not go on trying.
    if (rollout.work.kind === 'settings' && member.before !== null) {
      const { version: _version, ...before } = member.before;
      void this.#options.fleet.desire(gateway, before);
    }
  }

  /** The gateway's answer to the order itself. */
  #refused(gateway: string, orderId: string, message = 'it refused, and did not say why'): void {
    for (const rollout of this.#rollouts.values()) {
      const member = isOpen(rollout) ? rollout.members[gateway] : undefined;
      if (member?.state !== 'asked' || member.orderId !== orderId) continue;
      this.#failed(rollout, gateway, member, message);
      void this.#changed(rollout).catch(() => {});
    }
  }

  #concerns(gateway: string): boolean {
    return this.#of(gateway).length > 0;
  }

  async #set(rollout: Rollout, state: Rollout['state'], why: string | null): Promise<void> {
    rollout.state = state;
    rollout.why = why;
    await this.#changed(rollout);
  }

  async #changed(rollout: Rollout): Promise<void> {
    this.#options.events.emit({ type: 'rollout', rollout: rollout.id });
    await this.#table.save(rollout);
  }

  #makeRoom(): void {
    for (const rollout of [...this.#rollouts.values()]) {
      if (this.#rollouts.size < rolloutsMost) return;
      if (isOpen(rollout)) continue;
      this.#rollouts.delete(rollout.id);
      void this.#table.remove(rollout.id).catch(() => {});
    }
  }
}

/** The settings that a gateway shall have; `same` where it has them, undefined where there are none to be changed. */
function wantedOf(
  work: Extract<RolloutWork, { kind: 'settings' }>,
  { desired, running }: GatewayState,
): Omit<GatewaySettings, 'version'> | 'same' | undefined {
  if ('settings' in work) return work.settings;
  const now = desired ?? running;
  if (now === null) return undefined;
  const { settings, changedMeters } = withChange(now, work.change);
  return changedMeters === 0 && running !== null && running.version >= now.version ? 'same' : settings;
}

/** Why a gateway would refuse an image, where that is known before it is told: it is of another chip or board. */
function unfitText(
  { chip, board }: { readonly chip: string; readonly board?: string },
  about: GatewayState['about'],
): string | undefined {
  if (about === null) return undefined;
  if (about.chip !== undefined && about.chip !== chip)
    return `the image is for ${chip}, this gateway has ${about.chip}`;
  if (board !== undefined && about.board !== board)
    return `the image is for the board ${board}, this gateway is a ${about.board}`;
  return undefined;
}

/** Meters that answer, as the gateway said last. */
const metersWell = ({ health }: GatewayState): number =>
  Object.values(health?.meters ?? {}).filter(({ state }) => state === 'well').length;

/** Whether it is there, confirmed, and reads as many meters as before. */
const isWell = (gateway: GatewayState | undefined, member: Member | undefined): boolean =>
  gateway?.online === true &&
  gateway.isHealthCurrent &&
  gateway.about?.isOnTrial !== true &&
  metersWell(gateway) >= (member?.metersWell ?? 0);

const textOf = ({ work }: Rollout): string =>
  work.kind === 'firmware' ? `of firmware ${work.image.version} (${work.image.chip})` : 'of settings';
