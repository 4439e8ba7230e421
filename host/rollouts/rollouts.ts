import { randomUUID } from 'node:crypto';
import type { Tables } from '../auth/tables.ts';
import type { Broker } from '../broker/broker.ts';
import type { Log } from '../engine.ts';
import type { Events } from '../events.ts';
import type { Firmware } from '../firmware/firmware.ts';
import type { Fleet, GatewayState } from '../fleet.ts';
import type { Delivery, Outcome } from './delivery.ts';
import { FirmwareDelivery } from './firmware-delivery.ts';
import { isOpen, type Member, newMember, type Rollout, type RolloutWork } from './rollout.ts';
import { RolloutTable, rolloutsMost } from './rollout-table.ts';
import { SettingsDelivery } from './settings-delivery.ts';
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
      this.#delivery(rollout).cancel(id);
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
      const delivery = this.#delivery(rollout);
      if (member.state === 'asked')
        this.#became(rollout, id, member, await delivery.outcome(gateway, member));
      if (member.state === 'waiting' && rollout.state === 'running' && gateway.online) {
        member.metersWell = metersWell(gateway);
        member.sinceMs = this.#options.nowMs();
        member.message = null;
        this.#became(rollout, id, member, await delivery.ask(gateway, member));
      }
    }
    this.#advance(rollout, ids);
    if (JSON.stringify(rollout) !== before) await this.#changed(rollout);
  }

  #delivery({ work }: Rollout): Delivery {
    return work.kind === 'firmware'
      ? new FirmwareDelivery(work, this.#options)
      : new SettingsDelivery(work, this.#options);
  }

  #became(rollout: Rollout, gateway: string, member: Member, outcome: Outcome | undefined): void {
    if (outcome?.state === 'failed') this.#failed(rollout, gateway, member, outcome.message);
    if (outcome?.state !== 'confirmed') return;
    member.state = 'confirmed';
    member.sinceMs = this.#options.nowMs();
    member.message = outcome.message;
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
    this.#delivery(rollout).undo(gateway, member);
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
