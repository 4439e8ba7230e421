import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InfluxServer } from './influx.ts';
import { mosquittoCarries } from './mosquitto.ts';
import { programPath, pythonWithSqlite } from './program.ts';
import { sqliteBatch, sqliteMonth, sqlitePost } from './sqlite.ts';

/** Runs a peer, or says why not. */
async function one(
  name: string,
  missing: string | false,
  run: () => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  if (missing !== false) {
    console.log(`${name}: left out, ${missing} is not installed`);
    return {};
  }
  const figures = await run();
  console.log(
    `${name}: ${Object.entries(figures)
      .map(([figure, value]) => `${figure} ${value}`)
      .join(', ')}`,
  );
  return figures;
}

/** Other ways to take measurements in, in the same run on the same machine. A peer that is not installed is left out. */
export async function ingestPeers(dir: string): Promise<Record<string, number>> {
  const peersDir = join(dir, 'peers');
  await mkdir(peersDir, { recursive: true });
  const python = pythonWithSqlite();
  const mosquitto = programPath('mosquitto');
  const influxd = programPath('influxd');
  const withoutPython = python === undefined && 'python3 with sqlite3';
  return {
    ...(await one('SQLite, one POST per reading', withoutPython, () => sqlitePost(python ?? '', peersDir))),
    ...(await one('SQLite in batches', withoutPython, () => sqliteBatch(python ?? '', peersDir))),
    ...(await one('InfluxDB', influxd === undefined && 'influxd', () =>
      InfluxServer.use(influxd ?? '', join(peersDir, 'influx'), influx => influx.intake()),
    )),
    ...(await one('Mosquitto', mosquitto === undefined && 'mosquitto', () =>
      mosquittoCarries(mosquitto ?? '', peersDir),
    )),
  };
}

/** What other stores need on disk. */
export async function storePeers(dir: string): Promise<Record<string, number>> {
  const influxd = programPath('influxd');
  const python = pythonWithSqlite();
  return {
    ...(await one('InfluxDB', influxd === undefined && 'influxd', () =>
      InfluxServer.use(influxd ?? '', join(dir, 'influx'), influx => influx.disk()),
    )),
    ...(await one('SQLite', python === undefined && 'python3 with sqlite3', () =>
      sqliteBatch(python ?? '', dir),
    )),
  };
}

/** How long the same questions take elsewhere, with a month of one meter stored and nothing coming in. */
export async function queryPeers(dir: string): Promise<Record<string, number>> {
  const influxd = programPath('influxd');
  const python = pythonWithSqlite();
  return {
    ...(await one('InfluxDB', influxd === undefined && 'influxd', () =>
      InfluxServer.use(influxd ?? '', join(dir, 'influx'), influx => influx.questions()),
    )),
    ...(await one('SQLite', python === undefined && 'python3 with sqlite3', () =>
      sqliteMonth(python ?? '', dir),
    )),
  };
}
