import { jsonText } from '../core/json.ts';
import type { Message } from '../core/wire/messages.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import type { Cancel, HttpRequest, HttpResponse, Ports } from '../ports.ts';
import { LocalGuard } from './local-guard.ts';
import { localPage } from './local-page.ts';
import type { Meter } from './meter.ts';

export const localPort = 80;

export interface LocalHelpOptions {
  readonly id: string;
  readonly ports: Pick<Ports, 'time' | 'httpServer' | 'log'>;
  /** Who knows it may look (`core/local-pin.ts`). */
  readonly pin: string;
  readonly settings: () => GatewaySettings;
  readonly meters: () => readonly Meter[];
  readonly health: () => Message<'health'>;
  readonly isOnline: () => boolean;
}

/** A meter as the page shows it: its newest values, and how old they are. */
export interface LocalMeter {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly values: { readonly [quantity: string]: number };
  /** Of the newest of them; null where there is none. */
  readonly ageS: number | null;
  /** Of those that are clearly older, as what the meter gives seldom, or no longer. */
  readonly agesS: { readonly [quantity: string]: number };
}

export interface LocalStatus {
  readonly gateway: string;
  readonly isOnline: boolean;
  readonly health: Message<'health'>;
  readonly meters: readonly LocalMeter[];
}

/** The first of a profile are the ones that people look for; all of 32 meters would not fit a device. */
const valuesPerMeter = 8;
/** A value that is older than the newest of its meter by more than this is told with its own age. */
const sameAgeMs = 10_000;

/**
 * A page of the gateway's own on its network, for an installer who has no host at hand: how it is and what its meters show
 * now. It changes nothing, and tells nothing to who does not know the PIN.
 */
export class LocalHelp {
  readonly #options: LocalHelpOptions;
  readonly #guard: LocalGuard;
  #cancel: Cancel | undefined;

  constructor(options: LocalHelpOptions) {
    this.#options = options;
    this.#guard = new LocalGuard(options.ports.time, options.pin);
  }

  start(): void {
    const { httpServer, log } = this.#options.ports;
    if (httpServer === undefined || this.#cancel !== undefined) return;
    try {
      this.#cancel = httpServer.listen(localPort, request => this.answer(request));
    } catch (error) {
      log('warn', `the local page is not there: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  private answer(request: HttpRequest): HttpResponse {
    const isRead = request.method === 'GET';
    const path = request.path.split('?')[0];
    if (!isRead) return plain(405, 'Only GET is allowed: this page changes nothing.', [['allow', 'GET']]);
    const refusal = this.#guard.refusal(request);
    if (refusal !== undefined) return refusal;
    if (path === '/') {
      return {
        status: 200,
        type: 'text/html; charset=utf-8',
        body: localPage(this.status()),
        headers: pageHeaders,
      };
    }
    if (path === '/status.json') {
      return {
        status: 200,
        type: 'application/json',
        body: jsonText(this.status()),
        headers: commonHeaders,
      };
    }
    return plain(404, 'There is / and /status.json.');
  }

  private status(): LocalStatus {
    const { id, settings, meters, health, isOnline } = this.#options;
    const now = health();
    const names = settings().meters;
    return {
      gateway: id,
      isOnline: isOnline(),
      health: now,
      meters: meters().map(meter => this.meter(meter, names, now)),
    };
  }

  private meter(meter: Meter, names: GatewaySettings['meters'], { meters }: Message<'health'>): LocalMeter {
    const { id, newestTicksMs } = meter;
    const values: Record<string, number> = {};
    const agesS: Record<string, number> = {};
    const nowMs = this.#options.ports.time.ticksMs();
    let left = valuesPerMeter;
    meter.latest((quantity, value, sampledMs) => {
      if (left-- <= 0) return;
      values[quantity] = value;
      if ((newestTicksMs ?? 0) - sampledMs > sameAgeMs)
        agesS[quantity] = Math.round((nowMs - sampledMs) / 1000);
    });
    return {
      id,
      name: names.find(one => one.id === id)?.name ?? id,
      state: meters[id]?.state ?? 'waiting',
      reason: meters[id]?.reason ?? null,
      values,
      ageS: newestTicksMs === undefined ? null : Math.round((nowMs - newestTicksMs) / 1000),
      agesS,
    };
  }
}

type Headers = readonly (readonly [string, string])[];

const commonHeaders: Headers = Object.freeze([
  Object.freeze(['cache-control', 'no-store'] as const),
  Object.freeze(['x-content-type-options', 'nosniff'] as const),
]);

const pageHeaders: Headers = Object.freeze([
  ...commonHeaders,
  Object.freeze([
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  ] as const),
]);

const plain = (status: number, body: string, more: Headers = []): HttpResponse => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
  headers: [...commonHeaders, ...more],
});
