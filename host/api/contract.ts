import { type Static, Type } from 'typebox';
import { pairAnswerRule, pairRequestRule } from '#core/pairing-messages.ts';
import { type Message, messageRules } from '#core/wire/messages.ts';
import type { AlarmSettings, GatewaySettings, LineSettings, MeterSettings } from '#core/wire/settings.ts';
import { correctionLimits } from '../corrections/limits.ts';
import type { MeantTrace } from '../trace/meaning.ts';
import { MeterRole } from './contract-site.ts';
import { schemaOf } from './rule-schema.ts';

export * from './contract-reading-at.ts';
export * from './contract-site.ts';
export * from './contract-statistics.ts';

/**
 * Every body and query of the HTTP API, `/api/v1`. The OpenAPI document is made from these schemas and the page
 * takes its types from here. Times are UTC milliseconds since 1970, `…Ms`; values are in the unit of their
 * quantity. A meter's key is `gateway.meter`, a series' key `gateway.meter.quantity`.
 */
const open = { additionalProperties: false } as const;
const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  description: 'an id: 1 to 64 lower-case letters, digits, - and _',
});
const MeterKey = Type.String({
  pattern: '^[a-z0-9_-]{1,64}\\.[a-z0-9_-]{1,64}$',
  description: 'gateway.meter',
});
const TimeMs = Type.Integer({ minimum: 0, maximum: 8.64e15, description: 'UTC milliseconds since 1970' });
/** As far as the store counts, which is in seconds of 32 bits: to the year 2106. */
const RangeMs = Type.Integer({
  minimum: 0,
  maximum: 4_294_967_295_000,
  description: 'UTC milliseconds since 1970',
});
const Count = Type.Integer({ minimum: 0 });
const UserName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'no control characters',
});
/** Never shown again, not even in an error about it: `writeOnly`. */
const Secret = (minLength: number, maxLength: number) =>
  Type.String({ minLength, maxLength, writeOnly: true });
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Counts = Type.Record(Type.String(), Count);

/** Every error: a code to choose words by, a text that is safe to show, the field it is about and what to do. */
export const ApiError = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    help: Type.Optional(Type.String()),
    mistakes: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }, open))),
  },
  { ...open, $id: 'ApiError' },
);

export const Health = Type.Object(
  {
    status: Type.Union([
      Type.Literal('ok'),
      Type.Literal('degraded'),
      Type.Literal('failing'),
      Type.Literal('starting'),
    ]),
    version: Type.String(),
    setUp: Type.Boolean(),
    /** Why it is not ok, by stable codes; `detail` for those who are signed in. */
    reasons: Type.Array(
      Type.Object(
        {
          code: Type.String(),
          level: Type.Union([Type.Literal('degraded'), Type.Literal('failing')]),
          detail: Type.Optional(Type.String()),
        },
        open,
      ),
    ),
    /** What the host counts, for those who are signed in. */
    counters: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  open,
);

export const Credentials = Type.Object(
  {
    user: UserName,
    password: Secret(1, 256),
  },
  open,
);

/** The first account: the code is printed by the host at its first start. */
export const Setup = Type.Object(
  {
    code: Secret(1, 64),
    user: UserName,
    password: Secret(12, 256),
  },
  open,
);

export const Session = Type.Object({ user: Type.String(), expiresMs: TimeMs }, open);

export const MeterState = Type.Union(
  ['well', 'failing', 'silent', 'waiting', 'unknown'].map(state => Type.Literal(state)) as [
    Type.TLiteral<'well'>,
    Type.TLiteral<'failing'>,
    Type.TLiteral<'silent'>,
    Type.TLiteral<'waiting'>,
    Type.TLiteral<'unknown'>,
  ],
);

export const Meter = Type.Object(
  {
    key: MeterKey,
    gateway: Id,
    id: Id,
    /** What people call it: the site's name for it, else its gateway's. */
    name: Type.String(),
    /** As somebody said it of the site; null: nobody did, and the page guesses. */
    role: Nullable(MeterRole),
    below: Nullable(MeterKey),
    profile: Type.String(),
    /** The line of its gateway that it hangs on, as far as the gateway has told. */
    line: Type.Optional(Type.String()),
    /** What it says of itself, once it was read. */
    identity: Type.Optional(
      Type.Object(
        {
          serial: Type.Optional(Type.String()),
          model: Type.Optional(Type.String()),
          firmware: Type.Optional(Type.String()),
        },
        open,
      ),
    ),
    windowS: Count,
    quantities: Type.Array(Type.String()),
    state: MeterState,
    /** Why it fails, where it does. */
    reason: Nullable(Type.String()),
    samples: Count,
    failures: Counts,
    /** End of the newest window on disk. */
    lastWindowMs: Nullable(TimeMs),
    /** The newest values known, live or stored. */
    latest: Nullable(Type.Object({ atMs: TimeMs, values: Type.Record(Type.String(), Type.Number()) }, open)),
    /** Energy since midnight of the site's zone, from its counters or integrated; null where there is none. */
    today: Type.Object({ importWh: Nullable(Type.Number()), exportWh: Nullable(Type.Number()) }, open),
  },
  { ...open, $id: 'Meter' },
);

/** Something that came in and was refused: counted, kept for a while with its reason. */
export const Problem = Type.Object(
  { atMs: TimeMs, code: Type.String(), detail: Type.String(), count: Count },
  { ...open, $id: 'Problem' },
);

export const Gateway = Type.Object(
  {
    id: Id,
    online: Type.Boolean(),
    lastSeenMs: Nullable(TimeMs),
    firmware: Nullable(Type.String()),
    board: Nullable(Type.String()),
    /** As images of the firmware name it. */
    chip: Nullable(Type.String()),
    /** Its firmware is not confirmed yet. */
    isOnTrial: Type.Boolean(),
    /** How its newest update goes: fetching, checking, restarting, onTrial; then confirmed, rolledBack, refused, failed or cancelled. */
    update: Nullable(
      Type.Object(
        {
          id: Type.String(),
          version: Type.String(),
          state: Type.String(),
          fetchedBytes: Count,
          imageBytes: Count,
          message: Nullable(Type.String()),
        },
        open,
      ),
    ),
    clock: Nullable(Type.String()),
    uptimeS: Nullable(Count),
    journal: Nullable(
      Type.Object({ records: Count, bytes: Count, capacityBytes: Count, dropped: Count }, open),
    ),
    /** How it lives, as it told last; `mode` is `safe` after too many bad starts. What it does not tell is null. */
    life: Type.Optional(
      Type.Object(
        {
          mode: Nullable(Type.String()),
          boots: Nullable(Count),
          resetReason: Nullable(Type.String()),
          heapFreeBytes: Nullable(Count),
          slotBytes: Nullable(Count),
          chunkBytes: Nullable(Count),
          stackPeakBytes: Nullable(Count),
          rssiDbm: Nullable(Type.Number()),
          loopDelayMs: Nullable(Count),
          alarmsDropped: Count,
          /** Of its journal's flash: erases of the block that has the most, and blocks that failed since the start. */
          journalErases: Nullable(Count),
          journalBadBlocks: Nullable(Count),
        },
        open,
      ),
    ),
    /** Where it is and where it goes; never a password. */
    network: Type.Optional(
      Type.Object(
        {
          wifiName: Nullable(Type.String()),
          address: Nullable(Type.String()),
          broker: Nullable(Type.String()),
          port: Nullable(Count),
          /** Another network is tried, and taken back by itself where it does not work. */
          isOnTrial: Type.Boolean(),
        },
        open,
      ),
    ),
    /** Outputs of its board that alarm rules may switch. */
    outputs: Type.Optional(Type.Array(Type.String())),
    /** Counters of the gateway's lines, as it reported them. */
    lines: Type.Record(Type.String(), Counts),
    /** Lines whose port or chip cannot be used, and why. */
    lineFaults: Type.Record(Type.String(), Type.String()),
    /** Counters of the host's side: messages, records, values, duplicates, outOfOrder, lost, malformed, implausible, foreign. */
    ingest: Counts,
    settings: Type.Object(
      {
        desiredVersion: Nullable(Count),
        runningVersion: Nullable(Count),
        /** Mistakes for which the desired version was refused. */
        refused: Type.Array(Type.Object({ field: Type.String(), message: Type.String() }, open)),
      },
      open,
    ),
    problems: Type.Array(Problem),
    meters: Type.Array(MeterKey),
    /** Whether it may connect: false after its credential was taken from it. */
    hasCredential: Type.Optional(Type.Boolean()),
  },
  { ...open, $id: 'Gateway' },
);

/** Path parameters. */
export const GatewayPath = Type.Object({ id: Id }, open);
export const MeterPath = Type.Object({ key: MeterKey }, open);

export const NewGateway = Type.Object({ id: Id }, open);

/** The MQTT credential of a gateway: shown once, kept as a hash. `localPin` opens the gateway's own page on its network. */
export const GatewayCredential = Type.Object(
  { id: Id, username: Type.String(), password: Type.String(), localPin: Type.String() },
  open,
);

export const PairingPath = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{16}$' }) }, open);

/** A code for `gateway`, or for one that names itself; `renew` where that gateway has a credential, which then ends. */
export const NewPairing = Type.Object(
  { gateway: Type.Optional(Id), renew: Type.Optional(Type.Boolean()) },
  open,
);

const pairing = {
  id: Type.String(),
  /** The gateway that it was kept for. */
  reserved: Nullable(Id),
  /** The gateway that used it. */
  gateway: Nullable(Id),
  /** The PIN of that gateway's own page on its network. */
  localPin: Nullable(Type.String()),
  state: Type.Union([
    Type.Literal('open'),
    Type.Literal('used'),
    Type.Literal('expired'),
    Type.Literal('dead'),
    Type.Literal('revoked'),
  ]),
  /** Who asked for it. */
  by: Type.String(),
  createdMs: TimeMs,
  expiresMs: TimeMs,
  wrongTries: Count,
};

/** What became of a code; `dead` after too many wrong tries. */
export const PairingState = Type.Object(pairing, { ...open, $id: 'PairingState' });

/** The code, shown once, and where a gateway finds this host. */
export const PairingCode = Type.Object(
  {
    ...pairing,
    code: Type.String(),
    /** Addresses with port, such as 192.168.1.10:8080. */
    hosts: Type.Array(Type.String()),
    /** The host listens on its own machine alone: no other machine's gateway can reach it. */
    isLoopback: Type.Boolean(),
  },
  open,
);

/** What a gateway sends and gets, in hex and Base64: docs/protocol.md, "Pairing". */
export const PairRequest = schemaOf(pairRequestRule);
export const PairAnswer = schemaOf(pairAnswerRule);

export const DesiredSettings = Type.Object(
  {
    lines: Type.Array(Type.Unknown()),
    meters: Type.Array(Type.Unknown()),
    profiles: Type.Optional(Type.Array(Type.Unknown())),
    alarms: Type.Optional(Type.Array(Type.Unknown())),
  },
  {
    ...open,
    description:
      'lines, meters and alarm rules of the gateway, and profiles of meters that it does not know; the host adds the version',
  },
);

/** A build of the firmware in the host's folder. Only one that is signed can be sent to gateways. */
export const FirmwareImage = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    chip: Type.String(),
    board: Nullable(Type.String()),
    imageBytes: Count,
    sha256: Type.String(),
    isSigned: Type.Boolean(),
    isOrderable: Type.Boolean(),
    /** What is flashed by cable, and where to. */
    parts: Type.Array(
      Type.Object({ path: Type.String(), offset: Count, bytes: Count, md5: Type.String() }, open),
    ),
  },
  { ...open, $id: 'FirmwareImage' },
);

/** `folder`: whether one is set. `faults`: manifests that are wrong. */
export const FirmwareList = Type.Object(
  {
    isFolderSet: Type.Boolean(),
    images: Type.Array(FirmwareImage),
    faults: Type.Array(Type.Object({ file: Type.String(), message: Type.String() }, open)),
  },
  open,
);

const ImageId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'an image: 16 hex digits' });
export const ImagePath = Type.Object({ id: ImageId }, open);
export const ImagePartPath = Type.Object(
  { id: ImageId, part: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'a file' }) },
  open,
);
export const ImageQuery = Type.Object({ key: Type.String({ maxLength: 64 }) }, open);
/** A binary file. */
export const ImageFile = Type.String({ description: 'the file' });

/** An image for one gateway. `isAgain`: also where it runs that version already. */
export const NewUpdate = Type.Object({ image: ImageId, isAgain: Type.Optional(Type.Boolean()) }, open);

export const RolloutPath = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'a roll-out' }) },
  open,
);

/**
 * The same for many gateways, in stages: one first, then up to each of `shares` percent of them. The next stage begins
 * when all of the one before have it and were well for `healthyMinutes`. Either `image` or `settings`.
 */
export const NewRollout = Type.Object(
  {
    gateways: Type.Array(Id, { minItems: 1, maxItems: 5000 }),
    image: Type.Optional(ImageId),
    isAgain: Type.Optional(Type.Boolean()),
    settings: Type.Optional(DesiredSettings),
    shares: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), { maxItems: 10 })),
    healthyMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_080 })),
  },
  open,
);

/** Each gateway's stage, and how it goes: waiting, asked, confirmed or failed. */
export const Rollout = Type.Object(
  {
    id: Type.String(),
    by: Type.String(),
    createdMs: TimeMs,
    kind: Type.Union([Type.Literal('firmware'), Type.Literal('settings')]),
    image: Nullable(Type.Object({ id: Type.String(), version: Type.String(), chip: Type.String() }, open)),
    healthyMinutes: Type.Number(),
    state: Type.Union([
      Type.Literal('running'),
      Type.Literal('paused'),
      Type.Literal('stopped'),
      Type.Literal('done'),
      Type.Literal('cancelled'),
    ]),
    /** Why it stopped by itself. */
    why: Nullable(Type.String()),
    /** From 0. */
    stage: Count,
    stages: Count,
    gateways: Type.Array(
      Type.Object(
        {
          gateway: Id,
          stage: Count,
          state: Type.Union([
            Type.Literal('waiting'),
            Type.Literal('asked'),
            Type.Literal('confirmed'),
            Type.Literal('failed'),
          ]),
          sinceMs: Nullable(TimeMs),
          message: Nullable(Type.String()),
        },
        open,
      ),
    ),
  },
  { ...open, $id: 'Rollout' },
);

const { v: _version, id: _id, ...commandFields } = messageRules.command.fields;

/** What a gateway is asked to do; the host adds version and id. Which fields a name needs: `commandNeeds`. */
export const GatewayCommand = schemaOf({
  is: 'object',
  fields: commandFields,
  optional: messageRules.command.optional,
});

/** What became of it: `message` says why it was not done. */
export const CommandResult = Type.Object(
  { id: Type.String(), ok: Type.Boolean(), message: Type.Optional(Type.String()) },
  { ...open, $id: 'CommandResult' },
);

export const EventsQuery = Type.Object(
  {
    gateway: Type.Optional(Id),
    line: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'a line of that gateway' })),
  },
  open,
);

const Registers = Type.Array(
  Type.Object(
    {
      quantity: Type.String(),
      unit: Type.String(),
      fc: Count,
      address: Count,
      type: Type.String(),
      order: Type.String(),
      scale: Type.Number(),
      /** The least time between two reads, where it is not read at each sample. */
      everyMs: Nullable(Count),
      /** Sources differ, or it was seen in one place alone. */
      isDoubtful: Type.Boolean(),
    },
    open,
  ),
);

/** A meter that Joulegate knows: what it measures, and where each value lies. */
export const Profile = Type.Object(
  {
    id: Id,
    kind: Type.String(),
    manufacturer: Type.String(),
    model: Type.String(),
    quantities: Type.Array(Type.String()),
    /** What a person has to know before choosing it. */
    note: Nullable(Type.String()),
    /** Of Modbus meters: where the registers come from, and how it leaves its factory. */
    source: Nullable(Type.String()),
    baud: Nullable(Count),
    parity: Nullable(Type.String()),
    stopBits: Nullable(Count),
    address: Nullable(Count),
    maxRegistersPerRead: Nullable(Count),
    registers: Registers,
    commands: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String(),
          min: Nullable(Type.Number()),
          max: Nullable(Type.Number()),
          unit: Nullable(Type.String()),
        },
        open,
      ),
    ),
  },
  { ...open, $id: 'Profile' },
);

export const ProfilePath = Type.Object({ id: Id }, open);
/** The gateway whose own profiles are looked through first. */
export const ProfileTextQuery = Type.Object({ gateway: Type.Optional(Id) }, open);

/** A profile as a person writes it: JSON. */
export const ProfileText = Type.Object({ text: Type.String({ maxLength: 65_536 }) }, open);

/** What is wrong with it, and where in the text; lines and columns from 1. No mistake: `profile` can be sent. */
export const ProfileCheck = Type.Object(
  {
    mistakes: Type.Array(
      Type.Object({ line: Count, column: Count, field: Type.String(), message: Type.String() }, open),
    ),
    profile: Nullable(Type.Unknown()),
  },
  open,
);

export const SettingsState = Type.Object(
  {
    desired: Nullable(Type.Unsafe<GatewaySettings>(Type.Unknown())),
    running: Nullable(Type.Unsafe<GatewaySettings>(Type.Unknown())),
    refused: Type.Array(Type.Object({ field: Type.String(), message: Type.String() }, open)),
    /** Field by field what is wanted and does not run so; `null` is not there. */
    differences: Type.Array(
      Type.Object({ field: Type.String(), wanted: Type.Unknown(), running: Type.Unknown() }, open),
    ),
  },
  open,
);

export const AlarmsQuery = Type.Object(
  { gateway: Type.Optional(Id), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) },
  open,
);

/** An alarm of a gateway's own rules that began or ended; also `event: alarm` of `/api/v1/events`. */
export const Alarm = Type.Object(
  {
    gateway: Id,
    id: Type.String(),
    meter: Type.String(),
    quantity: Type.String(),
    isOn: Type.Boolean(),
    /** What made it so, in the quantity's unit; null where values stayed away. */
    value: Nullable(Type.Number()),
    /** By the gateway's clock; null where that was not set yet. */
    atMs: Nullable(TimeMs),
    receivedMs: TimeMs,
  },
  { ...open, $id: 'Alarm' },
);

export const Series = Type.Object(
  {
    key: Type.String(),
    meter: MeterKey,
    quantity: Type.String(),
    unit: Type.String(),
    kind: Type.Union([Type.Literal('gauge'), Type.Literal('counter')]),
    firstMs: Nullable(TimeMs),
    lastMs: Nullable(TimeMs),
    /** Numbers of the imports that it has windows of. */
    imports: Type.Array(Count),
  },
  { ...open, $id: 'Series' },
);

export const ReadingsQuery = Type.Object(
  {
    series: Type.String({ minLength: 5, maxLength: 256, description: 'gateway.meter.quantity' }),
    from: RangeMs,
    to: RangeMs,
    points: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 10_000,
        default: 1000,
        description: 'at most this many; sets the resolution',
      }),
    ),
  },
  open,
);

/**
 * One series by columns, each as long as `startMs`. A bucket without data is absent: where the distance of two
 * starts is more than `bucketMs`, there is a gap. Counters have `last` and `deltaWh`-like `delta` instead of mean, min, max.
 */
export const Readings = Type.Object(
  {
    series: Type.String(),
    unit: Type.String(),
    kind: Type.Union([Type.Literal('gauge'), Type.Literal('counter')]),
    bucketMs: Count,
    startMs: Type.Array(TimeMs),
    mean: Type.Array(Nullable(Type.Number())),
    min: Type.Array(Nullable(Type.Number())),
    max: Type.Array(Nullable(Type.Number())),
    last: Type.Array(Nullable(Type.Number())),
    /** Counters: growth within the bucket, never negative. Gauges: null. */
    delta: Type.Array(Nullable(Type.Number())),
    /** Share of `delta` that was shared out over gaps or concluded instead of read, 0 to 1. */
    estimated: Type.Array(Type.Number()),
    /** Share of the bucket that was measured, 0 to 1. */
    coverage: Type.Array(Type.Number()),
  },
  open,
);

export const TotalsQuery = Type.Object(
  {
    meter: MeterKey,
    from: RangeMs,
    to: RangeMs,
    period: Type.Union([
      Type.Literal('hour'),
      Type.Literal('day'),
      Type.Literal('month'),
      Type.Literal('all'),
    ]),
  },
  open,
);

/** Energy by civil period in the site's zone. `coverage` is the share of the period with data. */
export const Totals = Type.Object(
  {
    meter: MeterKey,
    zone: Type.String(),
    periods: Type.Array(
      Type.Object(
        {
          startMs: TimeMs,
          endMs: TimeMs,
          importWh: Nullable(Type.Number()),
          exportWh: Nullable(Type.Number()),
          /** How much of it was shared out over gaps or concluded instead of read. */
          importEstimatedWh: Nullable(Type.Number()),
          exportEstimatedWh: Nullable(Type.Number()),
          coverage: Type.Number(),
        },
        open,
      ),
    ),
  },
  open,
);

export const EnergyQuery = Type.Object(
  {
    from: RangeMs,
    to: RangeMs,
    period: Type.Union([
      Type.Literal('hour'),
      Type.Literal('day'),
      Type.Literal('month'),
      Type.Literal('all'),
    ]),
  },
  open,
);

/** Energy of all meters by civil period in the site's zone, by columns: each list is as long as `startMs`. */
export const EnergyTable = Type.Object(
  {
    zone: Type.String(),
    startMs: Type.Array(TimeMs),
    endMs: Type.Array(TimeMs),
    meters: Type.Array(
      Type.Object(
        {
          meter: MeterKey,
          importWh: Type.Array(Nullable(Type.Number())),
          exportWh: Type.Array(Nullable(Type.Number())),
          importEstimatedWh: Type.Array(Nullable(Type.Number())),
          exportEstimatedWh: Type.Array(Nullable(Type.Number())),
          coverage: Type.Array(Type.Number()),
        },
        open,
      ),
    ),
  },
  open,
);

export const MissingQuery = Type.Object({ meter: MeterKey, from: RangeMs, to: RangeMs }, open);

/** Windows that came without values, joined where they touch, with the reason the gateway gave. */
export const Missing = Type.Array(
  Type.Object(
    {
      startMs: TimeMs,
      endMs: TimeMs,
      reason: Type.String(),
      /** Where it is about one quantity alone: a correction left it out. */
      quantity: Type.Optional(Type.String()),
    },
    open,
  ),
);

/** Keys with commas between; how many is bounded by their length. */
const Keys = (description: string) => Type.String({ minLength: 1, maxLength: 8192, description });
const ExportForm = Type.Union([Type.Literal('csv'), Type.Literal('jsonl'), Type.Literal('parquet')]);

export const ExportQuery = Type.Object(
  {
    series: Type.Optional(
      Keys('keys of series, meters or gateways with commas between; without it everything'),
    ),
    from: RangeMs,
    to: RangeMs,
    resolution: Type.Optional(
      Type.Union([
        Type.Literal('windows'),
        Type.Literal('1min'),
        Type.Literal('5min'),
        Type.Literal('15min'),
        Type.Literal('1h'),
        Type.Literal('6h'),
        Type.Literal('day'),
      ]),
    ),
    form: Type.Optional(ExportForm),
  },
  open,
);

export const ExportTotalsQuery = Type.Object(
  {
    meters: Type.Optional(Keys('keys of meters or gateways with commas between; without it everything')),
    from: RangeMs,
    to: RangeMs,
    period: TotalsQuery.properties.period,
    form: Type.Optional(ExportForm),
  },
  open,
);

/** A file that is streamed. */
export const ExportFile = Type.String({ description: 'the file, by its form' });

export const TlsCaQuery = Type.Object(
  { form: Type.Optional(Type.Union([Type.Literal('pem'), Type.Literal('der')])) },
  open,
);
export const TlsCaFile = Type.Unsafe<string | Uint8Array>({
  type: 'string',
  description: 'the certificate, by its form',
});

export const LedgerQuery = Type.Object(
  {
    from: RangeMs,
    to: RangeMs,
    meter: Type.Optional(MeterKey),
    gateway: Type.Optional(Id),
  },
  open,
);

const Seconds = Type.Integer({ minimum: 0, description: 'whole seconds' });
const SecondsByReason = Type.Record(Type.String(), Seconds);
const byDay = <T extends Type.TSchema>(schema: T) => Type.Array(schema);

/**
 * What became of every second: of each meter by the civil days of the site's zone (`startMs` to `endMs`) that cover the
 * range, up to `nowMs`. For every meter and day `expectedS` = `receivedS` + all of `lostS` + `pendingS`; what each means
 * is told in docs/architecture.md, "The loss ledger".
 */
export const Ledger = Type.Object(
  {
    zone: Type.String(),
    nowMs: TimeMs,
    startMs: byDay(TimeMs),
    endMs: byDay(TimeMs),
    /** By columns, each as long as `startMs`. A meter that never sent a window is absent. */
    meters: Type.Array(
      Type.Object(
        {
          meter: MeterKey,
          gateway: Id,
          /** Start of its first window of all, and up to where windows are expected. */
          firstMs: TimeMs,
          untilMs: TimeMs,
          expectedS: byDay(Seconds),
          receivedS: byDay(Seconds),
          /** Of those received: what came out of a journal, and what was dated when the gateway's clock was set. */
          lateS: byDay(Seconds),
          backdatedS: byDay(Seconds),
          /** Of those received: what was imported from a file. */
          importedS: Type.Optional(byDay(Seconds)),
          /** Not here, and may still come. */
          pendingS: byDay(Seconds),
          /** By reason; those that the gateway gave, `unknown`, `journalOverflow`, `recordDamaged`, `notReceived`. */
          lostS: Type.Record(Type.String(), byDay(Seconds)),
          /** Windows with values. */
          windows: byDay(Count),
          /** Samples that failed within windows that have values all the same, by reason. */
          failedSamples: Type.Record(Type.String(), byDay(Count)),
          /** For how long energy was shared out over gaps or concluded, and how much. */
          estimatedS: byDay(Seconds),
          importEstimatedWh: byDay(Nullable(Type.Number())),
          exportEstimatedWh: byDay(Nullable(Type.Number())),
        },
        open,
      ),
    ),
    /** Sums over the meters above, and what the gateways' journals dropped. */
    gateways: Type.Array(
      Type.Object(
        {
          gateway: Id,
          /** away: no connection. holding: it has more than it sent. settled: it has sent what it has. */
          state: Type.Union([Type.Literal('away'), Type.Literal('holding'), Type.Literal('settled')]),
          expectedS: Seconds,
          receivedS: Seconds,
          lateS: Seconds,
          backdatedS: Seconds,
          pendingS: Seconds,
          lostS: SecondsByReason,
          estimatedS: Seconds,
          /** Records that the journal dropped in the range before the host had them. */
          droppedRecords: Count,
          /** Of these, those of which it is not known when they were measured: they are counted, without seconds. */
          unplacedRecords: Count,
          /** What the gateway itself says its journal dropped since it was made. */
          reportedDropped: Nullable(Count),
        },
        open,
      ),
    ),
  },
  open,
);

export const CounterEventsQuery = Type.Object({ meter: MeterKey, from: RangeMs, to: RangeMs }, open);

/**
 * What happened to a meter's counters. `before` is what one showed at `fromMs`, `after` at `toMs` (of a glitch the first
 * reading left out), `amount` what was counted for it; in `unit`. `serials` are the serial numbers of both meters, of a
 * swap that is known by them. The kinds are told in docs/architecture.md, "Counters".
 */
export const CounterEvents = Type.Array(
  Type.Object(
    {
      quantity: Type.String(),
      unit: Type.String(),
      kind: Type.Union([
        Type.Literal('reset'),
        Type.Literal('rollover'),
        Type.Literal('swap'),
        Type.Literal('glitch'),
        Type.Literal('slip'),
        Type.Literal('gap'),
      ]),
      fromMs: TimeMs,
      toMs: TimeMs,
      before: Type.Number(),
      after: Type.Number(),
      amount: Type.Number(),
      serials: Type.Optional(Type.Object({ before: Type.String(), after: Type.String() }, open)),
    },
    open,
  ),
);

const Why = Type.String({
  minLength: 1,
  maxLength: correctionLimits.why,
  pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
  description: 'the reason, without control characters',
});
const CorrectionKind = Type.Union([
  Type.Literal('exclude'),
  Type.Literal('scale'),
  Type.Literal('offset'),
  Type.Literal('reading'),
  Type.Literal('swap'),
]);
/** What of these a kind needs is told where one is missing. */
const correctionAmounts = {
  factor: Type.Optional(Type.Number()),
  offset: Type.Optional(Type.Number()),
  reading: Type.Optional(Type.Number()),
  oldReading: Type.Optional(Type.Number()),
  newReading: Type.Optional(Type.Number()),
};
const correctionFields = {
  /** Either a meter or one of its series. */
  meter: Type.Optional(MeterKey),
  series: Type.Optional(Type.String({ minLength: 5, maxLength: 256, description: 'gateway.meter.quantity' })),
  kind: CorrectionKind,
  /** Of a range; without an end it goes on. */
  fromMs: Type.Optional(RangeMs),
  toMs: Type.Optional(RangeMs),
  /** Of a reading and a swap. */
  atMs: Type.Optional(RangeMs),
  ...correctionAmounts,
};

/**
 * exclude: windows that start in the range are as if they had not come. scale: they, or what a counter grew in the range,
 * times a factor; of a whole meter all that is proportional to the current. offset: something is added to a gauge.
 * reading: what a counter's display showed at an instant. swap: another meter took the place of the old one.
 */
export const NewCorrection = Type.Object({ ...correctionFields, why: Why }, open);
export const PreviewedCorrection = Type.Object({ ...correctionFields, why: Type.Optional(Why) }, open);

export const CorrectionsQuery = Type.Object(
  { meter: MeterKey, from: Type.Optional(RangeMs), to: Type.Optional(RangeMs) },
  open,
);
export const CorrectionPath = Type.Object(
  { id: Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: 'the number of a correction' }) },
  open,
);
export const Reason = Type.Object({ why: Why }, open);

const signature = { who: Type.String(), atMs: TimeMs, why: Type.String() };

export const Correction = Type.Object(
  {
    id: Count,
    kind: CorrectionKind,
    meter: MeterKey,
    /** Null: all of the meter. */
    series: Nullable(Type.String()),
    fromMs: TimeMs,
    /** Null: it goes on. Of an instant the same as `fromMs`. */
    toMs: Nullable(TimeMs),
    ...correctionAmounts,
    ...signature,
    undone: Nullable(Type.Object(signature, open)),
    /** False while long ranges are made anew; answers are right also then, and take longer. */
    isBuilt: Type.Boolean(),
  },
  { ...open, $id: 'Correction' },
);

const CorrectedDay = Type.Object(
  {
    importWh: Nullable(Type.Number()),
    exportWh: Nullable(Type.Number()),
    /** Of the series, where the correction is about one. */
    mean: Nullable(Type.Number()),
    min: Nullable(Type.Number()),
    max: Nullable(Type.Number()),
    growth: Nullable(Type.Number()),
    coverage: Type.Number(),
  },
  open,
);

/** Civil days of the site. `windows` are left out or changed; 0 where only a counter's growth is. */
export const CorrectionPreview = Type.Object(
  {
    windows: Count,
    /** Whether the days are all that it changes; else they are the newest of them. */
    isWhole: Type.Boolean(),
    days: Type.Array(
      Type.Object({ startMs: TimeMs, endMs: TimeMs, before: CorrectedDay, after: CorrectedDay }, open),
    ),
  },
  open,
);

export const ImportFileQuery = Type.Object(
  {
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'name of the file, to be shown' }),
    ),
  },
  open,
);
const FileId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'id of a file that was sent' });

/** A file that waits to be imported, and its first lines as cells by the delimiter it seems to have. */
export const ImportFile = Type.Object(
  {
    id: FileId,
    name: Type.String(),
    bytes: Count,
    delimiter: Type.String(),
    lines: Type.Array(Type.Array(Type.String())),
  },
  open,
);

const ColumnName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'name of a column in the first line, or #1 for the first column',
});

const importCheck = {
  file: FileId,
  format: Type.Optional(
    Type.Object(
      {
        delimiter: Type.Optional(
          Type.Union([Type.Literal(','), Type.Literal(';'), Type.Literal('\t'), Type.Literal('|')]),
        ),
        /** A comma where the delimiter is a semicolon, else a point. */
        decimal: Type.Optional(Type.Union([Type.Literal('.'), Type.Literal(',')])),
        encoding: Type.Optional(Type.Union([Type.Literal('utf-8'), Type.Literal('windows-1252')])),
        /** Whether the first line has names of columns; true. */
        header: Type.Optional(Type.Boolean()),
        /** Texts that stand for no value, besides an empty cell. */
        empty: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 })),
      },
      open,
    ),
  ),
  time: Type.Object(
    {
      /** One column, or day and time. */
      columns: Type.Array(ColumnName, { minItems: 1, maxItems: 2 }),
      format: Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'iso, unix, unixMs or a pattern such as DD.MM.YYYY HH:mm',
      }),
      /** Of times that do not say theirs; the site's. */
      zone: Type.Optional(Type.String({ maxLength: 64 })),
      /** Of the window that a mean is of; a counter's reading is always that of the window's end. */
      means: Type.Optional(Type.Union([Type.Literal('start'), Type.Literal('end')])),
    },
    open,
  ),
  columns: Type.Array(
    Type.Object(
      {
        column: ColumnName,
        /** Only lines that say this in another column. */
        where: Type.Optional(
          Type.Object({ column: ColumnName, equals: Type.String({ maxLength: 200 }) }, open),
        ),
        meter: MeterKey,
        /** A gauge's values are means over the window, a counter's are readings. */
        quantity: Type.String({ maxLength: 64 }),
        /** To the quantity's unit: 1000 for kWh. */
        factor: Type.Optional(Type.Number({ minimum: -1e12, maximum: 1e12 })),
      },
      open,
    ),
    { minItems: 1, maxItems: 200 },
  ),
  /** Length of the windows, s; without it the distance that the lines have most often. */
  windowS: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
  /** Where there are windows already: import nothing, or only what lies between them. */
  overlap: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('fill')])),
  /** Of what cannot be read: import nothing, or the rest. */
  mistakes: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('leaveOut')])),
} as const;

/** What is to be imported of a file, and how it is read. */
export const ImportCheck = Type.Object(importCheck, open);
export const ImportRequest = Type.Object(
  { ...importCheck, why: Type.String({ minLength: 1, maxLength: 500, description: 'why it is imported' }) },
  open,
);
export const ImportPath = Type.Object(
  { id: Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: 'number of an import' }) },
  open,
);

const LineMistakes = Type.Object(
  {
    count: Count,
    /** The first hundred; line 0 is the file as a whole. */
    first: Type.Array(Type.Object({ line: Count, column: Type.String(), message: Type.String() }, open)),
  },
  open,
);

export const ImportReport = Type.Object(
  {
    lines: Count,
    windows: Count,
    fromMs: Nullable(TimeMs),
    toMs: Nullable(TimeMs),
    series: Type.Array(
      Type.Object(
        {
          key: Type.String(),
          isNew: Type.Boolean(),
          windows: Count,
          values: Count,
          fromMs: Nullable(TimeMs),
          toMs: Nullable(TimeMs),
          windowS: Nullable(Count),
          overlapping: Count,
        },
        open,
      ),
    ),
    mistakes: LineMistakes,
    /** Values that cannot be true: left out. */
    implausible: LineMistakes,
    /** Where there are windows already, the first hundred stretches. */
    overlaps: Type.Array(
      Type.Object({ series: Type.String(), fromMs: TimeMs, toMs: TimeMs, windows: Count }, open),
    ),
    /** Why it is not imported as it stands; empty where it is. */
    obstacles: Type.Array(Type.String()),
  },
  { ...open, $id: 'ImportReport' },
);

export const ImportEntry = Type.Object(
  {
    id: Count,
    atMs: TimeMs,
    who: Type.String(),
    why: Type.String(),
    fileName: Type.String(),
    windows: Count,
    fromMs: TimeMs,
    toMs: TimeMs,
    series: Type.Array(Type.String()),
    /** Lines and values that were left out. */
    leftOut: Count,
    undone: Nullable(Type.Object({ atMs: TimeMs, who: Type.String() }, open)),
  },
  { ...open, $id: 'ImportEntry' },
);

/**
 * What is stored takes room: now, each day, and in a year if as much is measured and as long kept. `archive` are files
 * of months that left the database; the number of months that each part is kept is 0 for ever.
 */
export const Storage = Type.Object(
  {
    atMs: TimeMs,
    /** Database, archive and backups together. */
    bytes: Count,
    bytesPerDay: Count,
    bytesInAYear: Count,
    /** When there is no room left for more; null: not in fifty years. */
    fullMs: Nullable(TimeMs),
    databaseBytes: Count,
    /** Of these, what is free to be used again. */
    databaseFreeBytes: Count,
    backupBytes: Count,
    disk: Type.Object({ sizeBytes: Count, freeBytes: Count }, open),
    archiveAfterMonths: Count,
    parts: Type.Array(
      Type.Object(
        {
          /** raw: windows; arrivals: what tells when they came and what is missing; 60 … day: what is made of them. */
          name: Type.String(),
          bytes: Count,
          rows: Count,
          fromMs: Nullable(TimeMs),
          bytesPerDay: Count,
          bytesInAYear: Count,
          keptMonths: Count,
          /** From when on there is something left, where older rows were removed. */
          keptFromMs: Nullable(TimeMs),
        },
        open,
      ),
    ),
    /** Files of the archive that cannot be read. */
    faults: Type.Array(Type.Object({ file: Type.String(), why: Type.String() }, open)),
  },
  open,
);

/** Counters of the whole host: packets, connections, malformed, duplicates, commits, queue depth and so on. */
export const Counters = Type.Object(
  { counters: Type.Record(Type.String(), Type.Number()), problems: Type.Array(Problem) },
  open,
);

/** What `/api/v1/events` sends: `event: live`, `event: gateway`, `event: committed`, `event: site`; data is JSON of these. */
export const LiveEvent = Type.Object(
  { meter: MeterKey, atMs: TimeMs, values: Type.Record(Type.String(), Type.Number()) },
  { ...open, $id: 'LiveEvent' },
);
export const GatewayEvent = Type.Object({ gateway: Id }, { ...open, $id: 'GatewayEvent' });
export const CommittedEvent = Type.Object(
  { gateway: Id, meters: Type.Array(MeterKey), toMs: TimeMs },
  { ...open, $id: 'CommittedEvent' },
);

export const RolloutEvent = Type.Object({ rollout: Type.String() }, { ...open, $id: 'RolloutEvent' });

/** With `?gateway=`, and `&line=`, instead of those: `event: diagnosis`, `trace`, `scan` and `probe`. */
export type DiagnosisEvent = { readonly gateway: string } & Message<'diagnosis'>;
export type TraceEvent = { readonly gateway: string } & MeantTrace;
export type { TraceMeaning, TraceValue } from '../trace/meaning.ts';
export type ScanEvent = { readonly gateway: string } & Message<'scan'>;
export type ProbeEvent = { readonly gateway: string } & Message<'probe'>;

export type ApiError = Static<typeof ApiError>;
export type Health = Static<typeof Health>;
export type Session = Static<typeof Session>;
export type Meter = Static<typeof Meter>;
export type Problem = Static<typeof Problem>;
export type Gateway = Static<typeof Gateway>;
export type GatewayCredential = Static<typeof GatewayCredential>;
export type PairingState = Static<typeof PairingState>;
export type PairingCode = Static<typeof PairingCode>;
export type DesiredSettings = Static<typeof DesiredSettings>;
export type SettingsState = Static<typeof SettingsState>;
export type { AlarmSettings, GatewaySettings, LineSettings, MeterSettings };
export type Alarm = Static<typeof Alarm>;
export type GatewayCommand = Static<typeof GatewayCommand>;
export type CommandResult = Static<typeof CommandResult>;
export type Profile = Static<typeof Profile>;
export type ProfileText = Static<typeof ProfileText>;
export type ProfileCheck = Static<typeof ProfileCheck>;
export type Series = Static<typeof Series>;
export type ReadingsQuery = Static<typeof ReadingsQuery>;
export type Readings = Static<typeof Readings>;
export type TotalsQuery = Static<typeof TotalsQuery>;
export type Totals = Static<typeof Totals>;
export type EnergyTable = Static<typeof EnergyTable>;
export type Missing = Static<typeof Missing>;
export type Ledger = Static<typeof Ledger>;
export type CounterEvents = Static<typeof CounterEvents>;
export type Correction = Static<typeof Correction>;
export type NewCorrection = Static<typeof NewCorrection>;
export type PreviewedCorrection = Static<typeof PreviewedCorrection>;
export type CorrectionPreview = Static<typeof CorrectionPreview>;
export type ImportCheck = Static<typeof ImportCheck>;
export type ImportReport = Static<typeof ImportReport>;
export type ImportEntry = Static<typeof ImportEntry>;
export type Storage = Static<typeof Storage>;
export type Counters = Static<typeof Counters>;
export type LiveEvent = Static<typeof LiveEvent>;
export type GatewayEvent = Static<typeof GatewayEvent>;
export type CommittedEvent = Static<typeof CommittedEvent>;
export type RolloutEvent = Static<typeof RolloutEvent>;
export type FirmwareImage = Static<typeof FirmwareImage>;
export type FirmwareList = Static<typeof FirmwareList>;
export type NewRollout = Static<typeof NewRollout>;
export type Rollout = Static<typeof Rollout>;
