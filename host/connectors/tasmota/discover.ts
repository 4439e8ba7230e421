import type { DiscoverOptions, Proposal } from '../connector.ts';
import { brokerIn, Found, hear, proposalsOf } from '../mqtt-discovery.ts';
import { groupsIn, sensorsIn } from './sensor.ts';

const longestGroup = 64;

/** All Tasmota devices listen to it by default (`GroupTopic`), and answer with what their sensors say. */
const askAll = { topic: 'cmnd/tasmotas/STATUS', payload: '10' };

/** What of the devices at a broker tells electricity: one proposal for each meter of a device. */
export async function discoverTasmota(options: DiscoverOptions): Promise<Proposal[]> {
  const broker = brokerIn(options.settings);
  const found = new Found();
  await hear(options, broker, {
    filters: ['tele/+/SENSOR', '+/tele/SENSOR', 'stat/+/STATUS10', '+/stat/STATUS10'],
    ask: askAll,
    onMessage({ topic, payload }) {
      const content = sensorsIn(payload.text ?? '');
      const sensor = topic.replace(/(^|\/)stat\//, '$1tele/').replace(/STATUS10$/, 'SENSOR');
      const device = /^tele\/(.+)\/SENSOR$/.exec(sensor)?.[1];
      const shown = device ?? sensor.split('/')[0] ?? '';
      // Longer names no settings take.
      for (const group of groupsIn(content ?? {}).filter(({ length }) => length <= longestGroup))
        found.set(`${sensor} ${group}`, {
          title: group === 'ENERGY' ? shown : `${shown} ${group}`,
          detail: `${sensor}: ${group}`,
          idFrom: group === 'ENERGY' ? shown : `${shown}-${group}`,
          row: {
            name: (group === 'ENERGY' ? shown : `${shown} ${group}`).slice(0, 64),
            topic: device ?? sensor,
            group,
          },
        });
    },
  });
  return proposalsOf(broker, [...found.values()]);
}
