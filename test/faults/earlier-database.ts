import { mkdir } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { placesOf } from '../../host/store/recovery-files.ts';
import { migrations } from '../../host/store/schema.ts';
import { Store } from '../../host/store/store.ts';

const t0 = Date.UTC(2026, 0, 1) / 1000;
const windows = 400;

/** Series of the first schema by their numbers. */
const gauges = [
  { number: 1, meter: 1, gateway: 'attic', id: 'main', quantity: 'powerW' },
  { number: 2, meter: 1, gateway: 'attic', id: 'main', quantity: 'voltageV' },
  { number: 4, meter: 2, gateway: 'cellar', id: 'sun', quantity: 'powerFactor' },
] as const;
const counters = [{ number: 3, meter: 1, gateway: 'attic', id: 'main', quantity: 'energyImportWh' }] as const;

const at = Array.from({ length: windows }, (_, index) => ({ index, startS: t0 + index * 10 }));
/** As the wire has them: whole numbers of the last decimal, most of which no DOUBLE can be exactly. */
const unitsOf = (quantity: QuantityId, whole: number) => whole / 10 ** quantities[quantity].decimals;
const gaugeOf = ({ number, quantity }: (typeof gauges)[number], index: number) => {
  const whole = ((index * 7919 * number) % 90_001) - 30_000;
  const [mean = 0, min = 0, max = 0, last = 0] = [0, -12, 27, 1].map(more => unitsOf(quantity, whole + more));
  return { mean, min, max, last };
};
const counterOf = ({ quantity }: (typeof counters)[number], index: number) =>
  unitsOf(quantity, 12_345_678_901 + index * 137);

/** A database as a host of the schema `step` has left it, with rows, names, watermarks, losses and gateways. */
export async function makeEarlier(dataDir: string, step: number): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const instance = await DuckDBInstance.create(placesOf(dataDir).database, {
    storage_compatibility_version: 'v1.5.0',
  });
  const connection = await instance.connect();
  for (const [index, statements] of migrations.slice(0, step).entries()) {
    if (index === 0) {
      await connection.run('CREATE TABLE migration (number INTEGER NOT NULL, atMs BIGINT NOT NULL)');
    }
    for (const statement of statements) await connection.run(statement);
    await connection.run('INSERT INTO migration VALUES (?, 0)', [index + 1]);
    if (index === 0) for (const statement of firstRows()) await connection.run(statement);
  }
  connection.closeSync();
  instance.closeSync();
}

function firstRows(): string[] {
  const gaugeRows = gauges.flatMap(series =>
    at.map(({ index, startS }) => {
      const { mean, min, max, last } = gaugeOf(series, index);
      return `(${series.number}, ${startS}, 10, 9, ${mean}, ${min}, ${max}, ${last})`;
    }),
  );
  const counterRows = counters.flatMap(series =>
    at.map(({ index, startS }) => `(${series.number}, ${startS}, 10, 1, ${counterOf(series, index)})`),
  );
  const missingRows = at.map(
    ({ index, startS }) =>
      `(${(index % 2) + 1}, ${startS + windows * 10}, 10, ${index % 4}, ${index}, ${index % 2})`,
  );
  const names = [...gauges, ...counters].map(
    ({ number, meter, quantity }) => `(${number}, ${meter}, '${quantity}', NULL, NULL, NULL, NULL)`,
  );
  return [
    `INSERT INTO meter VALUES (1, 'attic', 'main'), (2, 'cellar', 'sun')`,
    `INSERT INTO series VALUES ${names.join(', ')}`,
    `INSERT INTO gauge VALUES ${gaugeRows.join(', ')}`,
    `INSERT INTO counter VALUES ${counterRows.join(', ')}`,
    `INSERT INTO missing VALUES ${missingRows.join(', ')}`,
    `INSERT INTO watermark VALUES ('attic', '00000000000000aa', 400), ('cellar', '00000000000000bb', 9007199254740000)`,
    `INSERT INTO lost VALUES ('attic', '00000000000000aa', 3, 7, 1767225600000)`,
    `INSERT INTO gateway VALUES ('attic', '{"v":1}', NULL, NULL, 'no', 1767225600000)`,
  ];
}

/** All of it as the program shows it. */
export async function everythingIn(dataDir: string): Promise<Record<string, unknown>> {
  const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0 });
  const rowsOf = (table: string, values: string) =>
    store.all(
      `SELECT gateway, id, quantity, startS, windowS, samples, ${values} FROM ${table} AS rows
       JOIN series ON series.number = rows.series JOIN meter ON meter.number = series.meter
       ORDER BY gateway, id, quantity, startS`,
    );
  const everything = {
    gauges: await rowsOf('gauge', 'mean, min, max, last'),
    counters: await rowsOf('counter', 'last'),
    missing: await store.all(
      'SELECT meter, startS, windowS, reason, samples, isWhole FROM missing ORDER BY ALL',
    ),
    lost: await store.all('SELECT gateway, epoch, fromSequence, toSequence, atMs FROM lost'),
    gateways: await store.all('SELECT * FROM gateway ORDER BY id'),
    watermarks: [store.watermark('attic', '00000000000000aa'), store.watermark('cellar', '00000000000000bb')],
    series: store.series().map(({ key }) => key),
    newest: [store.newest('attic.main'), store.newest('cellar.sun')],
  };
  await store.close();
  return everything;
}

/** The same, told from what was written: nothing in a new database. */
export function everythingOf(step: number): Record<string, unknown> {
  const isNew = step === 0;
  const endMs = (t0 + windows * 10) * 1000;
  const lastOf = (series: (typeof gauges)[number]) => gaugeOf(series, windows - 1).last;
  return {
    gauges: isNew
      ? []
      : [gauges[0], gauges[1], gauges[2]].flatMap(series =>
          at.map(({ index, startS }) => ({
            ...namesOf(series),
            startS,
            windowS: 10,
            samples: 9,
            ...gaugeOf(series, index),
          })),
        ),
    counters: isNew
      ? []
      : counters.flatMap(series =>
          at.map(({ index, startS }) => ({
            ...namesOf(series),
            startS,
            windowS: 10,
            samples: 1,
            last: counterOf(series, index),
          })),
        ),
    missing: isNew
      ? []
      : [1, 2].flatMap(meter =>
          at
            .filter(({ index }) => (index % 2) + 1 === meter)
            .map(({ index, startS }) => ({
              meter,
              startS: startS + windows * 10,
              windowS: 10,
              reason: index % 4,
              samples: index,
              isWhole: index % 2,
            })),
        ),
    lost: isNew
      ? []
      : [
          {
            gateway: 'attic',
            epoch: '00000000000000aa',
            fromSequence: 3,
            toSequence: 7,
            atMs: 1_767_225_600_000,
          },
        ],
    gateways: isNew
      ? []
      : [
          {
            id: 'attic',
            about: '{"v":1}',
            desired: null,
            running: null,
            refused: 'no',
            lastSeenMs: 1_767_225_600_000,
          },
        ],
    watermarks: isNew ? [0, 0] : [400, 9_007_199_254_740_000],
    series: isNew
      ? []
      : ['attic.main.powerW', 'attic.main.voltageV', 'attic.main.energyImportWh', 'cellar.sun.powerFactor'],
    newest: isNew
      ? [undefined, undefined]
      : [
          {
            atMs: endMs,
            values: {
              powerW: lastOf(gauges[0]),
              voltageV: lastOf(gauges[1]),
              energyImportWh: counterOf(counters[0], windows - 1),
            },
          },
          { atMs: endMs, values: { powerFactor: lastOf(gauges[2]) } },
        ],
  };
}

const namesOf = ({ gateway, id, quantity }: (typeof gauges | typeof counters)[number]) => ({
  gateway,
  id,
  quantity,
});
