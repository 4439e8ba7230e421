import { decodeRecord, decodeRecordsMessage } from '#core/wire/records.ts';

/** A message whose records can be stored, all of them. */
export interface ReadMessage {
  readonly epoch: string;
  /** Sequence of its last record; 0 where it only asks up to where its journal is here. */
  readonly least: number;
  readonly records: number;
  readonly meters: ReadonlySet<string>;
}

/**
 * Reads it before anything of it is stored: a gateway's broken record is passed over, for it would stop the journal for ever, but
 * another host can keep what a newer version of this one understands. Gives what is wrong with it, in words for people, as a text.
 */
export function readMessage(bytes: Uint8Array): ReadMessage | string {
  const message = decodeRecordsMessage(bytes);
  if (!message.ok) return message.detail;
  const { epoch, first, records } = message.value;
  const meters = new Set<string>();
  if (records.every(({ length }) => length === 0)) return { epoch, least: 0, records: 0, meters };
  for (const [index, bytesOfRecord] of records.entries()) {
    const record = decodeRecord(bytesOfRecord);
    if (!record.ok) return `record ${first + index}: ${record.detail}`;
    meters.add(record.value.meter);
  }
  return { epoch, least: first + records.length - 1, records: records.length, meters };
}
