import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NamedWindows } from '#app/named-windows.ts';
import { isPlausible, quantities } from '#core/quantities.ts';
import { decodeRecord, decodeRecordsMessage } from '#core/wire/records.ts';
import type { UpChannel } from '#core/wire/topics.ts';
import type { Connector } from '../../../host/connectors/connector.ts';
import { connector as esphome } from '../../../host/connectors/esphome/connector.ts';
import { connector as mapping } from '../../../host/connectors/mqtt-mapping/connector.ts';
import { connector as shelly } from '../../../host/connectors/shelly/connector.ts';
import { Station } from '../../../host/connectors/station.ts';
import { connector as tasmota } from '../../../host/connectors/tasmota/connector.ts';
import { connector as zigbee2mqtt } from '../../../host/connectors/zigbee2mqtt/connector.ts';
import { Compile } from '../../../host/typebox.ts';
import { nodeRandom } from '../../../simulator/gateway/random.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { memoryTopics } from './memory-topics.ts';

const seconds = 10;
const meter = { name: 'M', everyS: seconds };
const energy =
  '{"Time":"2026-06-01T12:00:00","ENERGY":{"Total":1.5,"Power":[1,2,3],"Voltage":230,"Current":0.1}}';
const sml =
  '{"Time":"2026-06-01T12:00:00","MT681":{"Total_in":12.5,"Power_curr":-7,"Meter_Number":"1EMH00123"}}';
const rpc =
  '{"method":"NotifyStatus","params":{"ts":1780000000.5,"em:0":{"total_act_power":5,"a_current":1},"emdata:0":{"total_act":7}}}';

/** Settings, topics and true messages of each kind, from which broken ones are made. */
const kinds: readonly [Connector, object, readonly string[], readonly string[]][] = [
  [
    tasmota,
    {
      meters: [
        { ...meter, id: 'a', topic: 'a' },
        { ...meter, id: 'b', topic: 'b', group: 'MT681' },
      ],
    },
    ['tele/a/SENSOR', 'tele/a/LWT', 'stat/a/STATUS10', 'tele/b/SENSOR'],
    [energy, sml, `{"StatusSNS":${energy}}`, 'Online', 'Offline'],
  ],
  [
    shelly,
    {
      meters: [
        { ...meter, id: 'a', generation: '1', prefix: 'shellies/a', part: 'emeter' },
        { ...meter, id: 'b', generation: '1', prefix: 'shellies/a', part: 'relay/0' },
        { ...meter, id: 'c', generation: '2', prefix: 'c', part: 'em:0' },
      ],
    },
    [
      'shellies/a/emeter/0/power',
      'shellies/a/emeter/1/total',
      'shellies/a/relay/0/energy',
      'shellies/a/online',
      'c/events/rpc',
      'c/status/em:0',
      'c/online',
    ],
    ['12.5', '600', 'true', rpc, '{"total_act_power":5}'],
  ],
  [
    esphome,
    {
      values: [
        { ...meter, id: 'a', prefix: 'a', sensor: 'p', quantity: 'powerW', unit: 'kilo' },
        { ...meter, id: 'a', prefix: 'a', sensor: 'e', quantity: 'energyImportWh', unit: 'kilo' },
      ],
    },
    ['a/sensor/p/state', 'a/sensor/e/state', 'a/status'],
    ['1.25', 'nan', 'online'],
  ],
  [
    zigbee2mqtt,
    { meters: [{ ...meter, id: 'a', topic: 'zigbee2mqtt/a' }] },
    ['zigbee2mqtt/a', 'zigbee2mqtt/a/availability', 'zigbee2mqtt/bridge/state'],
    ['{"power":5,"energy":1.25,"voltage":230,"current":null}', '{"state":"online"}', 'offline'],
  ],
  [
    mapping,
    {
      values: [
        { ...meter, id: 'a', topic: 'x/#', pointer: '/a/0', quantity: 'powerW', factor: -1000 },
        { ...meter, id: 'a', topic: 'x/+', quantity: 'energyImportWh', factor: 1 / 60 },
      ],
    },
    ['x/y', 'x', 'x/y/z'],
    ['{"a":[4.5]}', '17'],
  ],
];

/** What a broken device puts in the place of a number. */
const absurd = fc.constantFrom(
  '1e999',
  '-1e308',
  '1e15',
  '-5',
  'null',
  '"230"',
  '"nan"',
  '[]',
  '{}',
  'true',
  '[1,2,3,4]',
  '"é"',
  '0.1e-320',
);

const brokenFrom = (truth: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    // Often, for a true one on another's topic says nothing.
    { weight: 6, arbitrary: fc.constantFrom(...truth).map(text => Buffer.from(text)) },
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(text => Buffer.from(text)),
    fc.constant(Buffer.from('['.repeat(20_000))),
    fc
      .tuple(fc.constantFrom(...truth), fc.nat(), fc.nat(40))
      .map(([text, at, length]) =>
        Buffer.from(text.slice(0, at % text.length) + text.slice((at % text.length) + length)),
      ),
    fc
      .tuple(fc.constantFrom(...truth), absurd)
      .map(([text, put]) => Buffer.from(text.replace(/-?\d+(\.\d+)?(?=[,}\]])/g, put))),
  );

const runs = 30;

test.each(kinds.map(kind => [kind[0].id, kind] as const))(
  '%s: no message, however broken, throws, or stores what cannot be',
  (_id, [connector, settings, topicsOfIt, truth]) => {
    let stored = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...topicsOfIt), brokenFrom(truth), fc.boolean()), {
          minLength: 1,
          maxLength: 20,
        }),
        messages => {
          const time = new VirtualTime({ wallMs: Date.UTC(2026, 5, 1, 12) });
          const topics = memoryTopics();
          const records: Uint8Array[] = [];
          const deliver = (channel: UpChannel, payload: Uint8Array) => {
            if (channel === 'records') records.push(payload);
          };
          const station = new Station({
            id: 's',
            kind: connector.id,
            firmware: '0',
            time,
            random: nodeRandom,
            deliver,
            named: new NamedWindows(),
            storedUntilMs: () => 0,
          });
          station.start();
          const sinks = station.measure(connector.meters(settings));
          const store = { put: async () => {} };
          station.run(
            connector.open({
              settings,
              sinks,
              time,
              topics,
              random: nodeRandom,
              store,
              folder: '',
              log: () => {},
            }),
          );
          for (const [topic, payload, isRetained] of messages) {
            topics.say(topic, payload, isRetained);
            time.advance(3000);
          }
          time.advance(120_000);
          station.stop();
          for (const message of records) {
            const decoded = decodeRecordsMessage(message);
            if (!decoded.ok) throw new Error(decoded.detail);
            for (const record of decoded.value.records) {
              const window = decodeRecord(record);
              if (!window.ok) throw new Error(window.detail);
              for (const value of window.value.values) {
                stored++;
                const told = 'mean' in value ? [value.min, value.mean, value.max, value.last] : [value.last];
                for (const number of told)
                  expect(isPlausible(value.quantity, number), `${value.quantity} ${number}`).toBe(true);
                expect(quantities[value.quantity]).toBeDefined();
              }
            }
          }
        },
      ),
      { numRuns: runs },
    );
    // What is true among them gets through: the property would hold of a connector that reads nothing.
    expect(stored).toBeGreaterThan(runs);
  },
);

test.each(kinds.map(kind => [kind[0].id, kind] as const))(
  '%s: looking around survives the same, and what it proposes can be saved',
  async (_id, [connector, , topicsOfIt, truth]) => {
    const topics = memoryTopics();
    const broker = { url: 'mqtt://broker.example' };
    const more = [
      'homeassistant/sensor/a/b/config',
      'shellies/a/relay/0/power',
      'd/events/rpc',
      `${'long'.repeat(60)}/events/rpc`,
      `tele/${'long'.repeat(60)}/SENSOR`,
      'zigbee2mqtt/__proto__',
    ];
    const found = connector.discover?.({
      settings: { ...broker, meters: 'none yet' },
      folder: '',
      topics,
      log: () => {},
      signal: AbortSignal.timeout(20),
    });
    const messages = fc.tuple(fc.constantFrom(...topicsOfIt, ...more), brokenFrom([...truth, energy, rpc]));
    for (const [topic, payload] of fc.sample(messages, 300)) topics.say(topic, payload);
    for (const { settings } of (await found) ?? []) {
      expect(connector.mistakes?.(settings) ?? []).toEqual([]);
      expect(Compile(connector.settings).Check(settings), JSON.stringify(settings)).toBe(true);
    }
  },
);
