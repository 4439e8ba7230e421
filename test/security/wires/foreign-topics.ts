import { downChannels, topicOf, upChannels } from '#core/wire/topics.ts';

export const channels = [...upChannels, ...downChannels];

/** Topics that are another gateway's, or look as if they were somebody's. */
export const topicsOf = (other: string, own: string): readonly string[] => [
  ...channels.map(channel => topicOf(other, channel)),
  ...downChannels.map(channel => topicOf(own, channel)),
  `joulegate/${other}`,
  `joulegate/${other}/`,
  `joulegate/${other}/records/more`,
  `/joulegate/${other}/records`,
  `joulegate//${other}/records`,
  `joulegate/${own}/../${other}/records`,
  `joulegate/${own}%2f..%2f${other}/records`,
  `JOULEGATE/${other}/records`,
  `joulegate/${other.toUpperCase()}/records`,
  `joulegate/${other} /records`,
  `joulegate/${other}\u200b/records`,
  '$joulegate/taken',
  '$SYS/broker/uptime',
  `$share/all/joulegate/${other}/records`,
  'homeassistant/status',
  '__proto__/constructor/records',
];

const withoutOwn = (topics: readonly string[], gateway: string): readonly string[] => {
  const its = downChannels.map(channel => topicOf(gateway, channel));
  return topics.filter(topic => !its.includes(topic));
};

/** Filters that would hear another gateway, or everybody. */
export const filtersOf = (other: string, self: string): readonly string[] => [
  ...withoutOwn(topicsOf(other, self), self),
  ...upChannels.map(channel => topicOf(self, channel)),
  ...channels.map(channel => `joulegate/+/${channel}`),
  '#',
  '+/#',
  '+/+/#',
  'joulegate/#',
  'joulegate/+',
  'joulegate/+/+',
  'joulegate/+/+/+',
  `joulegate/${self}/#`,
  `joulegate/${self}/+`,
  `joulegate/${other}/#`,
  `joulegate/${other}/+`,
  `+/${other}/#`,
  `+/${other}/ack`,
  `$share/all/#`,
  `$share/all/joulegate/${self}/ack`,
  '$SYS/#',
  '$SYS/+/new/clients',
  '$joulegate/#',
  '+/taken',
];
