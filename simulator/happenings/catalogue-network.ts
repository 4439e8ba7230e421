import type { HappeningKind } from './happening.ts';

type Kinds = Readonly<Record<string, Omit<HappeningKind, 'id'>>>;

/** Of the way between gateway and broker. */
export const networkHappenings = {
  'network.delay': {
    what: 'all takes longer',
    lasts: true,
    amounts: ['delay-ms', 'jitter-ms'],
    options: {
      'delay-ms': {
        takes: 'integer',
        min: 0,
        max: 60_000,
        unless: 500,
        help: 'how much longer, in each direction (default 500)',
      },
      'jitter-ms': {
        takes: 'integer',
        min: 0,
        max: 60_000,
        unless: 200,
        help: 'up to this much more, each time another (default 200)',
      },
    },
  },
  'network.loss': {
    what: 'packets are lost and sent again, so all stalls',
    lasts: true,
    amounts: ['share'],
    options: {
      share: {
        takes: 'number',
        min: 0,
        max: 0.9,
        unless: 0.05,
        help: 'share of the packets that are lost, 0 to 0.9 (default 0.05)',
      },
    },
  },
  'network.bandwidth': {
    what: 'little passes at a time',
    lasts: true,
    options: {
      'bytes-per-s': {
        takes: 'integer',
        min: 10,
        max: 100_000_000,
        unless: 8000,
        help: 'bytes a second, in each direction (default 8000)',
      },
    },
  },
  'network.flap': {
    what: 'the WiFi comes and goes',
    lasts: true,
    options: {
      'up-s': {
        takes: 'number',
        min: 0.1,
        max: 3600,
        unless: 10,
        help: 'how long it is there, in the mean, s (default 10)',
      },
      'down-s': {
        takes: 'number',
        min: 0.1,
        max: 3600,
        unless: 5,
        help: 'how long it is away, in the mean, s (default 5)',
      },
      seed: {
        takes: 'integer',
        min: 0,
        max: 2_147_483_647,
        unless: 1,
        help: 'the same seed, the same times (default 1)',
      },
    },
  },
  'network.half-open': {
    what: 'connections swallow all that is said, and both ends believe in them',
    lasts: false,
    options: {},
  },
  'network.down': { what: 'out of reach: nothing passes, and nobody is told', lasts: true, options: {} },
} as const satisfies Kinds;
