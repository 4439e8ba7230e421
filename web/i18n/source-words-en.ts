/** English of sources that are no gateways: how they are added, tried and changed. */
export const sourceWordsEn = {
  title: 'Other sources',
  intro:
    'Meters that have no gateway: what already speaks Modbus, MQTT or another language is read from here.',
  none: 'No source has been added yet.',
  add: 'Add a source',
  removeAsk: (name: string) =>
    `Remove ${name}? It is read no more, and its settings and passwords are forgotten. What it measured stays.`,
  isOn: 'On',
  isOff: 'Off',
  isFaulty: 'Nothing heard',
  noMeters: 'Its meters appear here when it has read them.',
  atSite: (site: string) => `at ${site}`,
  unknown: 'This source is not there any more.',
  which: 'What do you want to read?',
  nameHelp: 'What you call it, such as “Cellar”.',
  id: 'Id',
  discover: 'Look around',
  discoverHelp: 'Looks for some seconds for what could be read, with what is filled in above.',
  discovering: 'Looking around, for 12 seconds at most…',
  found: (count: string) => `Found: ${count}`,
  foundNone:
    'Nothing was found. Look whether it is switched on and what is filled in above, or fill in the rest.',
  take: 'Take',
  taken: 'Taken; it stands in the form above.',
  takeOf: (title: string) => `Take ${title}`,
  trying: 'Reading, for 12 seconds at most…',
  tryHelp: 'Reads for some seconds and shows what comes. Nothing is saved.',
  stop: 'Stop',
  tried: 'What came',
  triedNone: 'Nothing came in this time. What speaks seldom may yet come; it can be saved all the same.',
  noValues: 'No value yet',
  meters: 'Meters',
  source: 'Source',
  /** As the connectors name themselves, for those who may not ask for them. */
  kinds: {
    esphome: 'ESPHome',
    http: 'HTTP and InfluxDB',
    joulegate: 'Joulegate',
    modbus: 'Modbus',
    'mqtt-mapping': 'Any MQTT topic',
    opcua: 'OPC UA',
    shelly: 'Shelly',
    tasmota: 'Tasmota',
    tuya: 'Tuya (local)',
    zigbee2mqtt: 'Zigbee2MQTT',
  } as Readonly<Record<string, string>>,
  manage: 'Settings of this source',
};

export type SourceWords = typeof sourceWordsEn;
