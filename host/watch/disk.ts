import { diskRoom, hostLimits } from '../limits.ts';
import { messageOf } from '../message-of.ts';
import type { HealthReason } from './health.ts';

/** Room on the disk of a folder, bytes; `free` is what this user may still write. */
export interface DiskSpace {
  readonly sizeBytes: number;
  readonly freeBytes: number;
}

export type ReadDisk = () => Promise<DiskSpace>;

export interface DiskWatchOptions {
  readonly read: ReadDisk;
  /** The intake paused or goes on. */
  readonly onChange?: (isFull: boolean, space: DiskSpace) => void;
}

/**
 * How full the disk of the data folder is. While it is full nothing more may be taken in: gateways keep what they
 * measure, and the database keeps the room it needs to tidy up.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  #space: DiskSpace | undefined;
  #error: string | undefined;
  #isFull = false;
  #isChecking = false;
  #timer: NodeJS.Timeout | undefined;
  /** How often the intake had to pause. */
  pauses = 0;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  /** Whether nothing may be taken in. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** The first check has been made when this resolves; further ones follow until `close`. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.check(), diskRoom.checkEveryMs).unref();
    await this.check();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Looks now. A disk that cannot be asked changes nothing but is told. */
  async check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const space = await this.#options.read();
      this.#error = undefined;
      this.#space = space;
      this.#decide(space);
    } catch (error) {
      this.#error = messageOf(error);
    } finally {
      this.#isChecking = false;
    }
  }

  reasons(): readonly HealthReason[] {
    const said = this.#error ?? '';
    const unreadable = { code: 'disk.unreadable', level: 'degraded', detail: said, facts: { said } } as const;
    const known = this.#space === undefined ? [] : this.#spaceReasons(this.#space);
    return this.#error === undefined ? known : [...known, unreadable];
  }

  #spaceReasons(space: DiskSpace): HealthReason[] {
    const { sizeBytes, freeBytes } = space;
    const detail = `${megabytes(freeBytes)} of ${megabytes(sizeBytes)} MB are free`;
    if (this.#isFull) {
      const neededBytes = freeNeeded(sizeBytes, diskRoom.resumeShare);
      const more = `; the intake goes on with more than ${megabytes(neededBytes)} MB`;
      const facts = { ...space, neededBytes };
      return [{ code: 'intake.paused', level: 'failing', detail: detail + more, facts }];
    }
    const isTight = freeBytes < freeNeeded(sizeBytes, diskRoom.warnShare);
    return isTight ? [{ code: 'disk.nearlyFull', level: 'degraded', detail, facts: space }] : [];
  }

  counters(): Record<string, number> {
    const { sizeBytes = 0, freeBytes = 0 } = this.#space ?? {};
    return {
      'disk.sizeBytes': sizeBytes,
      'disk.freeBytes': freeBytes,
      'disk.isFull': Number(this.#isFull),
      'disk.pauses': this.pauses,
    };
  }

  #decide(space: DiskSpace): void {
    const share = this.#isFull ? diskRoom.resumeShare : hostLimits.diskUsedShare.most;
    const neededBytes = freeNeeded(space.sizeBytes, share);
    const isFull = this.#isFull ? space.freeBytes <= neededBytes : space.freeBytes < neededBytes;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    if (isFull) this.pauses++;
    this.#options.onChange?.(isFull, space);
  }
}

/**
 * Bytes that must be free where `usedShare` of the disk may be used: no less than a database needs to tidy up, and no
 * more than is enough on any disk. Both are scaled with the share, so that warning, pause and going on keep their order.
 */
export function freeNeeded(sizeBytes: number, usedShare: number): number {
  const scale = (1 - usedShare) / (1 - hostLimits.diskUsedShare.most);
  const floorBytes = Math.min(diskRoom.floorBytes, sizeBytes * diskRoom.floorShare);
  const wanted = Math.max((1 - hostLimits.diskUsedShare.most) * sizeBytes, floorBytes);
  return Math.min(wanted, diskRoom.enoughBytes) * scale;
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
