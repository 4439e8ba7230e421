import { deepFreeze } from '#core/freeze.ts';
import type { Message } from '#core/wire/messages.ts';

/** What is known of the host when it is asked. */
export interface HostLook {
  readonly counters: Readonly<Record<string, number>>;
  /** Reasons for which it is not well. */
  readonly faults: number;
}

/** What is known of a gateway; `health` is null where it has told nothing on the connection that stands. */
export interface GatewayLook {
  readonly id: string;
  readonly online: boolean;
  readonly health: Message<'health'> | null;
}

interface FigureWords {
  readonly unit: string;
  readonly about: string;
  /** It only grows: what is judged is what it grew in the last ten minutes. */
  readonly isGrowing?: true;
}
interface HostFigure extends FigureWords {
  readonly of: 'host';
  readonly from: (look: HostLook) => number | undefined;
}
interface GatewayFigure extends FigureWords {
  readonly of: 'gateway';
  readonly from: (look: GatewayLook) => number | undefined;
}

const host = (unit: string, about: string, from: HostFigure['from']): HostFigure => ({
  of: 'host',
  unit,
  about,
  from,
});
const gateway = (unit: string, about: string, from: GatewayFigure['from']): GatewayFigure => ({
  of: 'gateway',
  unit,
  about,
  from,
});
const growing = <F extends FigureWords>(figure: F): F & { readonly isGrowing: true } => ({
  ...figure,
  isGrowing: true,
});

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** Figures that rules may judge beside what meters measure. Undefined: it is not known just then, and nothing is judged. */
export const healthFigures = deepFreeze({
  'host.diskUsedPercent': host('%', 'Share of the disk of the data folder that is used.', ({ counters }) => {
    const { 'disk.sizeBytes': size = 0, 'disk.freeBytes': free = 0 } = counters;
    return size > 0 ? (1 - free / size) * 100 : undefined;
  }),
  'host.memoryMb': host('MB', 'Memory that the host takes.', ({ counters }) => {
    const bytes = counters['process.residentBytes'];
    return bytes === undefined ? undefined : bytes / 1e6;
  }),
  'host.loopDelayMs': host(
    'ms',
    'How late the host gets to what is due, 99th percentile.',
    ({ counters }) => {
      const seconds = counters['loop.p99S'];
      return seconds === undefined ? undefined : seconds * 1000;
    },
  ),
  'host.faults': host('', 'Reasons for which the health of the host is not ok.', ({ faults }) => faults),
  'host.commitsFailed': growing(
    host('', 'Commits that failed in ten minutes.', ({ counters }) => counters.commitsFailed),
  ),
  'gateway.online': gateway('', '1 while the gateway is connected, else 0.', ({ online }) => Number(online)),
  'gateway.heapFreeBytes': gateway('B', 'Free memory of the gateway.', ({ health }) => health?.heapFreeBytes),
  'gateway.wifiDbm': gateway('dBm', 'Signal of the WiFi at the gateway.', ({ health }) => health?.rssiDbm),
  'gateway.journalPercent': gateway('%', 'How full the journal of the gateway is.', ({ health }) =>
    health === null || health.journal.capacityBytes === 0
      ? undefined
      : (health.journal.bytes / health.journal.capacityBytes) * 100,
  ),
  'gateway.recordsDropped': growing(
    gateway('', 'Records the journal had to drop in ten minutes.', ({ health }) => health?.journal.dropped),
  ),
  'gateway.readsFailed': growing(
    gateway('', 'Reads of its meters that failed in ten minutes.', ({ health }) =>
      health === null
        ? undefined
        : sum(Object.values(health.meters).flatMap(({ failures }) => Object.values(failures))),
    ),
  ),
  'gateway.metersFailing': gateway('', 'Meters that fail or are silent.', ({ health }) =>
    health === null
      ? undefined
      : Object.values(health.meters).filter(({ state }) => state === 'failing' || state === 'silent').length,
  ),
  'gateway.clockUnsynced': gateway(
    '',
    '1 while the clock of the gateway is not set, else 0.',
    ({ health }) => (health === null ? undefined : Number(health.clock === 'unsynced')),
  ),
  'gateway.safeMode': gateway('', '1 while the gateway measures nothing after bad starts.', ({ health }) =>
    health === null ? undefined : Number(health.mode === 'safe'),
  ),
} as const satisfies Record<string, HostFigure | GatewayFigure>);

export type FigureId = keyof typeof healthFigures;
export const figureIds = Object.freeze(Object.keys(healthFigures)) as readonly FigureId[];

/** Over so long a figure that only grows is looked at. */
export const growthMs = 600_000;
