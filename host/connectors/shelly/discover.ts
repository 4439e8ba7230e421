import type { DiscoverOptions, Proposal } from '../connector.ts';
import { isObject } from '../json-object.ts';
import { brokerIn, Found, foundMost, hear, proposalsOf } from '../mqtt-discovery.ts';
import { answerTopicOf, componentsIn, questionOf } from './later-generations.ts';

const answered = new RegExp(`^${answerTopicOf('([^/]+)')}$`);

/**
 * Channels that measure, of all Shelly devices that speak meanwhile. Later generations tell what changes alone: each that is
 * heard, were it by its retained `online`, is asked for what it has.
 */
export async function discoverShelly(options: DiscoverOptions): Promise<Proposal[]> {
  const broker = brokerIn(options.settings);
  const found = new Found();
  const asked = new Set<string>();
  const add = (generation: '1' | '2', prefix: string, part: string) => {
    // Longer names no settings take.
    if (part.length > 32) return;
    const device = prefix.replace(/^shellies\//, '');
    const title = `${device} ${part}`;
    const row = { name: title.slice(0, 64), generation, prefix, part };
    found.set(`${prefix} ${part}`, { title, detail: `${prefix}/${part}`, idFrom: title, row });
  };
  await hear(options, broker, {
    filters: [
      'shellies/+/relay/+/power',
      'shellies/+/emeter/+/power',
      '+/events/rpc',
      '+/status/+',
      '+/online',
      answerTopicOf('+'),
    ],
    // All devices of the first generation listen to it.
    ask: { topic: 'shellies/command', payload: 'update' },
    onMessage({ topic, payload }, ask) {
      const first = /^(shellies\/[^/]+)\/((?:relay|emeter)\/\d)\/power$/.exec(topic);
      if (first?.[1] !== undefined && first[2] !== undefined) add('1', first[1], first[2]);
      const [, answering] = answered.exec(topic) ?? [];
      const [, heard = '', name = ''] = /^([^/]+)\/(?:online|events\/rpc|status\/(.+))$/.exec(topic) ?? [];
      if (heard !== '' && !asked.has(heard) && asked.size < foundMost) {
        asked.add(heard);
        const { topic: to, payload: question } = questionOf(heard);
        ask(to, question);
      }
      const content = payload.json;
      if (!isObject(content)) return;
      const prefix = answering ?? heard;
      const told = answering === undefined ? content.params : content.result;
      const params = name === '' ? told : { [name]: content };
      if (prefix !== '' && isObject(params)) for (const part of componentsIn(params)) add('2', prefix, part);
    },
  });
  // Three channels are the phases of a 3EM.
  for (const { row } of [...found.values()]) {
    const { prefix, part, generation } = row;
    if (generation === '1' && part === 'emeter/2' && typeof prefix === 'string') {
      for (const channel of [0, 1, 2]) found.delete(`${prefix} emeter/${channel}`);
      add('1', prefix, 'emeter');
    }
  }
  return proposalsOf(broker, [...found.values()]);
}
