/** Where a Tasmota device speaks and listens; `FullTopic` is `%prefix%/%topic%/` unless it was changed. */
export interface TasmotaTopics {
  readonly sensor: string;
  readonly lastWill: string;
  readonly answer: string;
  readonly command: string;
}

/** By the device's topic, or by the whole topic of its `SENSOR` messages where `FullTopic` was changed. */
export function tasmotaTopics(topic: string): TasmotaTopics {
  const sensor = topic.endsWith('/SENSOR') ? topic : `tele/${topic}/SENSOR`;
  const base = sensor.slice(0, -'SENSOR'.length);
  const by = (prefix: string) => base.replace(/(^|\/)tele\//, `$1${prefix}/`);
  return {
    sensor,
    lastWill: `${base}LWT`,
    answer: `${by('stat')}STATUS10`,
    command: `${by('cmnd')}STATUS`,
  };
}
