import { expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/joulegate/connector.ts';
import { endedProbe } from '../run-probe.ts';

test('a probe says at once that nothing comes before it is saved', async () => {
  const { meters, fault } = await endedProbe(connector, {});
  expect(meters).toEqual([]);
  expect(fault?.message).toContain('there is nothing to try here');
  expect(fault?.code).toBe('records.noTrial');
});
