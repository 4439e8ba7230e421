import modbusSerial from 'modbus-serial';
import { expect, onTestFinished, test } from 'vitest';
import { createGateway } from '#app/gateway.ts';
import { nodePorts } from '../../simulator/gateway/node-ports.ts';
import { SiteHost } from '../faults/site-host.ts';
import { patienceMs } from '../patience.ts';
import { seed } from '../seed.ts';
import { serveSite, sitePlant } from '../site.ts';

interface Result {
  readonly ok: boolean;
  readonly message?: string;
}

const within = { interval: 20 };

test('a command of a person is written to the meter once, confirmed, and logged, though an answer was just lost', async () => {
  const served = await serveSite(sitePlant(seed, Date.now() - 10_000));
  const log: string[] = [];
  const host = await SiteHost.start((level, text) => log.push(`${level}: ${text}`));
  onTestFinished(() => host.remove());
  const password = await host.addGateway('site');
  await host.put('/api/v1/gateways/site/settings', served.settings({ windowS: 10, sampleMs: 1000 }));
  const broker = { host: '127.0.0.1', port: host.mqttPort, username: 'site', password };
  const gateway = createGateway({ id: 'site', ports: nodePorts({ broker, chips: served.chips }) });
  gateway.start();
  onTestFinished(() => gateway.stop());
  const count = (counter: string): number => gateway.health().lines['rs485-1']?.[counter] ?? 0;
  const command = (body: object) => host.post<Result>('/api/v1/gateways/site/commands', body);
  const write = (meter: string, value: number) =>
    command({ name: 'write', meter, write: { command: 'baud-code', value } });

  await expect.poll(() => gateway.health().meters.house?.state, within).toBe('well');
  await expect.poll(() => gateway.health().meters.ev?.state, within).toBe('well');
  const frames: { is: string; hex: string }[] = [];
  host.parts.events.on(event => {
    if (event.type === 'trace' && 'frames' in event.message) frames.push(...event.message.frames);
  });
  expect(await command({ name: 'trace', line: 'rs485-1', seconds: 60 })).toMatchObject({ ok: true });

  const timeoutsBefore = count('timeouts');
  served.rs485.line.setFaults({ isCut: true });
  await expect.poll(() => count('timeouts'), within).toBeGreaterThan(timeoutsBefore);
  served.rs485.line.setFaults({ isCut: false });
  for (const meter of ['house', 'ev']) expect(await write(meter, 2)).toMatchObject({ ok: true });
  expect(await write('house', 9)).toMatchObject({
    ok: false,
    message: expect.stringContaining('value: 9 given'),
  });

  const written = (is: string) => frames.filter(frame => frame.is === is && frame.hex.startsWith('10', 2));
  await expect.poll(() => written('answer').length, within).toBe(2);
  expect(written('request').map(({ hex }) => hex.slice(0, 22))).toEqual([
    '0110001c00020440000000',
    '0210001c00020440000000',
  ]);
  for (const [meter, value, outcome] of [
    ['house', 2, 'done'],
    ['house', 9, 'not done, value: 9 given'],
  ] as const) {
    const what = `{"meter":"${meter}","write":{"command":"baud-code","value":${value}}}`;
    expect(
      log.filter(line => line.startsWith(`info: ada to gateway site: write ${what}: ${outcome}`)),
    ).toHaveLength(1);
  }

  // Another master reads in the meter what was written, and polling has gone on.
  const client = new modbusSerial.default();
  await client.connectTelnet('127.0.0.1', { port: served.rs485.port });
  onTestFinished(() => client.close(() => {}));
  client.setTimeout(patienceMs);
  client.setID(2);
  expect((await client.readHoldingRegisters(0x1c, 2)).buffer.readFloatBE(0)).toBe(2);
  const answersBefore = count('answers');
  await expect.poll(() => count('answers') - answersBefore, within).toBeGreaterThan(3);
});
