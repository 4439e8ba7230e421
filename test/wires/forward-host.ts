import { encodeRecord } from '#core/wire/records.ts';
import { Forwards } from '../../host/forward/forwards.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import { Store } from '../../host/store/store.ts';

/**
 * A process that commits windows and hands them on, to be killed at any moment: `node forward-host.js DIR URL FIRST [TOKEN]`, with
 * a token to another Joulegate. Says `committed N` when the window N is on disk, and `taken N` how many
 * the other side has, one a line.
 */
const [dataDir = '', url = '', firstText = '0', token] = process.argv.slice(2);
const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 200 });
const secrets = await Secrets.open({ dataDir, tables: store, log: () => {} });
const forwards = await Forwards.open({
  store,
  secrets,
  sites: { siteOf: () => 'home', revision: 0 },
  log: () => {},
  nowMs: Date.now,
});
if (forwards.get('out') === undefined) {
  const choice = { gateways: null, meters: null, quantities: null };
  const settings = token === undefined ? { url } : { url, token };
  await forwards.save({
    id: 'out',
    kind: token === undefined ? 'http' : 'joulegate',
    name: 'Out',
    site: null,
    isOn: true,
    choice,
    keepDays: 7,
    settings,
  });
}
process.stdout.write('ready\n');
const beginS = 1_780_000_000;
for (let n = Number(firstText); ; n += 5) {
  const batch = store.batch();
  for (let at = n; at < n + 5; at++) {
    const record = encodeRecord({
      meter: `m${at % 3}`,
      startMs: (beginS + at * 10) * 1000,
      windowS: 10,
      clock: 'synced',
      failures: [],
      values: [
        { quantity: 'powerW', samples: 10, mean: at, min: at - 1, max: at + 2, last: at },
        { quantity: 'energyImportWh', samples: 1, last: at },
      ],
    });
    batch.add('attic', record, Math.floor(Date.now() / 1000));
  }
  batch.mark({ gateway: 'attic', epoch: '00000000000000aa', sequence: n + 5 });
  await store.commit(batch);
  process.stdout.write(`committed ${n + 4}\ntaken ${forwards.get('out')?.counts.windows}\n`);
  await new Promise(resolve => setTimeout(resolve, 5));
}
