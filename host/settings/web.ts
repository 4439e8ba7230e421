import { choice, count, text } from './kinds.ts';
import { ranges } from './kinds-of-places.ts';
import type { Setting } from './setting.ts';

/** How page and API are reached safely. */
export const webSettings = {
  httpListen: {
    kind: choice('plain', 'tls'),
    help: 'what page and API speak, plain or tls; tls where they listen beyond this machine',
  },
  tlsCertFile: {
    kind: text,
    help: 'certificate of your own for page and API (PEM, with what it was signed by), instead of one by the own authority',
  },
  tlsKeyFile: {
    kind: text,
    help: 'its private key (PEM, without a passphrase)',
  },
  hstsDays: {
    kind: count(0, 730),
    default: 0,
    help: 'days that browsers are told to come by TLS alone (HSTS), 0 for not telling',
  },
  trustedProxies: {
    kind: ranges,
    help: 'addresses or ranges of reverse proxies whose X-Forwarded-For, -Proto and -Host are believed, with commas, such as 127.0.0.1,172.16.0.0/12',
  },
} as const satisfies Record<string, Setting>;
