import { afterAll, beforeAll, expect, test } from 'vitest';
import { examplesIn, runExample } from './doc-examples.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { personOf } from './signed-in.ts';
import { storeSite, storeWindows } from './stored-site.ts';

const metricsToken = 'a-token-of-20-characters-or-more';
let host: HostUnderTest;
let env: Record<string, string>;

beforeAll(async () => {
  host = await startHostUnderTest({ metricsToken, metricsValues: 'yes' });
  await storeSite(host);
  // The ten minutes before noon, as the pages show them.
  const isMissing = (index: number) => index >= 20 && index < 30;
  const startMs = host.clock.nowMs - 600_000;
  await storeWindows(host, { meter: 'house', startMs, from: 0, to: 60, sequence: 120, isMissing });
  const ada = await personOf(host, 'ada', { '*': 'admin' });
  const expiresMs = host.clock.nowMs + 86_400_000;
  const token = await ada.ask('POST', '/api/v1/tokens', {
    name: 'page',
    scopes: ['read', 'manage'],
    sites: ['*'],
    expiresMs,
  });
  const address = await host.api.listen({ host: '127.0.0.1', port: 0 });
  env = { HOST: address, TOKEN: token.json().token, METRICS_TOKEN: metricsToken };
});
afterAll(() => host.close());

for (const page of ['http-api.md', 'home-assistant.md']) {
  test(`each command of ${page} does what it says, and answers what is printed below it`, async () => {
    const examples = await examplesIn(page);
    expect(examples.length).toBeGreaterThan(2);
    for (const { command, answer } of examples) {
      const told = await runExample(command, env);
      if (answer?.form === 'json') expect(JSON.parse(told), command).toEqual(JSON.parse(answer.text));
      else if (answer !== undefined) expect(told.replaceAll('\r\n', '\n'), command).toBe(answer.text);
    }
  });
}
