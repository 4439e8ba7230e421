import { beforeEach, expect, test } from 'vitest';
import { HostClient } from '../../../simulator/demo/host-client.ts';
import { startMoreSources } from '../../../simulator/demo/more-sources.ts';
import { startOtherSources } from '../../../simulator/demo/other-sources.ts';
import { createPlant } from '../../../simulator/plant/plant.ts';
import { loadScenario } from '../../../simulator/scenario/load.ts';

const scenario = loadScenario('flat');
// Devices measure it by the machine's clock: from long ago the plant would have months to catch up on.
const plant = createPlant(scenario.plant, scenario.place, { seed: 1, startMs: Date.now() });
// Nobody answers there: whatever is asked of it is told.
const client = new HostClient('http://127.0.0.1:9');
const told: string[] = [];
const around = { client, mqttPort: 9, scenario, plant, tell: (line: string) => void told.push(line) };
const other = { ...around, url: 'http://127.0.0.1:9', seed: 1 };
beforeEach(() => {
  told.length = 0;
});

test('of a demo that is ended no further source is started, and none is told as left out', async () => {
  const signal = AbortSignal.abort();
  for (const close of [
    await startOtherSources({ ...other, signal }),
    await startMoreSources({ ...around, signal }),
  ])
    await close();
  expect(told).toEqual([]);
});

test('a source that the host does not take, as its kind is gone, is told and left out, and the others are there', async () => {
  const refusal = 'kind: tasmota given; another is allowed';
  const aside: string[][] = [];
  class Picky extends HostClient {
    override async setConnector(_id: string, kind: string): Promise<void> {
      if (kind === 'tasmota') throw new Error(refusal);
    }
    override makeIngestToken = async () => 'none';
    override setAside = async (keys: readonly string[]) => void aside.push([...keys]);
  }
  const { signal } = new AbortController();
  const close = await startOtherSources({ ...other, client: new Picky(other.url), signal });
  await close();
  expect(aside).toEqual([['converter.sdm630']]);
  // Nor does anybody answer the logger.
  expect(told).toEqual([
    `Tasmota is left out: ${refusal}`,
    expect.stringMatching(/^The logger is left out: /),
  ]);
});
