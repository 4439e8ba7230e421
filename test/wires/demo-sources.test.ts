import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ConnectorEntry } from '../../host/api/contract.ts';
import { exportedRows } from '../../simulator/lab/export-rows.ts';
import { said, startProgram } from '../e2e/program.ts';
import { patienceMs } from '../patience.ts';

const cli = join(process.cwd(), 'dist', 'simulator', 'cli.js');
/** What the demo has beside its gateway, by the kind of its connector. */
const sources = {
  tasmota: 'tasmota.reader',
  modbus: 'converter.sdm630',
  http: 'logger.logged',
  shelly: 'shelly.device',
  esphome: 'esphome.device',
  zigbee2mqtt: 'zigbee2mqtt.device',
  tuya: 'tuya.device',
  opcua: 'opcua.device',
};

test('the demo shows one site whose values come from a gateway, a Tasmota reader, an SDM630 behind a converter, an HTTP sender and each other kind at once', async () => {
  const args = [cli, 'demo', '--port', '0', '--hours', '0', '--seed', '7', '--all-sources', '--json'];
  const demo = await startProgram(args, 'ready');
  onTestFinished(demo.close);
  const [url, user, password] = ['url', 'user', 'password'].map(field => said(demo, 'ready', field));
  const signedIn = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(`${url}/api/v1/${path}`, { headers: { cookie } });
    expect(answer.status, path).toBe(200);
    return answer;
  };
  const beganMs = Date.now() - 600_000;
  const stored = async (): Promise<readonly string[]> => {
    const query = `form=csv&resolution=windows&site=home&from=${beganMs}&to=${Date.now() + 60_000}`;
    const { body } = await get(`exports/readings?${query}`);
    const meters = new Set<string>();
    if (body !== null)
      for await (const rows of exportedRows(body))
        for (const { series, samples } of rows)
          if (samples > 0) meters.add(series.slice(0, series.lastIndexOf('.')));
    return [...meters];
  };
  const all = ['demo-house.grid', ...Object.values(sources)];
  let connectors: readonly ConnectorEntry[] = [];
  // They send every ten seconds, and the last of them begins when the others are there.
  const look = async () => {
    const there = await stored();
    connectors = (await (await get('connectors')).json()) as ConnectorEntry[];
    const faults = connectors.map(({ id, fault }) => `${id}: ${fault}`).join('\n');
    expect(
      all.filter(key => !there.includes(key)),
      faults,
    ).toEqual([]);
  };
  await vi.waitFor(look, { timeout: 3 * patienceMs, interval: 3000 });
  expect(Object.fromEntries(connectors.map(({ kind, site }) => [kind, site]))).toEqual(
    Object.fromEntries(Object.keys(sources).map(kind => [kind, 'home'])),
  );
});
