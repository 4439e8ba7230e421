/** What alarm rules told, the rules, and the ways by which people hear of it. */
export interface AlarmsAddress {
  readonly view: 'alarms';
  readonly part: AlarmPart;
  /** Of rules and channels the one that is changed; empty: a new one; null: all. Of events the one that is open. */
  readonly one: string | null;
  /** Of events: those of one rule; null: of all. */
  readonly rule: string | null;
  readonly severity: Severity | null;
  /** Of events: those alone that nobody looks after. */
  readonly isOpenOnly: boolean;
}

export const alarmParts = Object.freeze(['events', 'rules', 'channels'] as const);
export type AlarmPart = (typeof alarmParts)[number];

export const severities = Object.freeze(['info', 'warning', 'critical'] as const);
export type Severity = (typeof severities)[number];

export type AlarmsChoice = Partial<Omit<AlarmsAddress, 'view' | 'part'>>;

/** The name of `one` in the query of each part. */
const names: Readonly<Record<AlarmPart, string>> = Object.freeze({
  events: 'event',
  rules: 'rule',
  channels: 'channel',
});

export const alarmsAddress = (part: AlarmPart = 'events', choice: AlarmsChoice = {}): AlarmsAddress => ({
  view: 'alarms',
  part,
  one: null,
  rule: null,
  severity: null,
  isOpenOnly: false,
  ...choice,
});

export function parseAlarms(
  [given = '']: readonly string[] = [],
  query: URLSearchParams = new URLSearchParams(),
): AlarmsAddress {
  const part = alarmParts.find(each => each === given) ?? 'events';
  const one = query.get(names[part]);
  if (part !== 'events') return alarmsAddress(part, { one });
  return alarmsAddress(part, {
    one,
    rule: query.get('rule'),
    severity: severities.find(each => each === query.get('severity')) ?? null,
    isOpenOnly: query.get('show') === 'open',
  });
}

export function formatAlarms({ part, one, rule, severity, isOpenOnly }: AlarmsAddress): string {
  const query = new URLSearchParams();
  if (one !== null) query.set(names[part], one);
  if (part === 'events') {
    if (rule !== null) query.set('rule', rule);
    if (severity !== null) query.set('severity', severity);
    if (isOpenOnly) query.set('show', 'open');
  }
  const path = part === 'events' ? '/alarms' : `/alarms/${part}`;
  return query.size === 0 ? path : `${path}?${query}`;
}
