import type { Sample } from '#app/source.ts';
import { numberIn } from '../exact-numbers.ts';
import { isObject, type JsonObject } from '../json-object.ts';
import type { ReadableMessage } from '../mqtt-payload.ts';
import { broken, nothing, old, type Saying, values } from '../mqtt-source.ts';
import { componentsOf, statusValuesOf } from './components.ts';
import { CountedBothWays } from './counted-both-ways.ts';
import { onlineOf } from './first-generation.ts';

/** Further back than this it is no late message but a clock that was set. */
const lateMostS = 600;

/** Who the host is in a question to a device, which answers on a topic of that name (Shelly, "RPC protocol"). */
const askerOf = (prefix: string): string => `joulegate-host/${prefix}`;

export const answerTopicOf = (prefix: string): string => `${askerOf(prefix)}/rpc`;

export const questionOf = (prefix: string) => ({
  topic: `${prefix}/rpc`,
  payload: JSON.stringify({ id: 1, src: askerOf(prefix), method: 'Shelly.GetStatus' }),
});

/** Reads one component, such as `em:0` or `switch:0`, of what a device tells of itself: only what has changed. */
export function laterGenerationsReader(
  prefix: string,
  component: string,
): (message: ReadableMessage) => Saying {
  const components = componentsOf(component);
  const counters = new CountedBothWays();
  const statusOf = (name: string, status: unknown): Sample[] => [
    ...valuesOf(name, status),
    ...(name === component ? counters.read(status) : []),
  ];
  let newestS = Number.NEGATIVE_INFINITY;
  return ({ topic, payload }) => {
    if (topic === `${prefix}/online`) return onlineOf(payload.text?.trim() ?? '');
    const content = payload.json;
    if (!isObject(content)) return broken;
    if (topic === answerTopicOf(prefix)) {
      const { result } = content;
      return isObject(result) ? values(components.flatMap(name => statusOf(name, result[name]))) : nothing;
    }
    const from = topic.slice(prefix.length + 1);
    if (from.startsWith('status/')) {
      const name = from.slice('status/'.length);
      return components.includes(name) ? values(statusOf(name, content)) : nothing;
    }
    const { method, params } = content;
    // Answers and events of buttons come on the same topic.
    if ((method !== 'NotifyStatus' && method !== 'NotifyFullStatus') || !isObject(params)) return nothing;
    const samples = components.flatMap(name => statusOf(name, params[name]));
    const atS = numberIn(params.ts);
    if (samples.length > 0 && atS !== undefined) {
      if (atS < newestS && newestS - atS <= lateMostS) return old;
      newestS = atS;
    }
    return values(samples);
  };
}

/** What the components of one message tell, by their names. */
export function componentsIn(params: JsonObject): string[] {
  return Object.keys(params).filter(
    name =>
      !/^em1?data:/.test(name) && valuesOf(name, params[name]).some(({ quantity }) => quantity === 'powerW'),
  );
}

function valuesOf(name: string, status: unknown): Sample[] {
  if (!isObject(status)) return [];
  const samples: Sample[] = [];
  for (const [path, quantity] of statusValuesOf(name)) {
    let value: unknown = status;
    for (const key of path) value = isObject(value) ? value[key] : undefined;
    // What it cannot measure at the moment is null.
    const number = numberIn(value);
    if (number !== undefined) samples.push({ quantity, value: number });
  }
  return samples;
}
