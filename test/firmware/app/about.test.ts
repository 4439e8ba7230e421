import { expect, it } from 'vitest';
import { aboutOf } from '#app/about.ts';
import { limits } from '#core/limits.ts';
import { encodeMessage } from '#core/wire/messages.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';

it('the largest gateway can tell of itself: the series of the meters that there is room for, and all meters', () => {
  const meters = Array.from({ length: limits.metersPerGateway }, (_, index) => ({
    id: `m${index}`.padEnd(64, 'x'),
    name: 'n'.repeat(64),
    profile: eastronSdm630.id,
    line: 'bus',
    address: index + 1,
  }));
  const longest = 'x'.repeat(64);
  const identity = { serial: longest, model: longest, firmware: longest };
  const running = meters.map(({ id }) => ({ id, identity }));
  const board = { name: 'board', firmware: '1.0.0', chip: 'esp32', outputs: [] } as const;
  const about = aboutOf(board, '0'.repeat(16), { version: 1, lines: [], meters }, running);
  expect(encodeMessage('about', about).length).toBeLessThan(limits.mqttPacketUpBytes);
  expect(about.meters).toHaveLength(limits.metersPerGateway);
  expect(about.meters[0]?.series).toHaveLength(eastronSdm630.registers.length);
  const told = about.meters.reduce((sum, { series }) => sum + series.length, 0);
  expect(told).toBeGreaterThan(limits.seriesPerAbout - eastronSdm630.registers.length);
  expect(told).toBeLessThanOrEqual(limits.seriesPerAbout);
});
