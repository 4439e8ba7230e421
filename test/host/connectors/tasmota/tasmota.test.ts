import { afterEach, describe, expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/tasmota/connector.ts';
import { discoverTasmota } from '../../../../host/connectors/tasmota/discover.ts';
import { tasmotaTopics } from '../../../../host/connectors/tasmota/topics.ts';
import { mistakesOf } from '../../../../host/set-up/settings-mistakes.ts';
import { startHostWithConnectors } from '../host-with-connectors.ts';
import { memoryTopics } from '../memory-topics.ts';
import { runConnector } from '../run-connector.ts';

const broker = { user: 'plugs', password: 'a password made for the plugs' };
const plug = { id: 'plug', name: 'Washing machine', topic: 'washer', everyS: 10 };
const start = (more: object = {}) => runConnector(connector, { ...broker, meters: [{ ...plug, ...more }] });
const at = (seconds: number) => new Date(Date.UTC(2026, 5, 1, 12, 0, seconds)).toISOString().slice(0, 19);
let running: ReturnType<typeof start> | undefined;
afterEach(() => running?.source.stop());

describe('what a plug sends', () => {
  test('comes in our units, exactly', () => {
    running = start();
    running.topics.say('tele/washer/SENSOR', {
      Time: at(0),
      ENERGY: {
        TotalStartTime: '2026-01-01T00:00:00',
        Total: 1234.567,
        Yesterday: 1.2,
        Today: 0.3,
        Period: 5,
        Power: 24,
        ApparentPower: 35,
        ReactivePower: 25,
        Factor: 0.69,
        Voltage: 230,
        Current: 0.152,
      },
    });
    expect(running.sink('plug').values).toEqual({
      powerW: 24,
      apparentPowerVA: 35,
      reactivePowerVar: 25,
      powerFactor: 0.69,
      voltageV: 230,
      currentA: 0.152,
      energyImportWh: 1_234_567,
    });
  });

  test('of three phases is told by phase, and added up where a sum means something', () => {
    running = start();
    running.topics.say('tele/washer/SENSOR', {
      Time: at(0),
      ENERGY: {
        Total: [0.1, 0.2, 0.3],
        Power: [100, -40, 7],
        Voltage: [230, 231, 232],
        Current: [1, 2, 3],
        Frequency: 50,
      },
    });
    expect(running.sink('plug').values).toEqual({
      powerW: 67,
      powerL1W: 100,
      powerL2W: -40,
      powerL3W: 7,
      voltageL1V: 230,
      voltageL2V: 231,
      voltageL3V: 232,
      currentL1A: 1,
      currentL2A: 2,
      currentL3A: 3,
      frequencyHz: 50,
      energyImportWh: 600,
      energyImportL1Wh: 100,
      energyImportL2Wh: 200,
      energyImportL3Wh: 300,
    });
  });
});

test('of several meters in one topic the same is read on, also where a message tells another one alone', () => {
  running = start();
  const say = (seconds: number, groups: object) =>
    running?.topics.say('tele/washer/SENSOR', { Time: at(seconds), ...groups });
  const { samplesTaken } = running.sink('plug');
  const powers = () => samplesTaken.flatMap(({ quantity, value }) => (quantity === 'powerW' ? [value] : []));
  say(0, { Main: { Power_curr: 100, Total_in: 5000 }, Sun: { Power_curr: -50, Total_in: 3 } });
  // A value whose precision is 16 more goes out by itself (tasmota/docs, docs/Smart-Meter-Interface.md, "Meter Metrics").
  say(1, { Sun: { Power_curr: -60 } });
  say(2, { Main: { Power_curr: 101 } });
  expect(powers()).toEqual([100, 101]);
  // The first one that was heard is another's where it comes alone.
  running.source.stop();
  running = start();
  const again = running.sink('plug');
  say(3, { Sun: { Power_curr: -60 } });
  say(4, { Main: { Power_curr: 102, Total_in: 5000 }, Sun: { Power_curr: -50, Total_in: 3 } });
  say(5, { Sun: { Power_curr: -60 } });
  expect(again.values).toEqual({ powerW: 102, energyImportWh: 5_000_000 });
});

test('a meter that a script calls otherwise is read on once its device has begun anew, and no other of several', () => {
  running = start();
  const say = (seconds: number, groups: object) =>
    running?.topics.say('tele/washer/SENSOR', { Time: at(seconds), ...groups });
  const sink = running.sink('plug');
  say(0, { Main: { Power_curr: 100 } });
  running.topics.say('tele/washer/LWT', 'Offline');
  running.topics.say('tele/washer/LWT', 'Online');
  say(1, { House: { Power_curr: 101 } });
  expect(sink.values.powerW).toBe(101);
  say(2, { House: { Power_curr: 102 }, Sun: { Power_curr: -50 } });
  running.topics.say('tele/washer/LWT', 'Online');
  say(3, { Sun: { Power_curr: -60 } });
  expect(sink.values.powerW).toBe(102);
});

describe('energies by tariff are not added up as phases', () => {
  const energyOf = (energy: object) => {
    running = start();
    running.topics.say('tele/washer/SENSOR', { Time: at(0), ENERGY: energy });
    return running.sink('plug').values;
  };

  test('in the list of old firmware, whose first is the whole', () => {
    expect(energyOf({ Total: [33.736, 11.717, 22.019], ExportActive: [3, 1, 2], Power: 5 })).toEqual({
      powerW: 5,
      energyImportWh: 33_736,
      energyImportT1Wh: 11_717,
      energyImportT2Wh: 22_019,
      energyExportWh: 3000,
      energyExportT1Wh: 1000,
      energyExportT2Wh: 2000,
    });
    // The release notes' own example adds up to less.
    expect(energyOf({ Total: [33.736, 11.717, 16.978], Power: 5 })).toMatchObject({ energyImportWh: 33_736 });
  });

  test('of three phases it may be either, and is none', () => {
    expect(energyOf({ Total: [33.736, 11.717, 22.019], Power: [1, 2, 3] })).toEqual({
      powerW: 6,
      powerL1W: 1,
      powerL2W: 2,
      powerL3W: 3,
    });
    expect(energyOf({ ExportActive: [0, 0, 0], Power: [1, 2, 3] })).toMatchObject({ energyExportWh: 0 });
  });

  test('in lists of their own', () => {
    expect(energyOf({ Total: 28.695, TotalTariff: [11.717, 16.978], ExportTariff: [0, 1] })).toEqual({
      energyImportWh: 28_695,
      energyImportT1Wh: 11_717,
      energyImportT2Wh: 16_978,
      energyExportT1Wh: 0,
      energyExportT2Wh: 1000,
    });
  });
});

describe('what a reading head sends', () => {
  const reading = {
    Time: at(0),
    MT681: {
      Total_in: 10_234.5678,
      Total_out: 0.0003,
      Power_curr: -512,
      Meter_Number: '1EMH0012345678',
      SSID: 'x',
    },
  };

  test('is found by itself, with the number of the meter', () => {
    running = start();
    running.topics.say('tele/washer/SENSOR', { Switch1: 'ON', ESP32: { Temperature: 40 }, ...reading });
    const { values, identities } = running.sink('plug');
    expect(values).toEqual({ energyImportWh: 10_234_567.8, energyExportWh: 0.3, powerW: -512 });
    expect(identities).toEqual([{ serial: '1EMH0012345678' }]);
  });

  test('is no value while it has not heard the meter: energy and power of zero, which scripts tell after a start', () => {
    running = start();
    const { topics } = running;
    topics.say('tele/washer/SENSOR', { Time: at(0), MT681: { Total_in: 0, Total_out: 0, Power_curr: 0 } });
    topics.say('tele/washer/SENSOR', { Time: at(1), MT681: { Total_in: 0 } });
    const { samplesTaken } = running.sink('plug');
    expect(samplesTaken).toEqual([]);
    topics.say('tele/washer/SENSOR', { Time: at(2), MT681: { Power_curr: 0 } });
    topics.say('tele/washer/SENSOR', { Time: at(3), MT681: { Total_in: 1.5, Total_out: 0, Power_curr: 0 } });
    expect(samplesTaken.map(({ value }) => value)).toEqual([0, 1500, 0, 0]);
    running.source.stop();
    // A plug that is off and new has these values.
    running = start();
    running.topics.say('tele/washer/SENSOR', { Time: at(4), ENERGY: { Total: 0, Power: 0 } });
    expect(running.sink('plug').values).toEqual({ energyImportWh: 0, powerW: 0 });
  });

  test('is absent where its name stands for another unit in Tasmota’s own examples', () => {
    running = start();
    // 1,77070100010800FF@1,Total Consumption,Wh,Total_Consumption,1
    running.topics.say('tele/washer/SENSOR', { Time: at(0), Main: { Total_Consumption: 1234.5, Power: 5 } });
    expect(running.sink('plug').values).toEqual({ powerW: 5 });
  });

  test('of two meters at one head goes to the one that is named', () => {
    running = start({ group: 'Heat' });
    running.topics.say('tele/washer/SENSOR', { ...reading, Heat: { Power_curr: 7 } });
    expect(running.sink('plug').values).toEqual({ powerW: 7 });
  });
});

describe('what says nothing of now', () => {
  test('is not taken: retained, said twice, and late', () => {
    running = start();
    const { topics } = running;
    const energy = (seconds: number, Power: number) => ({ Time: at(seconds), ENERGY: { Power } });
    topics.say('tele/washer/SENSOR', energy(0, 1), true);
    topics.say('tele/washer/SENSOR', energy(20, 2));
    topics.say('tele/washer/SENSOR', energy(20, 2));
    topics.say('tele/washer/SENSOR', energy(10, 3));
    topics.say('tele/washer/SENSOR', energy(20, 4));
    expect(running.sink('plug').samplesTaken.map(({ value }) => value)).toEqual([2, 4]);
    expect(running.source.counters()).toMatchObject({ retained: 1, old: 2 });
  });

  test('is taken where the clock of the device was set', () => {
    running = start();
    running.topics.say('tele/washer/SENSOR', { Time: at(0), ENERGY: { Power: 1 } });
    running.topics.say('tele/washer/SENSOR', { Time: '1970-01-01T00:00:10', ENERGY: { Power: 2 } });
    expect(running.sink('plug').samplesTaken).toHaveLength(2);
  });
});

describe('silence', () => {
  test('is told with its reason: gone by its own word, late, and no broker', () => {
    running = start();
    const { topics, time, source } = running;
    const { failures } = running.sink('plug');
    time.advance(19_000);
    expect(failures).toEqual([]);
    time.advance(2000);
    expect(failures).toEqual(['timeout']);
    expect(source.fault()?.message).toContain('nothing comes on tele/washer/SENSOR');
    topics.say('tele/washer/LWT', 'Offline', true);
    time.advance(10_000);
    expect(failures.at(-1)).toBe('offline');
    topics.say('tele/washer/LWT', 'Online');
    topics.say('tele/washer/SENSOR', { Time: at(40), ENERGY: { Power: 5 } });
    expect(source.fault()?.message).toBeUndefined();
    topics.state('no connection to the broker');
    time.advance(40_000);
    expect(failures.at(-1)).toBe('notConfigured');
    expect(source.fault()?.message).toBe('no connection to the broker');
  });

  test('of the only plug at the host’s own broker is told as offline, as it said, and not as never set up', () => {
    running = start();
    const { topics, time } = running;
    topics.say('tele/washer/SENSOR', { Time: at(0), ENERGY: { Power: 5 } });
    topics.say('tele/washer/LWT', 'Offline');
    topics.state("no device is logged in at this host's broker as plugs");
    time.advance(30_000);
    expect(new Set(running.sink('plug').failures)).toEqual(new Set(['offline']));
  });

  test('can be broken by asking, once or at the interval, and the answer is read', () => {
    running = start();
    running.time.advance(60_000);
    expect(running.topics.published).toEqual(['cmnd/washer/STATUS 10']);
    running.source.stop();
    running = start({ isAsked: true });
    running.time.advance(30_000);
    expect(running.topics.published).toEqual(Array(4).fill('cmnd/washer/STATUS 10'));
    running.topics.say('stat/washer/STATUS10', { StatusSNS: { Time: at(9), ENERGY: { Power: 9 } } });
    expect(running.sink('plug').values).toEqual({ powerW: 9 });
  });
});

test('topics follow where FullTopic was changed', () => {
  expect(tasmotaTopics('home/tele/washer/SENSOR')).toEqual({
    sensor: 'home/tele/washer/SENSOR',
    lastWill: 'home/tele/washer/LWT',
    answer: 'home/stat/washer/STATUS10',
    command: 'home/cmnd/washer/STATUS',
  });
  expect(tasmotaTopics('washer').sensor).toBe('tele/washer/SENSOR');
});

test('what is wrong in the settings is said field by field', () => {
  const wrong = { url: 'http://x', meters: [plug, plug] };
  expect(connector.mistakes?.(wrong).map(({ field }) => field)).toEqual(['url', 'meters']);
  expect(connector.mistakes?.({ meters: [plug] }).map(({ field }) => field)).toEqual(['user', 'password']);
  expect(connector.mistakes?.({ ...broker, url: '', meters: [plug] })).toEqual([]);
});

test('a plug fills windows of the store, and one that is absurd fills none', async () => {
  const topics = memoryTopics();
  const host = await startHostWithConnectors({ kinds: [connector], topics });
  try {
    await host.connectors.save({
      id: 'plugs',
      kind: 'tasmota',
      name: 'Plugs',
      isOn: true,
      settings: { ...broker, meters: [plug, { ...plug, id: 'mad', topic: 'mad' }] },
    });
    for (let second = 0; second < 60; second += 10) {
      topics.say('tele/washer/SENSOR', { Time: at(second), ENERGY: { Power: 100, Total: 1 } });
      topics.say('tele/mad/SENSOR', `{"ENERGY":{"Power":1e99,"Total":-4,"Voltage":1e999}}`);
      await host.pass(10_000);
    }
    const rows = await host.store.all(
      `SELECT DISTINCT quantity, mean FROM gauge JOIN series ON series.number = gauge.series
       JOIN meter ON meter.number = series.meter`,
    );
    expect(rows).toEqual([{ quantity: 'powerW', mean: 100 }]);
    const { health } = host.fleet.gateway('plugs') ?? {};
    expect(health?.meters.plug?.state).toBe('well');
    expect(health?.meters.mad?.failures.implausible).toBeGreaterThan(0);
  } finally {
    await host.close();
  }
});

test('a topic that was mistaken is told with the one that is spoken on, and without one it is told plainly', () => {
  running = start({ topic: 'wascher' });
  running.time.advance(60_000);
  const nothing = 'connected, and nothing comes on tele/wascher/SENSOR or tele/wascher/LWT';
  const see = ': see the topic, and whether the device is on';
  expect(running.source.fault()?.message).toBe(`${nothing}${see}`);
  running.topics.others.push('tele/washer/SENSOR', 'tele/washer/STATE', 'tele/oven/SENSOR');
  expect(running.source.fault()?.message).toBe(`${nothing} (did you mean tele/washer/SENSOR?)${see}`);
});

test('what comes and gives no value is told as that, and not as silence', () => {
  running = start();
  const { topics, time, source } = running;
  const pass = (message: object | string) => {
    for (let second = 0; second < 60; second += 5) {
      topics.say('tele/washer/SENSOR', message);
      time.advance(5000);
    }
  };
  pass('{"ENERGY":{"Power":');
  expect(source.fault()?.message).toMatch(/^what comes on tele\/washer\/SENSOR cannot be read/);
  pass({ Time: at(0), AM2301: { Temperature: 20 } });
  pass({ AM2301: { Temperature: 20 } });
  expect(source.fault()?.message).toMatch(
    /^what comes on tele\/washer\/SENSOR tells none of the values that are read/,
  );
  time.advance(60_000);
  expect(source.fault()?.message).toContain('nothing comes on tele/washer/SENSOR');
});

test('of a broker that makes things up only so much is remembered and proposed', async () => {
  const topics = memoryTopics();
  const seen = new AbortController();
  const { signal } = seen;
  const found = discoverTasmota({
    settings: { url: 'mqtt://broker.example' },
    topics,
    folder: '',
    log: () => {},
    signal,
  });
  const groups = Array.from({ length: 2000 }, (_, at) => [`Meter${at}`, { Power: 1 }]);
  topics.say('tele/liar/SENSOR', Object.fromEntries([['x'.repeat(65), { Power: 1 }], ...groups]));
  seen.abort();
  const proposals = await found;
  expect(proposals.length).toBe(33);
  for (const { settings } of proposals) expect(mistakesOf(connector, settings)).toEqual([]);
});
