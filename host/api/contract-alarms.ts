import { Condition, RuleBody, Target } from '../alarms/rule.ts';
import { type Static, Type } from '../typebox.ts';
import { Count, Id, MeterKey, Nullable, open, RangeMs, TimeMs } from './contract-parts.ts';

/** Alarm rules of the host, what came of them, and what people made of it. */

const RuleId = Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'an id of 36 letters' });

export const AlarmRulePath = Type.Object({ id: RuleId }, open);
export const NewAlarmRule = RuleBody;
export type NewAlarmRule = Static<typeof NewAlarmRule>;

export const AlarmRule = Type.Object(
  {
    ...RuleBody.properties,
    /** Null for who may not change the rule: ids may name people. */
    channels: Nullable(RuleBody.properties.channels),
    id: RuleId,
    version: Count,
    /** Windows that begin earlier are not judged. */
    sinceMs: TimeMs,
    /** Nobody is told until then. */
    snoozedUntilMs: Nullable(TimeMs),
    /** Some of its meters are not judged: all rules together judged as many as they may when these came. */
    isLeavingOut: Type.Boolean(),
  },
  { ...open, $id: 'AlarmRule' },
);
export type AlarmRule = Static<typeof AlarmRule>;

export const AlarmSnooze = Type.Object({ untilMs: Nullable(TimeMs) }, open);

const person = { by: Type.String(), atMs: TimeMs };
const NullableNumber = Nullable(Type.Number());
const span = {
  /** `gateway.meter`; of a sum its first meter; of a figure of health the gateway, or nothing for the host. */
  meter: Type.String(),
  /** Where the condition began to hold. */
  beganMs: TimeMs,
  /** End of the window that fired it. */
  firedMs: TimeMs,
  /** Null while it lasts. */
  endedMs: Nullable(TimeMs),
  /** What fired it; null where values stayed away. */
  value: NullableNumber,
  worst: NullableNumber,
  endValue: NullableNumber,
};

export const AlarmEvent = Type.Object(
  {
    id: Type.String(),
    rule: Type.String(),
    ruleName: Type.String(),
    severity: RuleBody.properties.severity,
    ...span,
    /** Those of a sum. */
    meters: Type.Optional(Type.Array(MeterKey)),
    /** How often people were told again while it lasted. */
    reminders: Count,
    subject: Type.String(),
    unit: Type.String(),
    condition: Type.String(),
    /** When values that came late showed that it was none; null where it stands. */
    withdrawnMs: Nullable(TimeMs),
    acknowledged: Nullable(Type.Object(person, open)),
    comments: Type.Array(Type.Object({ ...person, text: Type.String() }, open)),
  },
  { ...open, $id: 'AlarmEvent' },
);
export type AlarmEvent = Static<typeof AlarmEvent>;

/** `event: alarmEvent` of `/api/v1/events`: ask for it anew. */
export const AlarmNews = Type.Object(
  { id: Type.String(), meter: span.meter, severity: RuleBody.properties.severity },
  { ...open, $id: 'AlarmNews' },
);
export type AlarmNews = Static<typeof AlarmNews>;

export const AlarmEventsQuery = Type.Object(
  {
    /** With those of the host, for who may see these. */
    site: Type.Optional(Id),
    rule: Type.Optional(RuleId),
    severity: Type.Optional(RuleBody.properties.severity),
    state: Type.Optional(
      Type.Union([
        Type.Literal('open', { description: 'those that stand and nobody looks after' }),
        Type.Literal('lasting', { description: 'those that have not ended' }),
      ]),
    ),
    before: Type.Optional(TimeMs),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  open,
);
export const AlarmComment = Type.Object({ text: Type.String({ minLength: 1, maxLength: 1000 }) }, open);

export const AlarmTry = Type.Object(
  {
    target: Target,
    condition: Condition,
    schedule: RuleBody.properties.schedule,
    fromMs: RangeMs,
    toMs: RangeMs,
  },
  open,
);
export const AlarmTried = Type.Object(
  {
    /** How often it would have fired. */
    fired: Count,
    /** The first 200 of them. */
    events: Type.Array(Type.Object(span, open)),
    /** Meters of its target that were looked at; at most 20 are. */
    metersTried: Count,
    /** Whether all of the range was looked at, of all meters of the target. */
    isWhole: Type.Boolean(),
    /** Whether what it judges is read too seldom for its span or delay, of all of them: it cannot fire at all. */
    neverFires: Type.Boolean(),
  },
  { ...open, $id: 'AlarmTried' },
);
export type AlarmTried = Static<typeof AlarmTried>;
