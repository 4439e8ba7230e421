import { address, choice, port, text, token } from './kinds.ts';
import { broker, hosts, plainUrl, ranges } from './kinds-of-places.ts';
import type { Setting } from './setting.ts';

/** Where the host listens, and what it speaks with whom. */
export const networkSettings = {
  httpHost: {
    kind: address,
    default: '127.0.0.1',
    isNeeded: true,
    help: 'address the page and the API listen on',
  },
  httpPort: {
    kind: port,
    default: 8080,
    isNeeded: true,
    help: 'port of the page and the API, 0 for any free one',
  },
  mqttHost: {
    kind: address,
    default: '127.0.0.1',
    isNeeded: true,
    help: 'address the broker listens on',
  },
  mqttPort: {
    kind: port,
    default: 1883,
    isNeeded: true,
    help: 'port of the broker, 0 for any free one',
  },
  announce: {
    kind: choice('yes', 'no'),
    help: 'yes or no: tell the network by mDNS where the host is; yes where it listens beyond this machine',
  },
  mqttListen: {
    kind: choice('plain', 'tls', 'both'),
    help: 'what the broker speaks, plain, tls or both; both where it listens beyond this machine',
  },
  mqttTlsPort: {
    kind: port,
    default: 8883,
    help: 'port of the broker for TLS, 0 for any free one',
  },
  mqttProxies: {
    kind: ranges,
    help: 'addresses or ranges of proxies and routers through which many gateways come, with commas: each connection from there counts as if it had an address of its own',
  },
  tlsHosts: {
    kind: hosts(),
    help: "names and addresses beside this machine's own, by which gateways reach the host, with commas",
  },
  ntpPort: {
    kind: port,
    default: 0,
    help: 'UDP port to tell gateways the time by SNTP, which is 123, or 0 for not',
  },
  timeServers: {
    // A gateway keeps no more (`core/pairing-messages.ts`).
    kind: hosts(4, 128),
    help: 'time servers that new gateways ask beside the host, with commas, at most 4; pool.ntp.org,time.cloudflare.com',
  },
  mqttUrl: {
    kind: broker,
    mayHoldSecret: true,
    help: 'external broker instead of the own one, such as mqtts://broker.example:8883',
  },
  mqttUser: {
    kind: text,
    help: 'user name of the host at the external broker',
  },
  mqttPassword: {
    kind: text,
    isSecret: true,
    help: 'its password there',
  },
  mqttVersion: {
    kind: choice('5', '3.1.1'),
    help: 'what is spoken with the external broker, 5 (3.1.1 where it does not know that) or 3.1.1',
  },
  firmwareFolder: {
    kind: text,
    help: "folder of the firmware's images, for updates over the air and for flashing",
  },
  publicUrl: {
    kind: plainUrl,
    help: 'where gateways reach page and API, such as http://192.168.1.10:8080, where that is not the machine of their broker',
  },
  metricsToken: {
    kind: token,
    isSecret: true,
    help: 'lets a scraper that brings it as a bearer token read /metrics',
  },
  metricsValues: {
    kind: choice('yes', 'no'),
    help: 'yes or no: tell scrapers at /metrics/values what meters show; no without it',
  },
} as const satisfies Record<string, Setting>;
