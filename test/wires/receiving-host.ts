import { portOf, startHost } from '../../host/main.ts';

/**
 * A host with a source `barn` for what another Joulegate forwards, to be killed at any moment: `node receiving-host.js DIR PORT`. When all
 * runs it says its port, and a token to send with where it makes one, in one line.
 */
const [dataDir = '', port = '0'] = process.argv.slice(2);
const { auth, connectors, url } = await startHost({
  dataDir,
  httpHost: '127.0.0.1',
  httpPort: Number(port),
  mqttHost: '127.0.0.1',
  mqttPort: 0,
  zone: 'Europe/Berlin',
  backupHours: 0,
});
const { accounts, apiTokens } = auth;
if (!accounts.exist) await accounts.create('ada', 'a long enough password', { '*': 'admin' });
if (!connectors.has('barn'))
  await connectors.save({ id: 'barn', kind: 'joulegate', name: 'Barn', isOn: true, settings: {} });
const made =
  apiTokens.secrets.list().length > 0
    ? undefined
    : await apiTokens.secrets.make('ada', Date.now() + 86_400_000, {
        name: 'barn',
        scopes: ['ingest'],
        sites: ['*'],
      });
process.stdout.write(`ready ${portOf(url)} ${made?.secret ?? ''}\n`);
