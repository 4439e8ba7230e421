import { startHost } from '../../host/main.ts';

/** What the child tells its parent, one JSON line, when it is ready. */
export interface ChildReady {
  readonly mqttPort: number;
  readonly passwords: Readonly<Record<string, string>>;
}

/**
 * A host as a process of its own, to be killed: `node host-child.js <dataDir> <gateway>…`. Gives each gateway a
 * new credential and prints them with its port.
 */
const [dataDir = '', ...gateways] = process.argv.slice(2);
const host = await startHost({
  dataDir,
  httpHost: '127.0.0.1',
  httpPort: 0,
  mqttHost: '127.0.0.1',
  mqttPort: 0,
  zone: 'UTC',
});
const passwords: Record<string, string> = {};
for (const gateway of gateways) passwords[gateway] = await host.auth.credentials.issue(gateway);
const ready: ChildReady = { mqttPort: host.broker.port, passwords };
console.log(JSON.stringify(ready));
process.on('SIGTERM', () => {
  host.close().then(() => process.exit(0));
});
// A parent that dies takes its host with it.
process.stdin.on('end', () => process.exit(1)).resume();
