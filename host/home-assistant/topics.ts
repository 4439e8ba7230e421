import { isId } from '#core/wire/topics.ts';

/** Where a set-up speaks: `prefix` is Home Assistant's for discovery, `base` what all else begins with. */
export interface Places {
  readonly prefix: string;
  readonly base: string;
}

/**
 * Where a meter's device is told. A base has no `_`, so no two of them ever meet in one name; characters are those that
 * https://www.home-assistant.io/integrations/mqtt/#discovery-topic allows.
 */
export const configTopic = ({ prefix, base }: Places, gateway: string, meter: string): string =>
  `${prefix}/device/${base}_${gateway}/${meter}/config`;

/** All that anybody told of devices. */
export const configFilter = ({ prefix }: Places): string => `${prefix}/device/+/+/config`;

/** Gateway and meter of one's own topic; undefined where it is another's. */
export function meterOfTopic(
  { prefix, base }: Places,
  topic: string,
): { readonly gateway: string; readonly meter: string } | undefined {
  const [first, device, node = '', meter = '', config] = topic.split('/');
  const gateway = node.slice(base.length + 1);
  const isOwn = first === prefix && device === 'device' && config === 'config' && node.startsWith(`${base}_`);
  return isOwn && isId(gateway) && isId(meter) ? { gateway, meter } : undefined;
}

/** Five levels: no channel of any gateway has as many. */
export const stateTopic = ({ base }: Places, gateway: string, meter: string): string =>
  `${base}/${gateway}/meter/${meter}/state`;

export const availabilityTopic = ({ base }: Places, gateway: string, meter: string): string =>
  `${base}/${gateway}/meter/${meter}/availability`;

/** Of the host, by its set-up; no gateway is called so. */
export const hostTopic = ({ base }: Places, setUp: string): string => `${base}/_host/${setUp}/availability`;

/** Where Home Assistant says that it is there. */
export const birthTopic = ({ prefix }: Places): string => `${prefix}/status`;
