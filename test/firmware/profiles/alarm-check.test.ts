import { describe, expect, it } from 'vitest';
import { checkSettings } from '#profiles/settings-check.ts';

const settings = {
  version: 1,
  lines: [{ id: 'bus', kind: 'rs485', port: 'uart1' }],
  meters: [{ id: 'kitchen', name: 'Kitchen', profile: 'eastron-sdm120', line: 'bus', address: 1 }],
};
const alarm = { id: 'high', meter: 'kitchen', quantity: 'powerW', operator: '>', threshold: 1000 };

const mistakesOf = (...alarms: object[]) => {
  const checked = checkSettings({ ...settings, alarms });
  return 'mistakes' in checked ? checked.mistakes : [];
};

describe('alarms of settings', () => {
  it('are taken as they are where nothing is wrong with them', () => {
    const whole = { ...alarm, id: 'low', hysteresis: 50, delayS: 60, output: 'relay', publish: false };
    expect(mistakesOf(alarm, whole)).toEqual([]);
  });

  it.each([
    [{ meter: 'cellar' }, 'alarms[0].meter', '"cellar" given; one of kitchen is allowed'],
    [
      { quantity: 'powr' },
      'alarms[0].quantity',
      'a quantity that eastron-sdm120 gives is allowed; the nearest are powerW',
    ],
    [{ quantity: 'powerL1W' }, 'alarms[0].quantity', 'a quantity that eastron-sdm120 gives'],
    [{ operator: '=' }, 'alarms[0].operator', 'one of >, <, >=, <= is allowed'],
    [{ threshold: 1e10 }, 'alarms[0].threshold', 'to 100000000 W is allowed for powerW'],
    [{ threshold: '9' }, 'alarms[0].threshold', 'a number from'],
    [{ hysteresis: -1 }, 'alarms[0].hysteresis', 'a number from 0'],
    [{ delayS: 0.5 }, 'alarms[0].delayS', 'a whole number from 0 to 3600 is allowed'],
    [{ publish: false }, 'alarms[0].publish', 'there is no output: name one, or leave publish out'],
    [{ id: 'Not Good' }, 'alarms[0].id', 'given'],
    [{ colour: 'red' }, 'alarms[0].colour', 'is not known; allowed are id, meter'],
  ])('are refused for %o', (wrong, field, words) => {
    const [first] = mistakesOf({ ...alarm, ...wrong });
    expect(first?.field).toBe(field);
    expect(first?.message).toContain(words);
  });

  it('need ids and outputs of their own', () => {
    expect(
      mistakesOf({ ...alarm, output: 'a' }, { ...alarm, output: 'a' }).map(({ field }) => field),
    ).toEqual(['alarms[1].id', 'alarms[1].output']);
  });
});
