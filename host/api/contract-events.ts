import type { Message } from '#core/wire/messages.ts';
import type { MeantTrace } from '../trace/meaning.ts';
import { type Static, Type } from '../typebox.ts';
import { Id, MeterKey, open, TimeMs } from './contract-parts.ts';

export const EventsQuery = Type.Object(
  {
    gateway: Type.Optional(Id),
    line: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'a line of that gateway' })),
    /** Of one site; without it all that may be seen. */
    site: Type.Optional(Id),
  },
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

/**
 * `event: resync`: more has happened since the `Last-Event-ID` than is kept, so ask for all of it anew. Other events may come
 * twice after a connection broke, and none is left out.
 */
export const ResyncEvent = Type.Object({}, { ...open, $id: 'ResyncEvent' });

/** With `?gateway=`, and `&line=`, instead of those: `event: diagnosis`, `trace`, `scan` and `probe`. */
export type DiagnosisEvent = { readonly gateway: string } & Message<'diagnosis'>;
export type TraceEvent = { readonly gateway: string } & MeantTrace;
export type { TraceMeaning, TraceValue } from '../trace/meaning.ts';
export type ScanEvent = { readonly gateway: string } & Message<'scan'>;
export type ProbeEvent = { readonly gateway: string } & Message<'probe'>;
export type LiveEvent = Static<typeof LiveEvent>;
export type GatewayEvent = Static<typeof GatewayEvent>;
export type CommittedEvent = Static<typeof CommittedEvent>;
export type RolloutEvent = Static<typeof RolloutEvent>;
