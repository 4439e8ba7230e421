import type { HappeningKind } from './happening.ts';

type Kinds = Readonly<Record<string, Omit<HappeningKind, 'id'>>>;

export const gatewayHappenings = {
  'gateway.reboot': { what: 'it starts anew', lasts: false, options: {} },
  'gateway.brown-out': {
    what: 'its supply fails in the middle of a write to flash, and comes back',
    lasts: false,
    options: {
      seed: {
        takes: 'integer',
        min: 0,
        max: 2_147_483_647,
        unless: 1,
        help: 'where in the write it fails: the same seed, the same place (default 1)',
      },
    },
  },
} as const satisfies Kinds;

/** Of the gateway's clock. */
export const clockHappenings = {
  'clock.jump': {
    what: 'it is set wrong, until it is set right again',
    lasts: true,
    amounts: ['by-s'],
    options: {
      'by-s': {
        takes: 'number',
        min: -31_536_000,
        max: 31_536_000,
        unless: 3600,
        help: 'how far, in seconds; back where negative (default 3600)',
      },
    },
  },
  'clock.lost': { what: 'it does not know the time', lasts: true, options: {} },
} as const satisfies Kinds;

/** The broker as gateways see it. */
export const brokerHappenings = {
  'broker.stop': { what: 'it ends all connections and takes no new ones', lasts: true, options: {} },
  'broker.kill': { what: 'it is gone without a word', lasts: true, options: {} },
  'broker.slow': {
    what: 'it answers slowly',
    lasts: true,
    amounts: ['delay-ms'],
    options: {
      'delay-ms': {
        takes: 'integer',
        min: 0,
        max: 60_000,
        unless: 3000,
        help: 'how much later it answers (default 3000)',
      },
    },
  },
  'broker.half-open': { what: 'it lets in who comes, and never answers', lasts: true, options: {} },
} as const satisfies Kinds;

export const hostHappenings = {
  'host.stop': {
    what: 'it is stopped as it should be, and started again at the end',
    lasts: true,
    options: {},
  },
  'host.kill': { what: 'it is killed, and started again at the end', lasts: true, options: {} },
  'host.pause': {
    what: 'it stands still (SIGSTOP): who connects is let in, and never answered',
    lasts: true,
    options: {},
  },
  'host.slow': {
    what: 'it gets little time',
    lasts: true,
    options: {
      share: {
        takes: 'number',
        min: 0.1,
        max: 0.95,
        unless: 0.8,
        help: 'share of the time that it stands still, 0.1 to 0.95 (default 0.8)',
      },
    },
  },
  'disk.full': {
    what: 'its disk has no room: what it stores cannot grow',
    lasts: true,
    options: {
      'room-kb': {
        takes: 'integer',
        min: 0,
        max: 1_000_000,
        unless: 0,
        help: 'how much it may still grow, kB (default 0)',
      },
    },
  },
} as const satisfies Kinds;
