import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOptions } from '../../simulator/arguments.ts';
import { fleetOptions, planOf } from '../../simulator/fleet/fleet-options.ts';
import { failureOf, resultText } from '../../simulator/fleet/fleet-text.ts';
import { type FleetStage, runFleet } from '../../simulator/fleet/run-fleet.ts';
import { Lab } from '../../simulator/lab/lab.ts';

interface KnownGateway {
  readonly id: string;
  readonly board: string;
  readonly problems: readonly { readonly code: string }[];
  readonly meters: readonly string[];
}

test('50 light gateways with a backlog and 5 with the firmware: all they had acknowledged is stored once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-fleet-'));
  const lab = await Lab.start({ folder, settings: { 'mqtt-proxies': '127.0.0.1' } });
  try {
    const args =
      '--gateways 50 --real 5 --meters 3 --every 1 --sample 500 --backlog 2m --minutes 0.05 --ramp 0.5 --name hall --seed 4';
    const plan = planOf(parseOptions('fleet', fleetOptions, args.split(' ')));
    const stages = new Set<FleetStage>();
    const broker = { host: '127.0.0.1', port: lab.mqttPort };
    const result = await runFleet(
      plan,
      { api: lab.api, broker, figures: () => lab.figures() },
      { tell: ({ stage }) => stages.add(stage), signal: new AbortController().signal },
    );
    expect(failureOf(result)).toBeUndefined();
    expect(result.counts).toMatchObject({ gateways: 55, online: 55, wrong: [] });
    // Two minutes of 50 gateways with 3 meters of 12 values, and what was measured since.
    expect(result.stored?.values).toBeGreaterThan(50 * 120 * 3 * 12);
    expect(result.stored).toMatchObject({ lost: 0, doubled: 0, wrong: 0, notes: [] });
    expect([...stages]).toEqual(['credentials', 'connecting', 'measuring', 'settling', 'comparing']);
    expect(resultText(plan, result)).toMatch(/0 lost, 0 doubled, 0 wrong/);
    const known = await lab.api.get<KnownGateway[]>('/api/v1/gateways');
    // When the fleet ends it hangs up, and what the host says just then is reset.
    const isWrong = ({ code }: { readonly code: string }) => code !== 'mqtt.closed';
    expect(known.filter(({ problems, meters }) => problems.some(isWrong) || meters.length !== 3)).toEqual([]);
    expect(known.filter(({ board }) => board.startsWith('light'))).toHaveLength(50);
  } finally {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  }
});
