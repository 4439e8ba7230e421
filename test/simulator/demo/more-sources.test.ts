import { expect, test } from 'vitest';
import { HostClient } from '../../../simulator/demo/host-client.ts';
import { startMoreSources } from '../../../simulator/demo/more-sources.ts';
import { createPlant } from '../../../simulator/plant/plant.ts';
import { loadScenario } from '../../../simulator/scenario/load.ts';

test('of a demo that is ended no further source is started, and none is told as left out', async () => {
  const scenario = loadScenario('flat');
  const plant = createPlant(scenario.plant, scenario.place, { seed: 1, startMs: Date.UTC(2026, 5, 1) });
  // Nobody answers there: whatever is asked of it is told.
  const client = new HostClient('http://127.0.0.1:9');
  const told: string[] = [];
  const options = { client, mqttPort: 9, scenario, plant, tell: (line: string) => void told.push(line) };
  const close = await startMoreSources({ ...options, signal: AbortSignal.abort() });
  await close();
  expect(told).toEqual([]);
});
