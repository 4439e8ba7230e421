import { messageRules } from '#core/wire/messages.ts';
import { type Static, Type } from '../typebox.ts';
import { Why } from './contract-faults.ts';
import { Problem } from './contract-host.ts';
import { Count, Counts, Id, MeterKey, Nullable, open, TimeMs } from './contract-parts.ts';
import { schemaOf } from './rule-schema.ts';

export const Gateway = Type.Object(
  {
    id: Id,
    site: Id,
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
    /** Of a source of this host: why nothing is heard of it, to be told in words of one's own. */
    why: Type.Optional(Why),
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

/** Without `site`: `home`, or the one site whose admin asks. */
export const NewGateway = Type.Object({ id: Id, site: Type.Optional(Id) }, open);

/** The MQTT credential of a gateway: shown once, kept as a hash. `localPin` opens the gateway's own page on its network. */
export const GatewayCredential = Type.Object(
  { id: Id, username: Type.String(), password: Type.String(), localPin: Type.String() },
  open,
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

export type Gateway = Static<typeof Gateway>;
export type GatewayCredential = Static<typeof GatewayCredential>;
export type GatewayCommand = Static<typeof GatewayCommand>;
export type CommandResult = Static<typeof CommandResult>;
