import { afterEach, describe, expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/shelly/connector.ts';
import { discoverShelly } from '../../../../host/connectors/shelly/discover.ts';
import { memoryTopics } from '../memory-topics.ts';
import { runConnector } from '../run-connector.ts';

const broker = { url: 'mqtt://broker.example', user: 'host' };
let running: ReturnType<typeof runConnector> | undefined;
afterEach(() => running?.source.stop());

const start = (generation: '1' | '2', prefix: string, part: string) => {
  running = runConnector(connector, {
    ...broker,
    meters: [{ id: 'm', name: 'M', generation, prefix, part }],
  });
  return { ...running, meter: running.sink('m') };
};

describe('the first generation', () => {
  test('counts a relay in watt-minutes, which become watt-hours', () => {
    const { topics, meter } = start('1', 'shellies/shelly1pm-A1B2', 'relay/0');
    topics.say('shellies/shelly1pm-A1B2/relay/0', 'on');
    topics.say('shellies/shelly1pm-A1B2/relay/0/power', '41.37');
    topics.say('shellies/shelly1pm-A1B2/relay/0/energy', '600');
    topics.say('shellies/shelly1pm-A1B2/relay/1/power', '7');
    expect(meter.values).toEqual({ powerW: 41.37, energyImportWh: 10 });
    topics.say('shellies/shelly1pm-A1B2/relay/0/energy', '601');
    expect(meter.values.energyImportWh).toBe(10.0167);
  });

  test('tells one channel of a meter, its totals in watt-hours; what is counted since the start is left alone', () => {
    const { topics, meter } = start('1', 'shellies/shellyem-1', 'emeter/1');
    for (const [name, value] of Object.entries({
      power: '-312.40',
      reactive_power: '12.5',
      voltage: '231.02',
      total: '123456.7',
      total_returned: '99.9',
      energy: '55',
      returned_energy: '3',
    }))
      topics.say(`shellies/shellyem-1/emeter/1/${name}`, value);
    expect(meter.values).toEqual({
      powerW: -312.4,
      reactivePowerVar: 12.5,
      voltageV: 231.02,
      energyImportWh: 123456.7,
      energyExportWh: 99.9,
    });
  });

  test('tells three channels as phases, and adds up what belongs to one round', () => {
    const { topics, meter } = start('1', 'shellies/shellyem3-1', 'emeter');
    const say = (channel: number, name: string, value: string) =>
      topics.say(`shellies/shellyem3-1/emeter/${channel}/${name}`, value);
    say(2, 'power', '1');
    // One was lost: the next round does not count what is left of it.
    say(0, 'power', '100.1');
    say(2, 'power', '-50.2');
    expect(meter.values.powerW).toBeUndefined();
    say(0, 'power', '100.1');
    say(1, 'power', '20.2');
    say(2, 'power', '-50.3');
    expect(meter.values).toEqual({ powerL1W: 100.1, powerL2W: 20.2, powerL3W: -50.3, powerW: 70 });
    for (const channel of [0, 1, 2]) say(channel, 'total', '1000.5');
    expect(meter.values.energyImportWh).toBe(3001.5);
  });

  test('that leaves says so, and what the broker had retained is no value of now', () => {
    const { topics, meter, time } = start('1', 'shellies/s', 'relay/0');
    topics.say('shellies/s/relay/0/power', '5', true);
    topics.say('shellies/s/online', 'false', true);
    time.advance(60_000);
    expect(meter.samplesTaken).toEqual([]);
    expect(new Set(meter.failures)).toEqual(new Set(['offline']));
  });
});

describe('the second generation and later', () => {
  const notify = (params: object, method = 'NotifyStatus') => ({
    src: 'shellypro3em-1',
    dst: 'shellypro3em-1/events',
    method,
    params,
  });

  test('tells a three-phase meter and what it counts', () => {
    const { topics, meter } = start('2', 'shellypro3em-1', 'em:0');
    topics.say(
      'shellypro3em-1/events/rpc',
      notify({
        ts: 1_780_000_000.5,
        'em:0': {
          id: 0,
          a_current: 4.029,
          a_voltage: 236.1,
          a_act_power: 951.2,
          a_aprt_power: 951.9,
          a_pf: 1,
          a_freq: 50,
          b_act_power: -0.5,
          c_act_power: 0,
          n_current: null,
          total_current: 11.116,
          total_act_power: 950.7,
        },
      }),
    );
    topics.say('shellypro3em-1/events/rpc', {
      ...notify({
        ts: 1_780_000_060,
        'emdata:0': { id: 0, a_total_act_energy: 0.01, total_act: 1_234_567.89, total_act_ret: 3.2 },
      }),
    });
    expect(meter.values).toEqual({
      powerW: 950.7,
      currentSumA: 11.116,
      powerL1W: 951.2,
      powerL2W: -0.5,
      powerL3W: 0,
      apparentPowerL1VA: 951.9,
      voltageL1V: 236.1,
      currentL1A: 4.029,
      powerFactorL1: 1,
      frequencyHz: 50,
      energyImportWh: 1_234_567.89,
      energyExportWh: 3.2,
      energyImportL1Wh: 0.01,
    });
  });

  test('tells a plug by events and by status, and another component of it not at all', () => {
    const { topics, meter } = start('2', 'plug', 'switch:0');
    topics.say('plug/status/switch:0', {
      id: 0,
      output: true,
      apower: 8.9,
      voltage: 237.5,
      current: 0.05,
      aenergy: { total: 6.532 },
    });
    topics.say('plug/events/rpc', notify({ ts: 5, 'switch:1': { apower: 99 } }));
    topics.say('plug/events/rpc', { method: 'NotifyEvent', params: { ts: 5, events: [] } });
    expect(meter.values).toEqual({ powerW: 8.9, voltageV: 237.5, currentA: 0.05, energyImportWh: 6.532 });
  });

  // The status of evcc-io/evcc#18841, and the rule of home-assistant/core#153053.
  test('counts both directions in one sum, of which what was fed in is taken away', () => {
    const { topics, meter } = start('2', 'pm', 'pm1:0');
    topics.say('pm/status/pm1:0', {
      id: 0,
      voltage: 236.2,
      current: 0.477,
      apower: -63.1,
      freq: 50,
      aenergy: { total: 330.473, by_minute: [1053.994], minute_ts: 1_743_682_140 },
      ret_aenergy: { total: 128.95, by_minute: [1053.994], minute_ts: 1_743_682_140 },
    });
    expect(meter.values).toMatchObject({ powerW: -63.1, energyImportWh: 201.523, energyExportWh: 128.95 });
    // One of the two alone says nothing of what was taken.
    topics.say('pm/events/rpc', notify({ ts: 5, 'pm1:0': { aenergy: { total: 331.5 } } }));
    expect(meter.values).toMatchObject({ energyImportWh: 201.523 });
  });

  test('does not fall by the rounding of two counters while all is fed in, and falls where they were set back', () => {
    const { topics, meter } = start('2', 'pm', 'pm1:0');
    const taken = [
      [1000.1, 400.1],
      [1063.499, 463.5],
      [1100.25, 500.25],
      [1200.251, 600.25],
      [0.5, 0.5],
      [7.5, 0.5],
    ].map(([total, fedIn]) => {
      topics.say('pm/status/pm1:0', { aenergy: { total }, ret_aenergy: { total: fedIn } });
      return meter.values.energyImportWh;
    });
    expect(taken).toEqual([600, 600, 600, 600.001, 0, 7]);
  });

  test('is asked for what it has at its interval, as it tells what has changed alone, and its answer is read', () => {
    const { topics, meter, time } = start('2', 'plug', 'switch:0');
    expect(topics.published).toEqual([
      'plug/rpc {"id":1,"src":"joulegate-host/plug","method":"Shelly.GetStatus"}',
    ]);
    topics.say('joulegate-host/plug/rpc', { id: 1, src: 'x', result: { 'switch:0': { apower: 4 } } });
    topics.say('joulegate-host/plug/rpc', { id: 1, error: { code: 404 } });
    expect(meter.values).toEqual({ powerW: 4 });
    time.advance(180_000);
    expect(topics.published.length).toBe(4);
  });

  test('that is late by its own clock is old', () => {
    const { topics, meter, source } = start('2', 'plug', 'pm1:0');
    for (const [ts, apower] of [
      [100, 1],
      [90, 2],
      [101, 3],
    ])
      topics.say('plug/events/rpc', notify({ ts, 'pm1:0': { apower } }));
    expect(meter.samplesTaken.map(({ value }) => value)).toEqual([1, 3]);
    expect(source.counters().old).toBe(1);
  });
});

test('a device with components of any name is looked at without harm', async () => {
  const topics = memoryTopics();
  const seen = new AbortController();
  const { signal } = seen;
  const options = { settings: broker, topics, folder: '', log: () => {}, signal };
  const found = discoverShelly(options);
  const params = '{"constructor":{},"__proto__":{},"toString:0":{},"switch:0":{"apower":3}}';
  topics.say('plug/events/rpc', `{"method":"NotifyStatus","params":${params}}`);
  topics.say('plug/status/valueOf', {});
  seen.abort();
  expect((await found).map(({ title }) => title)).toEqual(['plug switch:0']);
});

test('a plug that is off and so says nothing is asked, once, and proposed by its answer', async () => {
  const topics = memoryTopics();
  const seen = new AbortController();
  const { signal } = seen;
  const found = discoverShelly({ settings: broker, topics, folder: '', log: () => {}, signal });
  for (let again = 0; again < 2; again++) topics.say('plug/online', 'true', true);
  topics.say('shellies/old/online', 'true', true);
  expect(topics.published.filter(said => said.includes('GetStatus'))).toEqual([
    'plug/rpc {"id":1,"src":"joulegate-host/plug","method":"Shelly.GetStatus"}',
  ]);
  const result = { 'switch:0': { id: 0, output: false, apower: 0 }, 'input:0': {}, sys: { uptime: 5 } };
  topics.say('joulegate-host/plug/rpc', { id: 1, src: 'plug', dst: 'joulegate-host/plug', result });
  seen.abort();
  expect((await found).map(({ detail }) => detail)).toEqual(['plug/switch:0']);
});

test('a channel that its generation has not is refused in words', () => {
  const meters = [{ id: 'm', name: 'M', generation: '2' as const, prefix: 'p', part: 'relay/0' }];
  expect(connector.mistakes?.({ ...broker, meters })).toEqual([
    { field: 'meters.0.part', message: 'relay/0 given; switch:0, pm1:0, em1:0 or em:0 is allowed' },
  ]);
});
