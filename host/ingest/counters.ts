/** Counts of one gateway's messages since the start of the host. */
export type IngestCounters = {
  messages: number;
  records: number;
  /** Values stored: one quantity of one window. */
  values: number;
  duplicates: number;
  /** Messages that began past what is stored and what they said is lost; the gateway sends again. */
  outOfOrder: number;
  /** Records that came long after their window's end, out of a journal. */
  late: number;
  /** Windows dated ahead of the host's clock: stored, but not taken for the newest. */
  ahead: number;
  /** Records the gateway's journal dropped before the host had them. */
  lost: number;
  malformed: number;
  implausible: number;
  /** Publishes to topics that are not the gateway's own. */
  foreign: number;
  /** Messages dropped unacknowledged because too much was waiting; the gateway sends them again. */
  deferred: number;
};

export const newIngestCounters = (): IngestCounters => ({
  messages: 0,
  records: 0,
  values: 0,
  duplicates: 0,
  outOfOrder: 0,
  late: 0,
  ahead: 0,
  lost: 0,
  malformed: 0,
  implausible: 0,
  foreign: 0,
  deferred: 0,
});
