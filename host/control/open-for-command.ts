import { DuckDBInstance } from '@duckdb/node-api';
import { type Host, startHost } from '../main.ts';
import type { HostSettings } from '../settings.ts';
import { isThere, placesOf } from '../store/recovery-files.ts';

/** Opens a data folder for one command. @throws Error that says what stands in the way, such as another host */
export async function openForCommand(settings: HostSettings, warn: (line: string) => void): Promise<Host> {
  const { mqttUrl: _, ...own } = settings;
  return startHost(
    { ...own, zone: await zoneOf(settings), ntpPort: 0, announce: 'no' },
    { isForCommand: true, log: (level, text) => level === 'info' || warn(text) },
  );
}

/** Days are built by the zone that the host was last started with: another one would have them all built anew. */
async function zoneOf({ dataDir, zone }: HostSettings): Promise<string> {
  const { database } = placesOf(dataDir);
  if (!(await isThere(database))) return zone;
  try {
    const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
    try {
      const connection = await instance.connect();
      const reader = await connection.runAndReadAll("SELECT zone FROM tier WHERE name = 'day'");
      const [row] = reader.getRowObjectsJS();
      connection.closeSync();
      return typeof row?.zone === 'string' ? row.zone : zone;
    } finally {
      instance.closeSync();
    }
  } catch {
    // Whatever is wrong with it, opening it tells.
    return zone;
  }
}
